//! A person's identifiers on their way to several platforms.

use predispatch_event::User;
use predispatch_pii::{
    AddressCountry, AddressRegion, City, DateOfBirth, Email, ExternalId, FirstName, Format, Gender,
    HashOnce, Hashed, Identifier, LastName, MobileAdId, NormalForm, Phone, PostalCode, Street,
    Wire, Withheld,
};
use smallvec::SmallVec;

use crate::json::Hash;

/// The identifiers of one event. Each distinct normal form is hashed once, whichever platform asks
/// first.
pub(crate) struct Identity<'e> {
    pub(crate) email: Many<'e, Email>,
    pub(crate) phone: Many<'e, Phone>,
    pub(crate) first_name: Many<'e, FirstName>,
    pub(crate) last_name: Many<'e, LastName>,
    pub(crate) date_of_birth: Many<'e, DateOfBirth>,
    pub(crate) gender: Many<'e, Gender>,
    pub(crate) street: Many<'e, Street>,
    pub(crate) city: Many<'e, City>,
    pub(crate) region: Many<'e, AddressRegion>,
    pub(crate) postal_code: Many<'e, PostalCode>,
    pub(crate) country: Many<'e, AddressCountry>,
    pub(crate) external_id: Many<'e, ExternalId>,
    pub(crate) mobile_ad_id: Many<'e, MobileAdId>,
}

impl<'e> Identity<'e> {
    pub(crate) fn new(user: &'e User) -> Self {
        Self {
            email: Many::of(&user.email),
            phone: Many::of(&user.phone),
            first_name: Many::of(&user.first_name),
            last_name: Many::of(&user.last_name),
            date_of_birth: Many::of_one(user.date_of_birth.as_ref()),
            gender: Many::of_one(user.gender.as_ref()),
            street: Many::of_one(user.street.as_ref()),
            city: Many::of(&user.city),
            region: Many::of(&user.region),
            postal_code: Many::of(&user.postal_code),
            country: Many::of(&user.country),
            external_id: Many::of(&user.external_id),
            mobile_ad_id: Many::of_one(user.mobile_ad_id.as_ref()),
        }
    }
}

/// The values of one kind. Until a platform asks for it a kind costs nothing.
pub(crate) struct Many<'e, I> {
    values: &'e [I],
    /// One for each value, from the first question on.
    once: SmallVec<[HashOnce<'e, I>; 1]>,
}

/// Digests of one kind; nearly always one.
pub(crate) type Hashes = SmallVec<[Hash; 1]>;

/// What came of asking for the values of one kind.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Found {
    /// The last reason for which a value is withheld.
    pub(crate) withheld: Option<Withheld>,
    /// One of them was hashed by the sender, for whichever platform.
    pub(crate) by_sender: bool,
    /// There were more than the platform takes.
    pub(crate) too_many: bool,
}

impl<'e, I: Identifier> Many<'e, I> {
    const fn of(values: &'e [I]) -> Self {
        Self { values, once: SmallVec::new_const() }
    }

    const fn of_one(value: Option<&'e I>) -> Self {
        Self::of(match value {
            Some(value) => core::slice::from_ref(value),
            None => &[],
        })
    }

    fn each(&mut self) -> impl Iterator<Item = (&'e I, &mut HashOnce<'e, I>)> {
        if self.once.is_empty() {
            self.once.extend(self.values.iter().map(HashOnce::new));
        }
        self.values.iter().zip(&mut self.once)
    }

    /// The digests for `format`, each once, at most `most`.
    pub(crate) fn hashes(&mut self, format: Format, most: usize, found: &mut Found) -> Hashes {
        let mut hashes = Hashes::new();
        for (value, once) in self.each() {
            let hash = match once.wire(format) {
                Ok(Wire::Hash(digest)) => digest.into(),
                Ok(Wire::SuffixedHash(digest, suffix)) => Hash { digest, suffix: Some(suffix) },
                // A platform's module asks by the treatment that the kind has there.
                Ok(_) => continue,
                Err(reason) => {
                    found.withheld = Some(reason);
                    continue;
                }
            };
            if hashes.contains(&hash) {
                continue;
            }
            if hashes.len() >= most {
                found.too_many = true;
                break;
            }
            found.by_sender |= value.hashed().is_some();
            hashes.push(hash);
        }
        hashes
    }

    /// The first value that `format` takes in clear.
    pub(crate) fn plain(&mut self, format: Format) -> (Option<NormalForm<'e>>, Found) {
        let mut found = Found { too_many: self.values.len() > 1, ..Found::default() };
        for (_, once) in self.each() {
            match once.wire(format) {
                Ok(Wire::Plain(form)) => return (Some(form), found),
                Ok(_) => {}
                Err(reason) => found.withheld = Some(reason),
            }
        }
        found.too_many = false;
        (None, found)
    }
}

/// The issue code for a digest that the sender made.
pub(crate) const NOT_PORTABLE: &str = Hashed::NOT_PORTABLE;
