//! E-mail addresses.

use core::fmt;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use predispatch_types::Sha256Digest;

use crate::{
    DigestShape, Format, Hashed, HashedError, Identifier, Kind, NormalForm, Withheld,
    fold::{LowerCase, is_invisible},
    hashed::looks_like_digest,
    identifier::{Held, sealed::Sealed},
    placeholder,
    text::PlainText,
};

/// An e-mail address, or the sender's digest of one.
///
/// Kept as every platform's rule needs it: trimmed, lower case, NFC, with dots, tags and even inner
/// white space still there. One address has up to six normal forms:
///
/// | form | formats |
/// |---|---|
/// | as kept; with white space inside: withheld | Meta, Pinterest, Snapchat, TikTok, X |
/// | white space removed | LinkedIn |
/// | white space removed; at gmail.com and googlemail.com no dots | Google Analytics 4 |
/// | the same, and no `+tag` there | Google Data Manager, Google Ads |
/// | no white space, no dots and no `+tag`, every host | Microsoft |
/// | no `+tag`, only letters and digits before the at sign, every host; beyond ASCII: withheld | Reddit |
/// | only `a-z 0-9 . @ -`; beyond ASCII: withheld | Amazon |
///
/// A host is kept as it is written: `münchen.example` and its `xn--` form are two texts, and no page
/// says which of them is meant.
///
/// Sources with the dates they were read: `docs/sources.md#e-mail`.
///
/// ```
/// use predispatch_pii::{Email, EmailError, Format, Identifier};
///
/// let email = Email::parse("  John_Smith@gmail.com ")?;
/// assert!(email.sha256(Format::Meta)?.hex().as_str().starts_with("62a14e44"));
/// assert_eq!(email.normal_form(Format::Reddit)?.as_str(), "johnsmith@gmail.com");
/// assert_eq!(format!("{email:?}"), "Email(<redacted>)");
/// assert_eq!(Email::parse("john@localhost").unwrap_err(), EmailError::NoDot);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Deviation
/// Google's own helper (`google-ads-datamanager-util` 0.4.0) refuses white space inside an address;
/// the documentation says to remove it, and so does this. Google's page for the Ads API names only
/// the dots; Google's own samples for that API drop the tag as well since August 2026, like the
/// Data Manager page, and so does this. Meta's builder drops addresses that are not ASCII; Meta's
/// documentation does not, nor does this.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Email(Held<Address>);

/// An address, trimmed, in lower case and NFC.
#[derive(Clone, Eq, Hash, PartialEq)]
struct Address {
    text: PlainText,
    shape: Shape,
}

/// What the rules need to know about an address. Four bytes, so that it travels in a register: an
/// `Address` that is moved right after it was written costs as much as reading it did.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
struct Shape {
    /// Place of the at sign.
    at: u8,
    /// White space before the at sign.
    inner_space: bool,
    /// Only letters and digits before the at sign, only ASCII: all rules leave it alone.
    plain: bool,
    /// The host is gmail.com or googlemail.com.
    gmail: bool,
}

impl Email {
    /// Longest accepted address, in bytes after normalising. RFC 5321 §4.5.3.1.3 (256 with its
    /// angle brackets).
    pub const MAX_LEN: usize = 254;

    /// Reads a plain address.
    ///
    /// White space around it and invisible characters (byte-order mark, zero-width space, direction
    /// marks) are dropped. White space inside is kept for the platforms that say to remove it.
    ///
    /// # Errors
    /// The first broken rule, as an [`EmailError`].
    #[inline(always)] // A profile showed moving the `Email` out as a stall of its own.
    pub fn parse(raw: &str) -> Result<Self, EmailError> {
        let trimmed = predispatch_types::trimmed(raw);
        if !trimmed.is_ascii() {
            return Self::parse_beyond_ascii(trimmed);
        }
        if trimmed.len() > Self::MAX_LEN {
            return Err(EmailError::TooLong { len: trimmed.len() });
        }
        let text = PlainText::ascii_lowercase(trimmed);
        let shape = Shape::of(trimmed)?;
        Ok(Self(Held::Plain(Address { text, shape })))
    }

    #[cold]
    fn parse_beyond_ascii(trimmed: &str) -> Result<Self, EmailError> {
        // Folding costs time for each byte; no address shrinks to half its length by it.
        if trimmed.len() > Self::MAX_LEN * 2 {
            return Err(EmailError::TooLong { len: trimmed.len() });
        }
        let text = fold(trimmed);
        let shape = Shape::of(text.as_str())?;
        Ok(Self(Held::Plain(Address { text, shape })))
    }

    /// Takes the sender's digest of an address.
    ///
    /// # Errors
    /// As [`Hashed::parse`].
    pub fn from_hashed(digest: &str) -> Result<Self, HashedError> {
        Hashed::parse(digest).map(|hashed| Self(Held::Hashed(hashed)))
    }
}

