//! The platforms' documented examples and rules, as vectors. `tests/data/README.md` says where they
//! come from.

use predispatch_pii::{DeviceSystem, Format, Kind};
use predispatch_testkit::ExpectedDifferences;
use predispatch_types::Country;

use crate::ask::{Context, ask};

#[test]
fn every_documented_vector_holds_or_is_an_expected_difference() {
    let listed = include_str!("../data/expected_differences.toml");
    let mut differences = ExpectedDifferences::parse(listed);
    let rows = all_rows();
    for row in rows.iter().filter(|row| row.binds()) {
        // Two readings of one rule share the input: the expected form tells them apart.
        let case = format!("{} {} | {} | {}", row.platform, row.kind, row.input, row.normalized);
        let theirs = row.expected();
        let ours = match row.answer() {
            None => "<not a kind of this crate>".to_owned(),
            // Which error a refusal is, the vectors do not say.
            Some(ours) if theirs == "<error>" && ours.starts_with('<') => theirs.clone(),
            Some(ours) => ours,
        };
        differences.check(&case, &ours, &theirs);
    }
    differences.finish(7 + 78 + 123);
}

#[test]
fn what_peers_send_by_mistake_does_not_come_out_here() {
    let rows = all_rows();
    let mistakes = rows.iter().filter(|row| row.source.starts_with("NEGATIVE"));
    let count = mistakes
        .map(|row| assert_ne!(row.answer().unwrap(), row.expected(), "{} {}", row.kind, row.input))
        .count();
    assert_eq!(count, 17);
}

struct Row {
    platform: &'static str,
    kind: &'static str,
    input: &'static str,
    normalized: &'static str,
    sha256: &'static str,
    source: &'static str,
}

fn all_rows() -> Vec<Row> {
    let meta = table(include_str!("../data/meta.tsv"), Some("meta"));
    let google = table(include_str!("../data/google.tsv"), Some("google"));
    let others = table(include_str!("../data/other.tsv"), None);
    meta.chain(google).chain(others).collect()
}

/// Rows of a file; one that is all about one platform has no column for it.
fn table(tsv: &'static str, platform: Option<&'static str>) -> impl Iterator<Item = Row> {
    tsv.lines().skip(1).map(move |line| {
        let cells: Vec<&str> = platform.into_iter().chain(line.split('\t')).collect();
        let [platform, kind, input, normalized, sha256, source] = cells[..] else {
            panic!("a row of {} cells", cells.len())
        };
        Row { platform, kind, input, normalized, sha256, source }
    })
}

impl Row {
    /// Rows that only record what another program printed are no rule, except Google's own helper.
    fn binds(&self) -> bool {
        self.platform == "google"
            || ["doc:", "rule", "official"].iter().any(|start| self.source.starts_with(start))
    }

    /// In the form of [`ask`].
    fn expected(&self) -> String {
        match (self.normalized, self.sha256) {
            ("<error>", _) => "<error>".to_owned(),
            (form, "" | "<not hashed>") => format!("{} -", unescape(form)),
            (form, hash) => format!("{} {hash}", unescape(form)),
        }
    }

    /// `None` for what is no identifier of this crate: click ids, addresses of machines.
    fn answer(&self) -> Option<String> {
        let (kind, format) = kind_and_format(self.platform, self.kind)?;
        let system = match self.kind {
            "idfa" => Some(DeviceSystem::Ios),
            "aaid" => Some(DeviceSystem::Android),
            _ => None,
        };
        let american = ["[US]", "+ default region US"]
            .iter()
            .find_map(|mark| self.input.strip_suffix(mark).map(|input| (input, Some(Country::US))));
        let (input, country) = american.unwrap_or((self.input, None));
        Some(ask(kind, &unescape(input), Context { country, system }, format))
    }
}

/// The documents' names of a field.
fn kind_and_format(platform: &str, field: &str) -> Option<(Kind, Format)> {
    let format = match (platform, field) {
        ("google", field) if field.starts_with("dm.") => Format::GoogleDataManager,
        ("google", field) if field.starts_with("ga4.") => Format::GoogleAnalytics4,
        ("google", _) => Format::GoogleAds,
        ("linkedin", "hashedFirstName" | "hashedLastName") => Format::LinkedInHashedNames,
        _ => Format::of(platform.parse().unwrap(), None).unwrap(),
    };
    let field = field.split_once('.').map_or(field, |(_, field)| field);
    let field = field.split(['(', ' ', '.']).next().unwrap();
    let kind = match field {
        "em"
        | "email"
        | "EMAIL"
        | "SHA256_EMAIL"
        | "hashed_email"
        | "HashedEmailAddress"
        | "sha256_email_address" => Kind::Email,
        "ph"
        | "phone"
        | "PHONE"
        | "phone_number"
        | "hashed_phone_number"
        | "HashedPhoneNumber"
        | "sha256_phone_number" => Kind::Phone,
        "fn" | "first_name" | "FIRST_NAME" | "firstName" | "hashedFirstName" | "given_name"
        | "hashed_first_name" | "sha256_first_name" => Kind::FirstName,
        "ln" | "last_name" | "LAST_NAME" | "hashedLastName" | "family_name"
        | "hashed_last_name" | "sha256_last_name" => Kind::LastName,
        "db" => Kind::DateOfBirth,
        "ge" => Kind::Gender,
        "ADDRESS" | "address_line" | "hashed_street_address" | "sha256_street" => Kind::Street,
        "ct" | "city" | "CITY" => Kind::City,
        "st" | "state" | "STATE" | "region" | "administrative_area" => Kind::Region,
        "zp" | "zip_code" | "POSTAL" | "postal_code" => Kind::PostalCode,
        "country" | "region_code" => Kind::Country,
        "external_id" | "externalId" => Kind::ExternalId,
        "madid" | "hashed_maids" | "idfa" | "aaid" | "MAID" => Kind::MobileAdId,
        _ => return None,
    };
    Some((kind, format))
}

/// The vectors write edge spaces and combining marks as JSON escapes.
fn unescape(cell: &str) -> String {
    serde_json::from_str(&format!("\"{cell}\"")).unwrap()
}
