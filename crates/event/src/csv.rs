//! Rows of CSV files.
//!
//! A column's header is mapped to a field of the canonical event, written as its path: `user.email`,
//! `custom_data.value`, `consent.consent_mode.ad_user_data`. Each row is read alone: an error of one
//! says nothing about the next.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, LocalResult, NaiveDateTime, TimeZone};
use predispatch_consent::Given;
use predispatch_types::{MAX_BELIEVED_AGE, Timestamp, is_no_birth_year};

use crate::{
    Event, ReadOptions,
    error::{EventError, EventErrorKind},
    json::Object,
    read::{
        self,
        raw::{Fields, Raw, RawEvent, RawItem, Slot},
    },
};

/// Which column is which field.
///
/// ```
/// use predispatch_event::{ColumnMap, ReadOptions, csv_events};
///
/// let file = "\
/// Parameters:TimeZone=Europe/Berlin,,,,
/// Google Click ID,Conversion Name,Conversion Time,Conversion Value,Conversion Currency
/// Cj0KCQ,Offline sale,2026-11-20 19:03:11,129.90,EUR
/// ";
/// let columns = ColumnMap::google_click_conversions().rename_event("Offline sale", "purchase");
/// let options = ReadOptions::new();
/// for event in csv_events(file.as_bytes(), &columns, &options)? {
///     let event = event?;
///     assert_eq!(event.name().as_str(), "purchase");
///     assert_eq!(event.time().to_string(), "2026-11-20T18:03:11Z");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ColumnMap {
    /// Headers with their paths; `None` is passed over.
    columns: Vec<(Box<str>, Option<Box<str>>)>,
    constants: Vec<(Box<str>, Box<str>)>,
    names: Vec<(Box<str>, Box<str>)>,
}

impl ColumnMap {
    /// Headers are the paths themselves.
    pub fn canonical() -> Self {
        Self::default()
    }

    /// Meta's template for offline events: `email`, `phone`, `fn`, `ln`, `ct`, `st`, `zip`,
    /// `country`, `dob`, `gen`, `event_name`, `event_time`, `value`, `currency`, `order_id`, ….
    /// Several columns of one header are several values. Meta's names of events become the canonical
    /// ones; the action source is `physical_store`.
    pub fn meta_offline() -> Self {
        let map = META_COLUMNS
            .iter()
            .fold(Self::default(), |map, (header, path)| map.column(header, path));
        let map = META_NAMES.iter().fold(map, |map, (meta, name)| map.rename_event(meta, name));
        let map = META_IGNORED.iter().fold(map, |map, header| map.ignore(header));
        map.constant("action_source", "physical_store")
    }

    /// Google Ads' templates for conversions from clicks and for enhanced conversions for leads:
    /// `Google Click ID`, `Email`, `Phone Number`, `Conversion Name`, `Conversion Time`, …, with the
    /// `Parameters:` line before them. Rename the conversion's name to a canonical one with
    /// [`rename_event`](Self::rename_event).
    pub fn google_click_conversions() -> Self {
        GOOGLE_COLUMNS.iter().fold(Self::default(), |map, (header, path)| map.column(header, path))
    }

    /// A column of this header, whatever its case, is the field at `path`. A year of birth alone is
    /// `person.birth_year`: it is not sent, and counts for the person's age.
    ///
    /// A header is one field's: [`csv_events`] refuses a second path. One that was ignored before is read.
    #[must_use]
    pub fn column(mut self, header: &str, path: &str) -> Self {
        self.columns.push((header.into(), Some(path.into())));
        self
    }

    /// Every row has this value at `path`, if no column gives one. It takes the place of an earlier constant
    /// at this path.
    #[must_use]
    pub fn constant(mut self, path: &str, value: &str) -> Self {
        self.constants.retain(|(earlier, _)| **earlier != *path);
        self.constants.push((path.into(), value.into()));
        self
    }

    /// A column of this header is passed over, also one that was mapped before.
    #[must_use]
    pub fn ignore(mut self, header: &str) -> Self {
        self.columns.push((header.into(), None));
        self
    }

    /// An event named `from` in the file gets the name `to`.
    #[must_use]
    pub fn rename_event(mut self, from: &str, to: &str) -> Self {
        self.names.push((from.into(), to.into()));
        self
    }