impl Sealed for Email {}

impl Identifier for Email {
    const KIND: Kind = Kind::Email;

    fn hashed(&self) -> Option<&Hashed> {
        self.0.hashed()
    }

    fn plain_text(&self) -> Option<NormalForm<'_>> {
        self.0.plain().map(|address| NormalForm::of(&address.text))
    }

    fn normal_form(&self, format: Format) -> Result<NormalForm<'_>, Withheld> {
        self.0.plain_for(Self::KIND, format)?.normal_form(format)
    }

    /// Hashes in place what the format keeps as it is: most addresses, for most formats.
    fn sha256(&self, format: Format) -> Result<Sha256Digest, Withheld> {
        match &self.0 {
            Held::Hashed(hashed) => Ok(hashed.sha256()),
            Held::Plain(address) if address.is_kept_by(format) => {
                Ok(Sha256Digest::of(address.text.as_bytes()))
            }
            Held::Plain(address) => Ok(address.normal_form(format)?.sha256()),
        }
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(<redacted>)")
    }
}

impl Shape {
    /// Checks the structure of a trimmed text, in either case.
    fn of(text: &str) -> Result<Self, EmailError> {
        let bytes = text.as_bytes();
        if bytes.len() > Email::MAX_LEN {
            return Err(EmailError::TooLong { len: bytes.len() });
        }
        let (place, local_classes) = scan_local(bytes);
        let (local, at_host) = bytes.split_at(place);
        let Some((_, host)) = at_host.split_first() else {
            return Err(without_at_sign(text));
        };
        let (host_classes, labels) = scan_host(host);
        if host_classes & AT != 0 || host.is_empty() || only_dots(local) {
            return Err(EmailError::NotLocalAtHost);
        }
        // White space before the at sign is a rule's matter; inside a host it hides which host it is.
        if local_classes & OTHER != 0 || host_classes & (OTHER | LOCAL_ONLY | SPACE) != 0 {
            return Err(EmailError::BadCharacter);
        }
        labels?;
        if placeholder::is_placeholder_email(local, host) {
            return Err(EmailError::Placeholder);
        }
        let plain_host = host_classes & !(ALPHANUMERIC | DOT | HYPHEN) == 0;
        Ok(Self {
            // At most MAX_LEN.
            at: u8::try_from(place).map_err(|_| EmailError::TooLong { len: place })?,
            inner_space: local_classes & SPACE != 0,
            plain: local_classes == ALPHANUMERIC && plain_host,
            gmail: host.eq_ignore_ascii_case(b"gmail.com")
                || host.eq_ignore_ascii_case(b"googlemail.com"),
        })
    }
}

impl Address {
    fn parts(&self) -> (&str, &str) {
        self.text.as_str().split_at(usize::from(self.shape.at))
    }

    /// The kept text is the format's normal form.
    fn is_kept_by(&self, format: Format) -> bool {
        use Format::{Meta, Pinterest, Snapchat, TikTok, X};
        self.shape.plain
            || (matches!(format, Meta | Pinterest | Snapchat | TikTok | X)
                && !self.shape.inner_space)
    }

    fn normal_form(&self, format: Format) -> Result<NormalForm<'_>, Withheld> {
        if self.is_kept_by(format) {
            return Ok(NormalForm::of(&self.text));
        }
        match format {
            Format::Meta | Format::Pinterest | Format::Snapchat | Format::TikTok | Format::X => {
                Err(Withheld::InnerSpace)
            }
            Format::LinkedIn | Format::LinkedInHashedNames => self.without_spaces(),
            Format::GoogleAnalytics4 if self.shape.gmail => self.with_local(|c| c != '.', None),
            Format::GoogleAds | Format::GoogleDataManager if self.shape.gmail => {
                self.with_local(|c| c != '.', Some('+'))
            }
            Format::GoogleAds | Format::GoogleAnalytics4 | Format::GoogleDataManager => {
                self.without_spaces()
            }
            Format::Microsoft => self.with_local(|c| c != '.', Some('+')),
            Format::Reddit => {
                // Whether letters beyond ASCII stay is unconfirmed; without its marks it would be
                // another mailbox.
                if !self.parts().0.is_ascii() {
                    return Err(Withheld::NotTakenValue);
                }
                self.with_local(char::is_alphanumeric, Some('+'))
            }
            Format::Amazon => self.ascii_only(),
        }
    }

    fn without_spaces(&self) -> Result<NormalForm<'_>, Withheld> {
        if !self.shape.inner_space {
            return Ok(NormalForm::of(&self.text));
        }
        owned(self.text.as_str().split_whitespace().flat_map(str::chars).collect())
    }

    /// The characters before the at sign that `keep` keeps, up to `end`, without white space.
    fn with_local(
        &self,
        keep: impl Fn(char) -> bool,
        end: Option<char>,
    ) -> Result<NormalForm<'_>, Withheld> {
        let (local, at_host) = self.parts();
        let local = end.and_then(|end| local.split_once(end)).map_or(local, |(before, _)| before);
        let mut text = PlainText::with_capacity(self.text.len());
        local.chars().filter(|&c| keep(c) && !c.is_whitespace()).for_each(|c| text.push(c));
        if only_dots(text.as_bytes()) {
            // `+tag@gmail.com`: a tag of nobody.
            return Err(Withheld::Empty);
        }
        text.push_str(at_host);
        owned(text)
    }

    /// Amazon's character class, which deletes `+` and `_` as well. Letters beyond ASCII would be
    /// deleted too, and make somebody else's address: those are withheld.
    fn ascii_only(&self) -> Result<NormalForm<'_>, Withheld> {
        let (local, at_host) = self.parts();
        if !self.text.as_str().is_ascii() {
            return Err(Withheld::NotTakenValue);
        }
        let kept = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '@' | '-');
        let mut text = PlainText::with_capacity(self.text.len());
        local.chars().filter(kept).for_each(|c| text.push(c));
        if only_dots(text.as_bytes()) {
            return Err(Withheld::Empty);
        }
        at_host.chars().filter(kept).for_each(|c| text.push(c));
        owned(text)
    }
}

