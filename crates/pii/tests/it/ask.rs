//! One question to the crate, as test data asks it: in text, out text.

use predispatch_pii::{
    AddressCountry, AddressRegion, City, DateOfBirth, DeviceSystem, Email, ExternalId, FirstName,
    Format, Gender, Identifier, Kind, LastName, MobileAdId, Phone, PostalCode, Street, Treatment,
};
use predispatch_types::{Country, Timestamp};

/// The day on which the test data was written.
pub(crate) const NOW: Timestamp = Timestamp::from_unix_secs(1_795_305_600);

/// What may be said beside the value.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Context {
    pub(crate) country: Option<Country>,
    pub(crate) system: Option<DeviceSystem>,
}

/// `NORMAL_FORM HASH` where the format hashes, `NORMAL_FORM -` where it takes it in clear, and
/// `<CODE>` where nothing is sent.
pub(crate) fn ask(kind: Kind, raw: &str, context: Context, format: Format) -> String {
    let Context { country, system } = context;
    match kind {
        Kind::Email => show(Email::parse(raw).map_err(|e| e.code()), format),
        Kind::Phone => show(Phone::parse(raw, country).map_err(|e| e.code()), format),
        Kind::FirstName => show(FirstName::parse(raw).map_err(|e| e.code()), format),
        Kind::LastName => show(LastName::parse(raw).map_err(|e| e.code()), format),
        Kind::DateOfBirth => show(DateOfBirth::parse(raw, None, NOW).map_err(|e| e.code()), format),
        Kind::Gender => show(Gender::parse(raw).map_err(|e| e.code()), format),
        Kind::Street => show(Street::parse(raw).map_err(|e| e.code()), format),
        Kind::City => show(City::parse(raw).map_err(|e| e.code()), format),
        Kind::Region => show(AddressRegion::parse(raw, country).map_err(|e| e.code()), format),
        Kind::PostalCode => show(PostalCode::parse(raw, country).map_err(|e| e.code()), format),
        Kind::Country => show(AddressCountry::parse(raw).map_err(|e| e.code()), format),
        Kind::ExternalId => show(ExternalId::parse(raw).map_err(|e| e.code()), format),
        Kind::MobileAdId => show(MobileAdId::parse(raw, system).map_err(|e| e.code()), format),
        _ => panic!("a kind that this test does not know"),
    }
}

fn show<I: Identifier>(parsed: Result<I, &'static str>, format: Format) -> String {
    let shown = parsed.and_then(|identifier| {
        let form = identifier.normal_form(format).map_err(|e| e.code())?;
        let hash = match format.treatment(I::KIND) {
            Treatment::Plain => "-".to_owned(),
            _ => identifier.sha256(format).map_err(|e| e.code())?.hex().as_str().to_owned(),
        };
        Ok(format!("{} {hash}", form.as_str()))
    });
    shown.unwrap_or_else(|code| format!("<{code}>"))
}