    /// What the column at `index` is.
    fn column_of(&self, header: &str, index: usize) -> Result<Column, CsvError> {
        if header.is_empty() {
            return Ok(Column::Nameless);
        }
        let said = self.columns.iter().filter(|(own, _)| own.eq_ignore_ascii_case(header));
        let mut said = said.map(|(_, path)| path.as_deref());
        let path = match said.clone().next_back() {
            None => header,
            Some(None) => return Ok(Column::Ignored),
            Some(Some(path)) => path,
        };
        if said.any(|earlier| earlier.is_some_and(|earlier| earlier != path)) {
            return Err(CsvError::TwoFields { index });
        }
        Column::at(path).ok_or(CsvError::UnknownColumn { index })
    }
}

enum Column {
    Ignored,
    /// A trailing comma makes one. Its cells are empty, or nobody knows what they say.
    Nameless,
    /// The year of birth alone, for which the event has no field.
    BirthYear,
    Path(Box<str>),
}

impl Column {
    fn at(path: &str) -> Option<Self> {
        if path == BIRTH_YEAR {
            return Some(Self::BirthYear);
        }
        is_path(path).then(|| Self::Path(path.into()))
    }

    /// Whether it bears on whether, and to whom, the event may go.
    fn decides(&self) -> bool {
        const FIELDS: [&str; 6] =
            ["consent", "destinations", "jurisdiction", "person", "source", "vertical"];
        const PATHS: [&str; 3] = [
            "app.advertiser_tracking_enabled",
            "app.application_tracking_enabled",
            "user.date_of_birth",
        ];
        match self {
            Self::Ignored | Self::Nameless => false,
            Self::BirthYear => true,
            Self::Path(path) => {
                let field = path.split('.').next().unwrap_or_default();
                FIELDS.contains(&field) || PATHS.contains(&&**path)
            }
        }
    }
}

/// The events of a CSV file, one result for each row after the header.
///
/// A cell is text; an empty one is absent, and so are those after a row's end, unless the event's consent,
/// place, age, tracking answer, subject, side or destinations would have stood there. Times may also be as Google's templates write them:
/// `11/20/2026 18:03:11`, `2026-11-20 18:03:11`, each with an offset (`+0100`) or a time zone's name after
/// it, or with `Parameters:TimeZone=…` in the file's first line. A time that the clocks of the zone
/// showed twice or never is an error.
///
/// # Errors
/// [`CsvError`] if the header can't be read or has a column that is no field, or a constant is at none.
pub fn csv_events<'f>(
    file: &'f [u8],
    columns: &'f ColumnMap,
    options: &'f ReadOptions<'f>,
) -> Result<impl Iterator<Item = Result<Event, CsvRowError>> + 'f, CsvError> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let mut records = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(file)
        .into_byte_records();
    let mut header = records.next().ok_or(CsvError::NoHeader)?.map_err(|_| CsvError::NoHeader)?;
    let zone = zone(&header);
    if header.get(0).is_some_and(|cell| cell.starts_with(b"Parameters:")) {
        header = records.next().ok_or(CsvError::NoHeader)?.map_err(|_| CsvError::NoHeader)?;
    }
    let mut paths = Vec::with_capacity(header.len());
    for (index, cell) in header.iter().enumerate() {
        let name = core::str::from_utf8(cell).map_err(|_| CsvError::UnknownColumn { index })?;
        paths.push(columns.column_of(name.trim(), index)?);
    }
    let is_no_field = |(path, _): &(Box<str>, _)| Column::at(path).is_none();
    if let Some(index) = columns.constants.iter().position(is_no_field) {
        return Err(CsvError::UnknownConstant { index });
    }
    let rows = records.enumerate().map(move |(index, record)| {
        let row = index.saturating_add(1);
        let bad = |kind| CsvRowError { row, kind };
        let record = record.map_err(|_| bad(CsvRowErrorKind::NotARow))?;
        if record.as_slice().len() > read::json::MAX_LEN {
            return Err(bad(CsvRowErrorKind::TooLong { len: record.as_slice().len() }));
        }
        event(&record, &paths, columns, zone.as_deref(), options).map_err(bad)
    });
    Ok(rows)
}