/// Why a plain text is not an [`Email`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EmailError {
    /// A character that no address has there: control characters, quotes, brackets, commas.
    #[error("e-mail has a character that no address has in that place")]
    BadCharacter,
    /// A digest in a plain field.
    #[error("e-mail is {0}")]
    Digest(DigestShape),
    /// Nothing but white space.
    #[error("e-mail is empty")]
    Empty,
    /// A host label that is empty, over 63 bytes, or begins or ends with a hyphen; or a last label
    /// of digits.
    #[error("e-mail has an impossible host name")]
    Host,
    /// A host without a dot, such as `localhost`.
    #[error("e-mail's host has no dot")]
    NoDot,
    /// Not one at sign between two parts.
    #[error("e-mail is not of the form local@host")]
    NotLocalAtHost,
    /// A value that stands for none, such as `test@test.com`.
    #[error("e-mail is a placeholder")]
    Placeholder,
    /// Over [`Email::MAX_LEN`].
    #[error("e-mail is {len} bytes long, limit {}", Email::MAX_LEN)]
    TooLong {
        /// Bytes found.
        len: usize,
    },
}

impl EmailError {
    /// The stable code, for issues: listed in the crate's documentation.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadCharacter => "email_bad_character",
            Self::Digest(_) => "email_is_digest",
            Self::Empty => "email_empty",
            Self::Host => "email_host",
            Self::NoDot => "email_no_dot",
            Self::NotLocalAtHost => "email_not_local_at_host",
            Self::Placeholder => "email_placeholder",
            Self::TooLong { .. } => "email_too_long",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<EmailError>();

/// Lower case, then NFC, without invisible characters: for texts beyond ASCII.
fn fold(text: &str) -> PlainText {
    let spaced = Zeroizing::new(text.replace(char::is_whitespace, " "));
    LowerCase::of(&spaced).collect_trimmed(|c| !is_invisible(c) && !is_joiner(c))
}

/// Zero-width joiners are part of some scripts' spelling, but of no address.
const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

#[cold]
fn without_at_sign(text: &str) -> EmailError {
    if text.is_empty() {
        return EmailError::Empty;
    }
    if let Some(shape) = looks_like_digest(text) {
        return EmailError::Digest(shape);
    }
    if placeholder::is_placeholder(text) {
        EmailError::Placeholder
    } else {
        EmailError::NotLocalAtHost
    }
}

/// A normal form that a rule made: `t.e.s.t@test.com` has become a placeholder for some, and a mark
/// may stand right after a letter that it composes with.
fn owned<'a>(text: PlainText) -> Result<NormalForm<'a>, Withheld> {
    let ascii = text.as_bytes().is_ascii();
    let text = if ascii { text } else { text.as_str().nfc().collect() };
    let placeholder = text.as_str().split_once('@').is_some_and(|(local, host)| {
        placeholder::is_placeholder_email(local.as_bytes(), host.as_bytes())
    });
    if placeholder { Err(Withheld::Empty) } else { NormalForm::owned(text) }
}

/// Nobody's name: nothing but dots and white space.
fn only_dots(local: &[u8]) -> bool {
    local.iter().all(|&byte| byte == b'.' || class_of(byte) == SPACE)
}

/// The place of the first at sign, or the end, and the union of the classes before it.
fn scan_local(bytes: &[u8]) -> (usize, u8) {
    let mut classes = 0;
    for (place, &byte) in bytes.iter().enumerate() {
        match class_of(byte) {
            AT => return (place, classes),
            class => classes |= class,
        }
    }
    (bytes.len(), classes)
}

/// The union of a host's classes, and whether it has at least two labels of 1 to 63 bytes that
/// neither begin nor end with a hyphen (RFC 1035 §2.3.4), the last not a number: `ada@192.0.2.7` is
/// no mailbox.
fn scan_host(host: &[u8]) -> (u8, Result<(), EmailError>) {
    let mut classes = 0;
    let mut rest = host;
    let mut sound = true;
    let mut label_len = 0_usize;
    for &byte in host {
        let class = class_of(byte);
        classes |= class;
        if class == DOT {
            let (label, after) = rest.split_at(label_len);
            sound &= is_label(label);
            rest = after.get(1..).unwrap_or_default();
            label_len = 0;
        } else {
            label_len = label_len.saturating_add(1);
        }
    }
    let number = rest.iter().all(u8::is_ascii_digit);
    let labels = if classes & DOT == 0 {
        Err(EmailError::NoDot)
    } else if !sound || !is_label(rest) || number {
        Err(EmailError::Host)
    } else {
        Ok(())
    };
    (classes, labels)
}

fn is_label(label: &[u8]) -> bool {
    (1..=63).contains(&label.len()) && label.first() != Some(&b'-') && label.last() != Some(&b'-')
}

const ALPHANUMERIC: u8 = 1;
const DOT: u8 = 1 << 1;
const HYPHEN: u8 = 1 << 2;
/// The rest of RFC 5321's atom characters, which a host never has.
const LOCAL_ONLY: u8 = 1 << 3;
const SPACE: u8 = 1 << 4;
/// Part of a character beyond ASCII (RFC 6531 allows them in both parts).
const HIGH: u8 = 1 << 5;
const AT: u8 = 1 << 6;
const OTHER: u8 = 1 << 7;

#[expect(clippy::indexing_slicing, reason = "the table has a place for every byte")]
fn class_of(byte: u8) -> u8 {
    CLASS[usize::from(byte)]
}

#[expect(clippy::indexing_slicing, reason = "checked when it is compiled")]
static CLASS: [u8; 256] = {
    let mut table = [OTHER; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => ALPHANUMERIC,
            b'.' => DOT,
            b'-' => HYPHEN,
            b'@' => AT,
            b' ' | b'\t' => SPACE,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'/' | b'=' | b'?' | b'^'
            | b'_' | b'`' | b'{' | b'|' | b'}' | b'~' => LOCAL_ONLY,
            0x80.. => HIGH,
            _ => OTHER,
        };
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_broken_rule_has_its_error() {
        let error = |raw: &str| Email::parse(raw).unwrap_err();
        assert_eq!(error(" \u{feff} "), EmailError::Empty);
        for raw in ["ada", "@example.com", "ada@", "a@b@c.de", "..@example.com", " @example.com"] {
            assert_eq!(error(raw), EmailError::NotLocalAtHost, "{raw}");
        }
        for raw in ["<ada@example.com>", "ada,b@example.com", "ada@exam ple.com", "ada@a_b.com"] {
            assert_eq!(error(raw), EmailError::BadCharacter, "{raw}");
        }
        for raw in ["ada@localhost", "ada@-"] {
            assert_eq!(error(raw), EmailError::NoDot, "{raw}");
        }
        let long_label = format!("ada@{}.com", "x".repeat(64));
        for raw in [
            "a@b..de",
            "a@.de",
            "a@b.de.",
            "a@-b.de",
            "a@b-.de",
            "a@b.de-",
            "a@192.0.2.7",
            &long_label,
        ] {
            assert_eq!(error(raw), EmailError::Host, "{raw}");
        }
        for raw in ["test@test.com", "NULL@example.com", "undefined", "N/A", "no@email.com"] {
            assert_eq!(error(raw), EmailError::Placeholder, "{raw}");
        }
        assert_eq!(error(&"a".repeat(32)), EmailError::Digest(DigestShape::Md5));
        let long = format!("{}@b.de", "a".repeat(250));
        assert_eq!(error(&long), EmailError::TooLong { len: 255 });
    }

    #[test]
    fn addresses_of_every_common_make_pass() {
        for raw in ["a@b.de", "A.B+c_d'e@sub.Example.co.uk", "a..b@docomo.example", "ä@ö.example"]
        {
            assert!(Email::parse(raw).is_ok(), "{raw}");
        }
        assert!(Email::parse(&format!("{}@b.de", "a".repeat(249))).is_ok());
    }
}
