//! `inspect pii`: one identifier for one platform.

use predispatch_pii::{
    AddressCountry, AddressCountryError, AddressRegion, City, DateOfBirth, DateOrder, DeviceSystem,
    Email, ExternalId, FirstName, Format, Gender, Hashed, HashedError, Identifier, Kind, LastName,
    MobileAdId, Phone, PostalCode, Street, Treatment,
};
use predispatch_types::{Country, Platform, Timestamp};
use serde::{Deserialize, Serialize};

use crate::lines::{ItemError, UsageError, answer_each, no_options};

/// One input line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    platform: String,
    product: Option<String>,
    kind: String,
    value: Value,
    /// Of the person's address: for phones, regions and postal codes.
    country: Option<String>,
    /// Of a date such as `2/3/1997`: `day_first` or `month_first`.
    date_order: Option<String>,
    /// Of a mobile advertising id: `android` or `ios`.
    system: Option<String>,
    /// RFC 3339; a date of birth after it is refused. Default: the clock.
    now: Option<String>,
}

/// Ids are often numbers in JSON.
#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Number(serde_json::Number),
}

/// One output line.
#[derive(Serialize)]
struct Answer {
    normalized: Option<String>,
    sha256: Option<String>,
    sent: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    issues: Vec<&'static str>,
}

pub(crate) fn run(options: &[String]) -> Result<(), UsageError> {
    no_options("pii", options)?;
    answer_each(answer)
}

fn answer(line: &str) -> Result<Answer, ItemError> {
    let question: Question = serde_json::from_str(line).map_err(|error| {
        // Not the error's own text, which may quote the input.
        let code = if error.is_data() { "bad_question" } else { "not_json" };
        let column = error.column();
        let wanted = "platform, kind and value, maybe product, country, date_order, system, now";
        ItemError::new(code, format_args!("column {column}: want an object of {wanted}"))
    })?;
    let platform: Platform =
        question.platform.parse().map_err(|error| ItemError::new("unknown_platform", error))?;
    let format = Format::of(platform, question.product.as_deref())
        .map_err(|error| ItemError::new("unknown_product", error))?;
    let kind: Kind =
        question.kind.parse().map_err(|error| ItemError::new("unknown_kind", error))?;
    let country = match question.country.as_deref() {
        None | Some("") => None,
        Some(name) => Some(Country::parse(name).map_err(|error| {
            ItemError::new(
                AddressCountryError::from(error).code(),
                format_args!("country: {error}"),
            )
        })?),
    };
    let value = match &question.value {
        Value::Text(text) => text.clone(),
        // A float's text is not what was written: 12345678901234567890123 would become 1.2e22.
        Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
        Value::Number(_) => {
            return Err(ItemError::new("bad_question", "write a number this long as a string"));
        }
    };
    let value = value.as_str();
    match kind {
        Kind::Email => wire(value, format, Email::from_hashed, || {
            Email::parse(value).map_err(|error| ItemError::new(error.code(), error))
        }),
        Kind::Phone => wire(value, format, Phone::from_hashed, || {
            Phone::parse(value, country).map_err(|error| ItemError::new(error.code(), error))
        }),
        Kind::FirstName => wire(value, format, FirstName::from_hashed, || {
            FirstName::parse(value).map_err(|error| ItemError::new(error.code(), error))
        }),
        Kind::LastName => wire(value, format, LastName::from_hashed, || {
            LastName::parse(value).map_err(|error| ItemError::new(error.code(), error))
        }),
        Kind::DateOfBirth => {
            let (order, now) = (date_order(&question)?, now(&question)?);
            wire(value, format, DateOfBirth::from_hashed, || {
                DateOfBirth::parse(value, order, now)
                    .map_err(|error| ItemError::new(error.code(), error))
            })
        }
        Kind::Gender => wire(value, format, Gender::from_hashed, || {
            Gender::parse(value).map_err(|error| ItemError::new(error.code(), error))
        }),
        Kind::Street => wire(value, format, Street::from_hashed, || {
            Street::parse(value).map_err(|error| ItemError::new(error.code(), error))
        }),
        Kind::City => wire(value, format, City::from_hashed, || {
            City::parse(value).map_err(|error| ItemError::new(error.code(), error))
        }),
        Kind::Region => wire(value, format, AddressRegion::from_hashed, || {
            AddressRegion::parse(value, country)
                .map_err(|error| ItemError::new(error.code(), error))
        }),
        Kind::PostalCode => wire(value, format, PostalCode::from_hashed, || {
            PostalCode::parse(value, country).map_err(|error| ItemError::new(error.code(), error))
        }),
        Kind::Country => wire(value, format, AddressCountry::from_hashed, || {
            AddressCountry::parse(value).map_err(|error| ItemError::new(error.code(), error))
        }),
        Kind::ExternalId => wire(value, format, ExternalId::from_hashed, || {
            ExternalId::parse(value).map_err(|error| ItemError::new(error.code(), error))
        }),
        Kind::MobileAdId => {
            let system = system(&question)?;
            wire(value, format, MobileAdId::from_hashed, || {
                MobileAdId::parse(value, system)
                    .map_err(|error| ItemError::new(error.code(), error))
            })
        }
        _ => Err(ItemError::new("unknown_kind", "this kind is not known here")),
    }
}

