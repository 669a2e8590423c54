//! `user` and `user_hashed`: every identifier gets its type.

use predispatch_consent::Given;
use predispatch_pii::{
    AddressCountry, AddressRegion, City, DateOfBirth, DateOfBirthError, DateOrder, DeviceSystem,
    Email, ExternalId, FirstName, Gender, Hashed, HashedError, Identifier, LastName, MobileAdId,
    Phone, PostalCode, Street,
};
use predispatch_types::{Country, Timestamp};

use super::{
    ReadOptions,
    issues::Issues,
    raw::{Raw, RawUser},
};
use crate::{List, PersonalText, User};

/// What identifiers are read with.
pub(super) struct Reading<'o> {
    pub(super) options: &'o ReadOptions<'o>,
    pub(super) time: Timestamp,
    pub(super) system: Option<DeviceSystem>,
}

/// How one kind is read: its key, plain, and as a digest.
struct Kind<P, H> {
    field: &'static str,
    plain: P,
    hashed: H,
}

impl Reading<'_> {
    /// Fills `user`; returns the age that the birth date gives.
    pub(super) fn user<'a>(
        &self,
        plain: Option<&RawUser<'a>>,
        hashed: Option<&RawUser<'a>>,
        user: &mut User,
        issues: &mut Issues,
    ) -> Given<u8> {
        if plain.is_some_and(|plain| plain.wrong) {
            issues.dropped("wrong_type", "user");
        }
        if hashed.is_some_and(|hashed| hashed.wrong) {
            issues.dropped("wrong_type", "user_hashed");
        }
        macro_rules! many {
            ($key:ident, $field:literal, $read:expr, $type:ty) => {{
                let read = $read;
                let kind = Kind {
                    field: concat!("user.", $field),
                    plain: |raw: &str| read(raw).map_err(|error| error.code()),
                    hashed: <$type>::from_hashed,
                };
                let [plain, hashed] = [plain, hashed].map(|raw| raw.map(|raw| &*raw.$key));
                kind.list(plain, hashed, &mut user.$key, issues);
            }};
        }
        macro_rules! one {
            ($key:ident, $field:literal, $read:expr, $type:ty) => {{
                let read = $read;
                let kind = Kind {
                    field: concat!("user.", $field),
                    plain: |raw: &str| read(raw).map_err(|error| error.code()),
                    hashed: <$type>::from_hashed,
                };
                let [plain, hashed] = [plain, hashed].map(|raw| raw.map(|raw| raw.$key));
                user.$key = kind.one(plain, hashed, issues);
            }};
        }
        many!(country, "country", AddressCountry::parse, AddressCountry);
        let given = [plain, hashed].into_iter().flatten().flat_map(|raw| &raw.country);
        let given = given.filter(|raw| !raw.is_absent()).count();
        user.is_country_lost = given > user.country.len();
        let country = self.country_of(user);
        many!(email, "email", Email::parse, Email);
        many!(phone, "phone", |raw: &str| Phone::parse(raw, country), Phone);
        many!(first_name, "first_name", FirstName::parse, FirstName);
        many!(last_name, "last_name", LastName::parse, LastName);
        one!(gender, "gender", Gender::parse, Gender);
        one!(street, "street", Street::parse, Street);
        many!(city, "city", City::parse, City);
        many!(region, "region", |raw: &str| AddressRegion::parse(raw, country), AddressRegion);
        many!(postal_code, "postal_code", |raw: &str| PostalCode::parse(raw, country), PostalCode);
        many!(external_id, "external_id", ExternalId::parse, ExternalId);
        let system = self.system;
        one!(mobile_ad_id, "mobile_ad_id", |raw: &str| MobileAdId::parse(raw, system), MobileAdId);
        let order = self.options.date_order;
        one!(
            date_of_birth,
            "date_of_birth",
            |raw: &str| DateOfBirth::parse(raw, order, self.time),
            DateOfBirth
        );
        if let Some(plain) = plain {
            user.subscription_id = plain.subscription_id.opaque_id("user.subscription_id", issues);
            user.lead_id = plain.lead_id.opaque_id("user.lead_id", issues);
            user.company = personal_text(&plain.company, "user.company", issues);
            user.job_title = personal_text(&plain.job_title, "user.job_title", issues);
        }
        if let Some(hashed) = hashed {
            for (digest, field) in [
                (hashed.subscription_id, "user_hashed.subscription_id"),
                (hashed.lead_id, "user_hashed.lead_id"),
                (hashed.company, "user_hashed.company"),
                (hashed.job_title, "user_hashed.job_title"),
            ] {
                if !digest.is_absent() {
                    issues.dropped("hash_not_taken", field);
                }
            }
        }
        if plain.is_some_and(|plain| plain.wrong) {
            // It may have had a birth date.
            return Given::Unreadable;
        }
        let born = plain.map_or(Raw::Absent, |plain| plain.date_of_birth);
        self.age(&born, user.date_of_birth.as_ref())
    }

    /// In which country numbers, regions and postal codes are read: that of the address, if all that was given
    /// for it says the same. Of several (where the goods go, who pays), or of one that can't be read, nothing
    /// says whose numbers they are: in another country they are another person's.
    fn country_of(&self, user: &User) -> Option<Country> {
        let mut given = user.country.iter().map(AddressCountry::country);
        match given.next() {
            _ if user.is_country_lost => None,
            None => self.options.default_country,
            Some(first) => first.filter(|_| given.all(|other| other == first)),
        }
    }

    /// A birth date that is no identifier, read like one that is: a day that stands for none is silence. One that
    /// can be read two ways is unreadable, and so is a digest.
    pub(super) fn birth_date(&self, raw: &Raw<'_>, issues: &mut Issues) -> Given<DateOfBirth> {
        const FIELD: &str = "person.birth_date";
        let Some(text) = raw.as_text(FIELD, issues) else {
            return if raw.is_absent() { Given::Absent } else { Given::Unreadable };
        };
        match DateOfBirth::parse(text, self.options.date_order, self.time) {
            Ok(born) => Given::Value(born),
            Err(error) => {
                issues.dropped(error.code(), FIELD);
                let is_none =
                    matches!(error, DateOfBirthError::Placeholder | DateOfBirthError::Empty);
                if is_none { Given::Absent } else { Given::Unreadable }
            }
        }
    }

    /// What the birth date says about the age at the event, wherever the person is: nobody counts as
    /// older than they are. A date that can't be read is not silence.
    fn age(&self, raw: &Raw<'_>, read: Option<&DateOfBirth>) -> Given<u8> {
        let earliest = self.time.plus_secs(-12 * 3_600);
        // A digest beside it tells no age: then what stands in clear still counts.
        if let Some(age) = read.and_then(|born| born.age_at(earliest)) {
            return Given::Value(age);
        }
        let Raw::Text(text) = raw else {
            return if raw.is_absent() { Given::Absent } else { Given::Unreadable };
        };
        match DateOfBirth::parse(text, None, self.time) {
            Err(DateOfBirthError::Ambiguous) => {
                // Both ways round; the younger counts.
                let ages = [DateOrder::DayFirst, DateOrder::MonthFirst].map(|order| {
                    DateOfBirth::parse(text, Some(order), self.time).ok()?.age_at(earliest)
                });
                match ages {
                    [Some(one), Some(other)] => Given::Value(one.min(other)),
                    _ => Given::Unreadable,
                }
            }
            Err(DateOfBirthError::Placeholder | DateOfBirthError::Empty) => Given::Absent,
            Err(DateOfBirthError::Digest(_)) => Given::Absent,
            _ => Given::Unreadable,
        }
    }
}

