//! A domain name in one form: lower-case ASCII, international labels in Punycode.

use core::fmt;

use predispatch_suffix::Suffix;
use smallvec::SmallVec;
use unicode_normalization::UnicodeNormalization;

use super::{EmailError, punycode};

/// A domain name, ready to be looked up.
///
/// A person's own domain names the person, so `Debug` does not show it.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Domain(SmallVec<[u8; 64]>);

impl Domain {
    /// Longest name, in bytes (RFC 1035 §2.3.4, less the final dot).
    pub const MAX_LEN: usize = 253;
    const MAX_LABEL: usize = 63;

    /// Reads a domain name: `Example.COM`, `bücher.example`, `xn--bcher-kva.example.`.
    ///
    /// International names are lower-cased, brought into NFKC and encoded label by label (RFC 3492).
    /// That is less than UTS 46 asks of a browser, and the same for both spellings of a name.
    ///
    /// # Errors
    /// If it is no name of two or more labels of letters, digits and hyphens.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim().trim_end_matches('.');
        // One character is at least one byte of the encoded form.
        if text.len() > Self::MAX_LEN.saturating_mul(4) {
            return Err(EmailError::DomainTooLong { len: text.len() });
        }
        let mut name = SmallVec::<[u8; 64]>::new();
        if text.is_ascii() {
            name.extend_from_slice(text.as_bytes());
            name.make_ascii_lowercase();
        } else {
            let folded: String = text.chars().flat_map(char::to_lowercase).nfkc().collect();
            for (index, label) in folded.split(['.', '\u{3002}']).enumerate() {
                if index > 0 {
                    name.push(b'.');
                }
                punycode::push_label(label, &mut name).ok_or(EmailError::Domain)?;
            }
        }
        if name.len() > Self::MAX_LEN {
            return Err(EmailError::DomainTooLong { len: name.len() });
        }
        Self::is_sound(&name).then_some(Self(name)).ok_or(EmailError::Domain)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The part that was registered: `example.co.uk` of `mail.example.co.uk`. The whole name if it is
    /// itself a public suffix.
    pub fn registrable(&self) -> &str {
        predispatch_suffix::registrable(self.as_str()).unwrap_or_else(|| self.as_str())
    }

    /// Whether the public suffix list knows its ending.
    pub fn has_known_suffix(&self) -> bool {
        self.parts().has_known_suffix
    }

    /// The name with its parts, found once for all questions.
    pub(super) fn parts(&self) -> Parts<'_> {
        let name = self.as_str();
        let (registrable, suffix) = predispatch_suffix::parts(name);
        Parts {
            name,
            registrable: registrable.unwrap_or(name),
            has_known_suffix: suffix != Suffix::Unknown,
        }
    }

    fn is_sound(name: &[u8]) -> bool {
        let is_label = |label: &[u8]| {
            let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
            label.len() <= Self::MAX_LABEL
                && edge(label.first())
                && edge(label.last())
                && label.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        };
        let labels = || name.split(|byte| *byte == b'.');
        let is_number = |label: &[u8]| label.iter().all(u8::is_ascii_digit);
        name.contains(&b'.')
            && labels().all(is_label)
            && !labels().next_back().is_some_and(is_number)
    }
}

/// A name, what of it was registered, and whether the public suffix list knows its ending.
#[derive(Clone, Copy)]
pub(super) struct Parts<'d> {
    pub(super) name: &'d str,
    registrable: &'d str,
    pub(super) has_known_suffix: bool,
}

impl<'d> Parts<'d> {
    /// The name and its parents, down to the registrable one.
    pub(super) fn up_to_registrable(self) -> impl Iterator<Item = &'d str> {
        let has_parent = move |name: &&str| name.len() > self.registrable.len();
        core::iter::successors(Some(self.name), move |name| {
            Some(*name).filter(has_parent).and_then(parent)
        })
    }

    /// The name without its first label.
    pub(super) fn parent(self) -> Option<&'d str> {
        parent(self.name)
    }
}

fn parent(name: &str) -> Option<&str> {
    name.split_once('.').map(|(_, parent)| parent)
}

/// Shows no name: `jane-doe.example` names a person as well.
impl fmt::Debug for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Domain(<redacted>)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_every_spelling() {
        for (text, expected) in [
            ("Example.COM", "example.com"),
            (" example.com. ", "example.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.example", "xn--bcher-kva.example"),
            ("bu\u{308}cher.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("ｅｘａｍｐｌｅ.com", "example.com"),
        ] {
            assert_eq!(Domain::parse(text).map(|d| d.as_str().to_owned()), Ok(expected.to_owned()));
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in [
            "", ".", "com", "a..b", "-a.com", "a-.com", "a_b.com", "a b.com", "1.2.3.4", "[::1]",
            "a.com/x",
        ] {
            assert_eq!(Domain::parse(text), Err(EmailError::Domain), "{text:?}");
        }
        let label = format!("{}.com", "a".repeat(64));
        assert_eq!(Domain::parse(&label), Err(EmailError::Domain));
        let long = format!("{}com", "abc.".repeat(63));
        assert_eq!(Domain::parse(&long), Err(EmailError::DomainTooLong { len: 255 }));
    }

    #[test]
    fn parents_end_with_the_registrable_name() -> Result<(), EmailError> {
        let domain = Domain::parse("a.b.example.co.uk")?;
        let parents: Vec<_> = domain.parts().up_to_registrable().collect();
        assert_eq!(parents, ["a.b.example.co.uk", "b.example.co.uk", "example.co.uk"]);
        let suffix = Domain::parse("co.uk")?;
        assert_eq!(suffix.parts().up_to_registrable().collect::<Vec<_>>(), ["co.uk"]);
        Ok(())
    }
}