fn event(
    record: &csv::ByteRecord,
    paths: &[Column],
    columns: &ColumnMap,
    zone: Option<&str>,
    options: &ReadOptions<'_>,
) -> Result<Event, CsvRowErrorKind> {
    let Some((given, lacking)) = paths.split_at_checked(record.len()) else {
        return Err(CsvRowErrorKind::TooManyCells);
    };
    // Some programs leave empty cells at a row's end out. What may be a no is not taken for empty.
    if lacking.iter().any(Column::decides) {
        return Err(CsvRowErrorKind::TooFewCells);
    }
    let mut cells: Vec<(&str, Cow<'_, str>)> = Vec::with_capacity(paths.len());
    let mut birth_year = None;
    for (cell, column) in record.iter().zip(given) {
        let text = core::str::from_utf8(cell).map_err(|_| CsvRowErrorKind::NotUtf8)?.trim();
        match column {
            _ if text.is_empty() => {}
            Column::Ignored => {}
            Column::Nameless => return Err(CsvRowErrorKind::TooManyCells),
            Column::BirthYear if birth_year.is_some() => return Err(CsvRowErrorKind::TwoValues),
            Column::BirthYear => birth_year = Some(text),
            Column::Path(path) => cells.push((path, columns.meaning(path, text, zone))),
        }
    }
    for (path, value) in &columns.constants {
        if **path == *BIRTH_YEAR {
            birth_year = birth_year.or(Some(value));
        } else if !cells.iter().any(|(given, _)| *given == &**path) {
            cells.push((path, Cow::Borrowed(value)));
        }
    }
    let consent = consent(&cells);
    let mut raw = RawEvent::default();
    raw.consent = consent
        .map(|json| serde_json::from_str(&json).unwrap_or_else(|_| read::unreadable_consent()));
    for (path, value) in &cells {
        set(&mut raw, path, value)?;
    }
    let mut event = read::event(&mut raw, Vec::new(), options).map_err(CsvRowErrorKind::Event)?;
    if let Some(year) = birth_year {
        event.person.age = age(event.person.age, year, event.time);
    }
    Ok(event)
}

/// The age with a year of birth, which leaves two: the younger counts if none of the two is known.
fn age(known: Given<u8>, year: &str, at: Timestamp) -> Given<u8> {
    let born = year.parse::<i32>().ok();
    if born.is_some_and(is_no_birth_year) {
        return known;
    }
    let oldest = || {
        let now = DateTime::from_timestamp(at.unix_secs(), 0)?.year();
        u8::try_from(now.checked_sub(born?)?).ok().filter(|age| *age <= MAX_BELIEVED_AGE)
    };
    match (known, oldest()) {
        (Given::Unreadable, _) | (_, None) => Given::Unreadable,
        (Given::Value(age), Some(oldest)) if age <= oldest => Given::Value(age),
        (_, Some(oldest)) => Given::Value(oldest.saturating_sub(1)),
    }
}

impl ColumnMap {
    /// A name of the file's own as the canonical one, a local time as RFC 3339.
    fn meaning<'c>(&'c self, path: &str, text: &'c str, zone: Option<&str>) -> Cow<'c, str> {
        match path {
            "event_name" => {
                let renamed = self.names.iter().find(|(from, _)| &**from == text);
                Cow::Borrowed(renamed.map_or(text, |(_, to)| to))
            }
            "event_time" | "original_event.event_time" => {
                local_time(text, zone).map_or(Cow::Borrowed(text), Cow::Owned)
            }
            _ => Cow::Borrowed(text),
        }
    }
}

/// Puts `value` at `path`; of two values for a field of one, the second is an error.
fn set<'a>(
    fields: &mut dyn Fields<'a>,
    path: &'a str,
    value: &'a str,
) -> Result<(), CsvRowErrorKind> {
    let (key, rest) = path.split_once('.').unwrap_or((path, ""));
    let Some((_, _, slot)) = fields.slot(key) else { return Ok(()) };
    let raw = Raw::text(value);
    match slot {
        Slot::One(place) if place.is_absent() => *place = raw,
        Slot::One(_) => return Err(CsvRowErrorKind::TwoValues),
        Slot::Many(list) if list.len() < crate::List::<()>::MAX => list.push(raw),
        Slot::Restriction(list) => list.get_or_insert_default().push(raw),
        Slot::Object(inner) => return set(inner, rest, value),
        Slot::Items(items) => {
            if items.is_empty() {
                items.push(RawItem::default());
            }
            if let Some(item) = items.first_mut() {
                return set(item, rest, value);
            }
        }
        Slot::Scalars(scalars)
            if scalars.len() < read::json::MAX_PROPERTIES
                && scalars.iter().all(|(key, _)| *key != rest) =>
        {
            scalars.push((rest, raw));
        }
        Slot::Many(_) | Slot::Scalars(_) => return Err(CsvRowErrorKind::TwoValues),
        // Consent is put together before.
        Slot::Consent(_) | Slot::Json(_) | Slot::Headers(_) => {}
    }
    Ok(())
}

