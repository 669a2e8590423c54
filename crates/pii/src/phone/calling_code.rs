//! Country calling codes, in a table that answers without any metadata being loaded.
//!
//! The table is `data/calling_codes.txt`, read when this is compiled. A test makes it again from
//! the metadata of the `phonenumber` crate and fails when the two differ.

/// What must be known of a calling code to take an international number as it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallingCode {
    digits: [u8; 3],
    len: u8,
    /// ISO 3166-1 alpha-2 of the region whose rules stand for the code, `00` for codes of no
    /// country (such as 800).
    region: [u8; 2],
    /// Bit `d`: a national part that begins with the digit `d` may begin with a national prefix.
    prefixes: u16,
    leading_zero: bool,
}

impl CallingCode {
    /// The calling code that `digits` begin with. No code is the beginning of another.
    pub(super) fn of(digits: &[u8]) -> Option<&'static Self> {
        let first = digits.first_chunk::<3>()?;
        let mut at = 0_usize;
        for &digit in first {
            let value = usize::from(digit.wrapping_sub(b'0'));
            at = at.checked_mul(10)?.checked_add(value)?;
        }
        CODES.get(usize::from(*PLACE.get(at)?))
    }

    /// The row of exactly this code.
    pub(super) fn of_code(code: &str) -> Option<&'static Self> {
        CODES.iter().find(|row| row.digits() == code.as_bytes())
    }

    /// The one to three ASCII digits.
    pub(super) fn digits(&self) -> &[u8] {
        self.digits.get(..usize::from(self.len)).unwrap_or_default()
    }

    pub(super) const fn len(&self) -> u8 {
        self.len
    }

    /// The region whose rules stand for the code.
    pub(super) const fn region(&self) -> [u8; 2] {
        self.region
    }

    /// Whether a national part that begins with `digit` may begin with a national prefix, so that
    /// the region's own rules must look at it.
    pub(super) const fn may_have_prefix(&self, digit: u8) -> bool {
        let value = digit.wrapping_sub(b'0');
        value > 9 || self.prefixes & (1 << value) != 0
    }

    /// Whether national numbers under this code can begin with a single zero, as Italy's do.
    pub(super) const fn leading_zero(&self) -> bool {
        self.leading_zero
    }
}

const FILE: &str = include_str!("../../data/calling_codes.txt");

/// Lines that are not comments.
#[expect(clippy::indexing_slicing, reason = "checked when it is compiled")]
const COUNT: usize = {
    let bytes = FILE.as_bytes();
    let (mut count, mut at, mut line_start) = (0, 0, true);
    while at < bytes.len() {
        if line_start && bytes[at] != b'#' {
            count += 1;
        }
        line_start = bytes[at] == b'\n';
        at += 1;
    }
    count
};

#[expect(clippy::indexing_slicing, reason = "checked when it is compiled")]
static CODES: [CallingCode; COUNT] = {
    let none =
        CallingCode { digits: [0; 3], len: 0, region: *b"00", prefixes: 0, leading_zero: false };
    let bytes = FILE.as_bytes();
    let mut codes = [none; COUNT];
    let (mut at, mut row) = (0, 0);
    while at < bytes.len() {
        if bytes[at] == b'#' {
            while bytes[at] != b'\n' {
                at += 1;
            }
            at += 1;
            continue;
        }
        let mut code = none;
        while bytes[at] != b' ' {
            code.digits[code.len as usize] = bytes[at];
            code.len += 1;
            at += 1;
        }
        code.region = [bytes[at + 1], bytes[at + 2]];
        at += 4;
        while bytes[at] != b' ' {
            if bytes[at] != b'-' {
                code.prefixes |= 1 << (bytes[at] - b'0');
            }
            at += 1;
        }
        code.leading_zero = bytes[at + 1] == b'0';
        assert!(bytes[at + 2] == b'\n', "a row is `code region prefixes zero`");
        at += 3;
        codes[row] = code;
        row += 1;
    }
    codes
};

/// From the first three digits to the row in [`CODES`]; past its end for none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    reason = "checked when it is compiled"
)]
static PLACE: [u8; 1000] = {
    assert!(COUNT < u8::MAX as usize, "a row's number fits a byte, and one value means none");
    let mut place = [u8::MAX; 1000];
    let mut row = 0;
    while row < COUNT {
        let code = &CODES[row];
        let (mut first, mut width, mut digit) = (0_usize, 1000_usize, 0);
        while digit < code.len as usize {
            width /= 10;
            first += (code.digits[digit] - b'0') as usize * width;
            digit += 1;
        }
        let mut at = first;
        while at < first + width {
            assert!(place[at] == u8::MAX, "no code is the beginning of another");
            place[at] = row as u8;
            at += 1;
        }
        row += 1;
    }
    place
};