impl<T, P, H> Kind<P, H>
where
    T: Identifier,
    P: Fn(&str) -> Result<T, &'static str>,
    H: Fn(&str) -> Result<T, HashedError>,
{
    fn list(
        &self,
        plain: Option<&[Raw<'_>]>,
        hashed: Option<&[Raw<'_>]>,
        out: &mut List<T>,
        issues: &mut Issues,
    ) {
        let (plain, hashed) = (plain.unwrap_or_default(), hashed.unwrap_or_default());
        if plain.is_empty() && hashed.is_empty() {
            return;
        }
        let plain = plain.iter().map(|raw| (raw, true));
        let hashed = hashed.iter().map(|raw| (raw, false));
        for (raw, is_plain) in plain.chain(hashed) {
            let value = if is_plain { self.plain(raw, issues) } else { self.hashed(raw, issues) };
            if let Some(value) = value
                && out.push(value).is_err()
            {
                issues.dropped("too_many", self.field);
            }
        }
        // The order in which the event is written: plain ones stand in `user`, before digests.
        out.sort_by_key(|value| value.hashed().is_some());
    }

    /// Of both, the plain one: what is hashed here is surely hashed rightly.
    fn one(
        &self,
        plain: Option<Raw<'_>>,
        hashed: Option<Raw<'_>>,
        issues: &mut Issues,
    ) -> Option<T> {
        let plain = plain.and_then(|raw| self.plain(&raw, issues));
        plain.or_else(|| self.hashed(&hashed?, issues))
    }

    fn plain(&self, raw: &Raw<'_>, issues: &mut Issues) -> Option<T> {
        let text = raw.as_text(self.field, issues)?;
        let read = if Hashed::is_digest(text) {
            issues.noted("hash_in_plain_field", self.field);
            (self.hashed)(text).map_err(HashedError::code)
        } else {
            (self.plain)(text)
        };
        read.map_err(|code| issues.dropped(code, self.field)).ok()
    }

    fn hashed(&self, raw: &Raw<'_>, issues: &mut Issues) -> Option<T> {
        let text = raw.as_text(self.field, issues)?;
        (self.hashed)(text).map_err(|error| issues.dropped(error.code(), self.field)).ok()
    }
}

fn personal_text(raw: &Raw<'_>, field: &'static str, issues: &mut Issues) -> Option<PersonalText> {
    let text = raw.as_text(field, issues)?;
    PersonalText::parse(text).map_err(|error| issues.dropped(error.code(), field)).ok()
}