/// The `consent` object of the cells under `consent.`; an unreadable word stays one.
fn consent(cells: &[(&str, Cow<'_, str>)]) -> Option<String> {
    let under = |start: &'static str| {
        cells.iter().filter_map(move |(path, value)| Some((path.strip_prefix(start)?, value)))
    };
    under("consent.").next()?;
    let mut json = String::new();
    let mut object = Object::new(&mut json);
    for (key, value) in under("consent.").filter(|(key, _)| !key.contains('.')) {
        if key == "gpp_sid" {
            match section_ids(value) {
                Some(ids) => object.raw(key, &ids),
                None => object.text(key, value),
            }
        } else if let truth @ Some(_) = read::truth(value) {
            object.bool(key, truth);
        } else {
            object.text(key, value);
        }
    }
    for (group, start) in CONSENT_GROUPS {
        object.object(group, |inner| {
            for (key, value) in under(start) {
                match read::truth(value) {
                    None => inner.text(key, &value.to_ascii_lowercase()),
                    truth => inner.bool(key, truth),
                }
            }
        });
    }
    object.end();
    Some(json)
}

/// The numbers of GPP sections as a list in JSON: one, or several with `,` or `_` between.
fn section_ids(cell: &str) -> Option<String> {
    let mut list = String::from("[");
    for number in cell.split([',', '_']) {
        let number: i32 = number.trim().parse().ok()?;
        if list.len() > 1 {
            list.push(',');
        }
        list.push_str(&number.to_string());
    }
    list.push(']');
    Some(list)
}

/// The objects in `consent` that cells are put into, and where these cells stand.
const CONSENT_GROUPS: [(&str, &str); 2] =
    [("consent_mode", "consent.consent_mode."), ("cmp", "consent.cmp.")];

/// Whether [`consent`] puts such a cell in. Which of the keys are known is for the `consent` crate: what is
/// not makes the consent unreadable.
fn is_consent_path(path: &str) -> bool {
    let starts = CONSENT_GROUPS.iter().map(|(_, start)| *start).chain(["consent."]);
    let mut keys = starts.filter_map(|start| path.strip_prefix(start));
    keys.any(|key| !key.is_empty() && !key.contains('.'))
}

/// Whether the schema has such a field for a cell.
fn is_path(path: &str) -> bool {
    fn has(fields: &mut dyn Fields<'_>, path: &str) -> bool {
        let (key, rest) = path.split_once('.').unwrap_or((path, ""));
        match fields.slot(key) {
            Some((_, _, Slot::One(_) | Slot::Many(_) | Slot::Restriction(_))) => rest.is_empty(),
            Some((_, _, Slot::Object(inner))) => has(inner, rest),
            Some((_, _, Slot::Items(_))) => has(&mut RawItem::default(), rest),
            Some((_, _, Slot::Scalars(_))) => !rest.is_empty(),
            Some((_, _, Slot::Consent(_) | Slot::Json(_) | Slot::Headers(_))) | None => false,
        }
    }
    is_consent_path(path) || has(&mut RawEvent::default(), path)
}

/// `TimeZone=` of a `Parameters:` line.
fn zone(first: &csv::ByteRecord) -> Option<Box<str>> {
    let cells = first.iter().filter_map(|cell| core::str::from_utf8(cell).ok());
    let mut parameters = cells.flat_map(|cell| cell.split(';'));
    let zone = parameters.find_map(|parameter| {
        let parameter = parameter.trim();
        parameter.strip_prefix("Parameters:").unwrap_or(parameter).strip_prefix("TimeZone=")
    });
    first.get(0)?.starts_with(b"Parameters:").then_some(zone?.trim().into())
}

/// A time as Google's templates write it, in RFC 3339; `None` if it is not such a time.
fn local_time(text: &str, default_zone: Option<&str>) -> Option<String> {
    let (time, rest) =
        FORMATS.iter().find_map(|format| NaiveDateTime::parse_and_remainder(text, format).ok())?;
    let rest = rest.trim();
    let zone = if rest.is_empty() { default_zone? } else { rest };
    let moment = match offset(zone) {
        Some(offset) => offset.from_local_datetime(&time).single()?.to_utc(),
        None => {
            let zone: chrono_tz::Tz = zone.parse().ok()?;
            let LocalResult::Single(moment) = zone.from_local_datetime(&time) else { return None };
            moment.to_utc()
        }
    };
    Some(moment.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
}

/// `+0100`, `-05:00`.
fn offset(text: &str) -> Option<chrono::FixedOffset> {
    text.starts_with(['+', '-']).then(|| text.parse().ok()).flatten()
}

/// Why a file has no rows to read.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CsvError {
    /// There is no header line.
    #[error("file has no header line")]
    NoHeader,
    /// A column's header is mapped to two fields, of which it would fill one only.
    #[error("column {index} is mapped to two fields")]
    TwoFields {
        /// Its place, from 0.
        index: usize,
    },
    /// A column's header is not UTF-8, or neither mapped nor a field's path.
    #[error("column {index} is no field; map it or ignore it")]
    UnknownColumn {
        /// Its place, from 0.
        index: usize,
    },
    /// The path of a [`ColumnMap::constant`] is no field's.
    #[error("constant {index} is at no field")]
    UnknownConstant {
        /// Its place among the constants, from 0.
        index: usize,
    },
}

/// Why a row is no event.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("row {row}: {kind}")]
#[non_exhaustive]
pub struct CsvRowError {
    /// The row, from 1 after the header.
    pub row: usize,
    /// The rule that it breaks.
    pub kind: CsvRowErrorKind,
}

/// The rule that a row breaks.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CsvRowErrorKind {
    /// Its fields make no event.
    #[error(transparent)]
    Event(EventError),
    /// The CSV syntax is broken.
    #[error("not a CSV row")]
    NotARow,
    /// It is not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// Over the limit of an event.
    #[error("{len} bytes long, limit {}", read::json::MAX_LEN)]
    TooLong {
        /// Bytes found.
        len: usize,
    },
    /// It ends before a column that bears on whether the event may go: the consent, the place, the
    /// person's age or answer about tracking, the subject, the side, the destinations.
    #[error("ends before a column that decides whether it may go")]
    TooFewCells,
    /// More cells than the header has, or something in a cell under no header.
    #[error("more cells than columns")]
    TooManyCells,
    /// A second value for a field of one, or too many for a list.
    #[error("more values than the field takes")]
    TwoValues,
}

