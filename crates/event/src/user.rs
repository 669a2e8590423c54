//! The person's identifiers.

use predispatch_pii::{
    AddressCountry, AddressRegion, City, DateOfBirth, Email, ExternalId, FirstName, Gender,
    LastName, MobileAdId, Phone, PostalCode, Street,
};

use crate::{List, OpaqueId, PersonalText};

/// The identifiers of the person, plain or as the sender's digests.
///
/// The several first names, cities and so on are of one person, in the order given.
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[expect(missing_docs, reason = "each is named as its type")]
pub struct User {
    pub email: List<Email>,
    pub phone: List<Phone>,
    pub first_name: List<FirstName>,
    pub last_name: List<LastName>,
    pub date_of_birth: Option<DateOfBirth>,
    pub gender: Option<Gender>,
    pub street: Option<Street>,
    pub city: List<City>,
    pub region: List<AddressRegion>,
    pub postal_code: List<PostalCode>,
    pub country: List<AddressCountry>,
    pub external_id: List<ExternalId>,
    pub mobile_ad_id: Option<MobileAdId>,
    /// The subscription's id. Sent in clear.
    pub subscription_id: Option<OpaqueId>,
    /// The id of a lead that a platform's form made. Sent in clear.
    pub lead_id: Option<OpaqueId>,
    pub company: Option<PersonalText>,
    pub job_title: Option<PersonalText>,
    /// A country was given that could not be read: no other one says whose the numbers are. Written as a
    /// digest that can't be read: `{}`.
    pub(crate) is_country_lost: bool,
}
