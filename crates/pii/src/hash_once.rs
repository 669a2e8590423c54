//! One hash for each distinct normal form.

use core::fmt;

use predispatch_types::Sha256Digest;
use smallvec::SmallVec;

use crate::{Format, Identifier, NormalForm, Treatment, Wire, Withheld};

/// An identifier on its way to several platforms: equal normal forms are hashed once.
///
/// Most addresses have one normal form for all platforms, so ten destinations cost one SHA-256.
///
/// ```
/// use predispatch_pii::{Email, Format, HashOnce};
///
/// let email = Email::parse("Jane.Doe+news@gmail.com")?;
/// let mut email = HashOnce::new(&email);
/// let meta = email.wire(Format::Meta)?.hash();
/// assert_eq!(email.wire(Format::TikTok)?.hash(), meta);
/// assert_ne!(email.wire(Format::GoogleDataManager)?.hash(), meta);
/// assert_eq!(email.hashes_made(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct HashOnce<'a, I> {
    identifier: &'a I,
    /// Nearly always one.
    made: SmallVec<[(NormalForm<'a>, Sha256Digest); 1]>,
}

impl<'a, I: Identifier> HashOnce<'a, I> {
    /// Nothing is hashed yet.
    pub const fn new(identifier: &'a I) -> Self {
        Self { identifier, made: SmallVec::new_const() }
    }

    /// As [`Identifier::wire`].
    ///
    /// # Errors
    /// As [`Identifier::wire`].
    #[inline]
    pub fn wire(&mut self, format: Format) -> Result<Wire<'a>, Withheld> {
        let hashes = format.treatment(I::KIND) == Treatment::Hashed;
        if !hashes || self.identifier.hashed().is_some() {
            return self.identifier.wire(format);
        }
        let form = self.identifier.normal_form(format)?;
        if let Some((_, hash)) = self.made.iter().find(|(made, _)| *made == form) {
            return Ok(Wire::Hash(*hash));
        }
        let hash = form.sha256();
        self.made.push((form, hash));
        Ok(Wire::Hash(hash))
    }

    /// How many hashes were computed so far.
    pub fn hashes_made(&self) -> usize {
        self.made.len()
    }
}

impl<I> fmt::Debug for HashOnce<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashOnce").field("hashes_made", &self.made.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Email;

    #[test]
    fn it_sends_what_the_identifier_sends() {
        for raw in ["ada@example.com", "J.Doe+a_b@GoogleMail.com", "müller@example.de"] {
            let email = Email::parse(raw).unwrap();
            let mut once = HashOnce::new(&email);
            for format in Format::ALL {
                assert_eq!(once.wire(format), email.wire(format), "{format:?}");
            }
        }
    }

    #[test]
    fn a_plain_address_is_hashed_once_for_all() {
        let email = Email::parse("ada@example.com").unwrap();
        let mut once = HashOnce::new(&email);
        Format::ALL.into_iter().for_each(|format| {
            once.wire(format).unwrap();
        });
        assert_eq!(once.hashes_made(), 1);
    }
}
