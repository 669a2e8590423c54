//! A number in E.164: a calling code and a national significant number.

use zeroize::Zeroize;

use super::{Phone, PhoneError, calling_code::CallingCode};

/// `+` and 8 to 15 digits, the unused places zero. Both normal forms are slices of it.
#[derive(Clone, Eq, Hash, PartialEq)]
pub(super) struct Number {
    text: [u8; 1 + Phone::MAX_DIGITS],
    len: u8,
    code_len: u8,
}

impl Number {
    /// Puts a calling code and ASCII digits together.
    ///
    /// # Errors
    /// [`PhoneError::TooShort`] and [`PhoneError::TooLong`] by the number of all digits.
    pub(super) fn new(code: &CallingCode, national: &[u8]) -> Result<Self, PhoneError> {
        let code_digits = code.digits();
        let digits = code_digits.len().saturating_add(national.len());
        if digits < Phone::MIN_DIGITS {
            return Err(PhoneError::TooShort { digits });
        }
        if digits > Phone::MAX_DIGITS {
            return Err(PhoneError::TooLong { digits });
        }
        let mut text = [0; 1 + Phone::MAX_DIGITS];
        let source = [b'+'].iter().chain(code_digits).chain(national);
        for (place, &byte) in text.iter_mut().zip(source) {
            *place = byte;
        }
        let len = u8::try_from(digits).unwrap_or(u8::MAX).saturating_add(1);
        Ok(Self { text, len, code_len: code.len() })
    }

    /// Such as `+442079460958`.
    pub(super) fn with_plus(&self) -> &[u8] {
        self.text.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// Such as `442079460958`.
    pub(super) fn digits(&self) -> &[u8] {
        self.with_plus().get(1..).unwrap_or_default()
    }

    /// The calling code and the national significant number, such as `44` and `2079460958`.
    pub(super) fn parts(&self) -> (&str, &str) {
        let digits = core::str::from_utf8(self.digits()).unwrap_or_default();
        digits.split_at_checked(usize::from(self.code_len)).unwrap_or_default()
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}