/// Reads the value, plain or hashed, and says what goes on the wire.
fn wire<I: Identifier>(
    value: &str,
    format: Format,
    from_hashed: fn(&str) -> Result<I, HashedError>,
    parse: impl FnOnce() -> Result<I, ItemError>,
) -> Result<Answer, ItemError> {
    let hashed = Hashed::is_digest(value);
    let identifier = if hashed {
        from_hashed(value).map_err(|error| ItemError::new(error.code(), error))?
    } else {
        parse()?
    };
    let withheld = |reason: predispatch_pii::Withheld| ItemError::new(reason.code(), reason);
    let mut sent = String::new();
    let wire = identifier.wire(format).map_err(withheld)?;
    wire.push_to(&mut sent);
    let normalized = match hashed {
        true => None,
        false => Some(identifier.normal_form(format).map_err(withheld)?.as_str().to_owned()),
    };
    let sha256 = match format.treatment(I::KIND) {
        Treatment::Hashed => wire.hash().map(|hash| hash.hex().as_str().to_owned()),
        Treatment::Plain | Treatment::NotTaken => None,
    };
    let issues = if hashed { vec![Hashed::NOT_PORTABLE] } else { Vec::new() };
    Ok(Answer { normalized, sha256, sent, issues })
}

fn date_order(question: &Question) -> Result<Option<DateOrder>, ItemError> {
    match question.date_order.as_deref() {
        None | Some("") => Ok(None),
        Some("day_first") => Ok(Some(DateOrder::DayFirst)),
        Some("month_first") => Ok(Some(DateOrder::MonthFirst)),
        Some(_) => Err(ItemError::new("unknown_date_order", "want day_first or month_first")),
    }
}

fn system(question: &Question) -> Result<Option<DeviceSystem>, ItemError> {
    match question.system.as_deref() {
        None | Some("") => Ok(None),
        Some("android") => Ok(Some(DeviceSystem::Android)),
        Some("ios") => Ok(Some(DeviceSystem::Ios)),
        Some(_) => Err(ItemError::new("unknown_system", "want android or ios")),
    }
}

#[expect(clippy::disallowed_methods, reason = "a program asks the clock; libraries are told")]
fn now(question: &Question) -> Result<Timestamp, ItemError> {
    match question.now.as_deref() {
        Some(text) => text.parse().map_err(|error| ItemError::new("invalid_time", error)),
        None => Ok(chrono::Utc::now().into()),
    }
}