impl CsvRowErrorKind {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Event(error) => error.code(),
            Self::NotARow => "csv_not_a_row",
            Self::NotUtf8 => "not_utf8",
            Self::TooLong { .. } => "too_large",
            Self::TooFewCells => "csv_too_few_cells",
            Self::TooManyCells => "csv_too_many_cells",
            Self::TwoValues => "csv_two_values",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<(CsvError, CsvRowError, EventErrorKind)>();

/// Google's documented forms of a conversion's time, the twelve-hour ones first.
const FORMATS: [&str; 5] = [
    "%m/%d/%Y %I:%M:%S %p",
    "%b %d, %Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
];

const META_COLUMNS: &[(&str, &str)] = &[
    ("email", "user.email"),
    ("phone", "user.phone"),
    ("fn", "user.first_name"),
    ("ln", "user.last_name"),
    ("ct", "user.city"),
    ("st", "user.region"),
    ("zip", "user.postal_code"),
    ("country", "user.country"),
    ("dob", "user.date_of_birth"),
    ("doby", BIRTH_YEAR),
    ("gen", "user.gender"),
    ("age", "person.age"),
    ("madid", "user.mobile_ad_id"),
    ("extern_id", "user.external_id"),
    ("external_id", "user.external_id"),
    ("lead_id", "user.lead_id"),
    ("value", "custom_data.value"),
    ("currency", "custom_data.currency"),
    ("order_id", "custom_data.order_id"),
    ("content_type", "custom_data.content_type"),
];

/// What a header is mapped to whose cells are a year of birth.
const BIRTH_YEAR: &str = "person.birth_year";

/// Meta's own user id has no field here.
const META_IGNORED: &[&str] = &["uid", "item_number", "match_keys", "custom_audience"];

const META_NAMES: &[(&str, &str)] = &[
    ("AddPaymentInfo", "add_payment_info"),
    ("AddToCart", "add_to_cart"),
    ("AddToWishlist", "add_to_wishlist"),
    ("CompleteRegistration", "complete_registration"),
    ("Contact", "contact"),
    ("InitiateCheckout", "initiate_checkout"),
    ("Lead", "lead"),
    ("PageView", "page_view"),
    ("Purchase", "purchase"),
    ("Schedule", "schedule"),
    ("Search", "search"),
    ("StartTrial", "start_trial"),
    ("SubmitApplication", "submit_application"),
    ("Subscribe", "subscribe"),
    ("ViewContent", "view_content"),
];

const GOOGLE_COLUMNS: &[(&str, &str)] = &[
    ("Google Click ID", "click_ids.gclid"),
    ("GBRAID", "click_ids.gbraid"),
    ("WBRAID", "click_ids.wbraid"),
    ("Email", "user.email"),
    ("Phone Number", "user.phone"),
    ("Conversion Name", "event_name"),
    ("Conversion Time", "event_time"),
    ("Conversion Value", "custom_data.value"),
    ("Conversion Currency", "custom_data.currency"),
    ("Order ID", "custom_data.order_id"),
    ("Ad User Data", "consent.consent_mode.ad_user_data"),
    ("Ad Personalization", "consent.consent_mode.ad_personalization"),
];
