//! A JSON object to raw fields: types, limits, duplicate and unknown keys.

use predispatch_consent::Signals;
use serde::Deserialize;
use smallvec::{Array, SmallVec};

use super::{
    Mode,
    near::is_nearly_a_restriction,
    place::Place,
    raw::{Fields, Line, Raw, RawEvent, RawHeaders, RawItem, RawList, Slot},
    small::unreadable_consent,
};
use crate::{
    List,
    error::{EventError, EventErrorKind, Pointer},
    json::{Broken, Fault, Reader, Start, Values},
    unknown::Unknown,
};

/// Longest event, in bytes.
pub(crate) const MAX_LEN: usize = 64 * 1024;
/// Most items in `custom_data.items`.
pub(crate) const MAX_ITEMS: usize = 500;
/// Most free properties.
pub(crate) const MAX_PROPERTIES: usize = 100;
/// Most headers.
pub(crate) const MAX_HEADERS: usize = predispatch_bot::client::HeaderList::MAX_HEADERS;
/// Browsers send about as many; room for them at once.
const USUAL_HEADERS: usize = 20;
/// Most unknown fields that are kept aside.
pub(crate) const MAX_UNKNOWN: usize = 100;

/// Fills in the fields of the event in `input`; returns what is not in the schema.
///
/// Filled in place: the struct is large, and moving it costs as much as reading some fields. Texts with
/// escapes are written into `room`, which is to be of [`Room::size`](crate::json::Room::size).
pub(crate) fn read<'a>(
    input: &'a [u8],
    room: &'a mut [u8],
    mode: Mode,
    event: &mut RawEvent<'a>,
) -> Result<Vec<Unknown>, EventError> {
    whole(input, room, mode, event).map_err(|error| *error)
}

/// An error is large, and every value that is read could be one: boxed, it takes no room in the others.
type Refused = Box<EventError>;

fn whole<'a>(
    input: &'a [u8],
    room: &'a mut [u8],
    mode: Mode,
    event: &mut RawEvent<'a>,
) -> Result<Vec<Unknown>, Refused> {
    let at_root = |kind, offset| Box::new(EventError::new(kind, Pointer::ROOT, offset));
    if input.len() > MAX_LEN {
        let kind = EventErrorKind::TooLong { len: input.len(), limit: MAX_LEN };
        return Err(at_root(kind, 0));
    }
    let text = core::str::from_utf8(input)
        .map_err(|error| at_root(EventErrorKind::NotUtf8, error.valid_up_to()))?;
    let mut walk = Walk { reader: Reader::new(text, room), mode, unknown: Vec::new() };
    if walk.start(&Place::ROOT)? != Start::Object {
        return Err(walk.error(EventErrorKind::NotAnObject, &Place::ROOT));
    }
    walk.object(event, &Place::ROOT)?;
    if !walk.reader.is_at_end() {
        return Err(walk.error(EventErrorKind::Syntax, &Place::ROOT));
    }
    Ok(walk.unknown)
}

struct Walk<'a> {
    reader: Reader<'a>,
    mode: Mode,
    unknown: Vec<Unknown>,
}

impl<'a> Walk<'a> {
    fn object(&mut self, fields: &mut dyn Fields<'a>, at: &Place<'_>) -> Result<(), Refused> {
        let mut seen = 0_u32;
        let mut is_first = true;
        self.enter(at)?;
        while let Some(key) = self.key(is_first, at)? {
            is_first = false;
            let Some((name, number, slot)) = fields.slot(key) else {
                self.unknown_key(key, at)?;
                continue;
            };
            let bit = 1_u32.checked_shl(u32::from(number)).unwrap_or_default();
            if seen & bit != 0 {
                return Err(self.error(EventErrorKind::DuplicateKey, &at.key(name)));
            }
            seen |= bit;
            self.value(slot, &at.key(name))?;
        }
        Ok(())
    }

    fn value(&mut self, slot: Slot<'_, 'a>, at: &Place<'_>) -> Result<(), Refused> {
        match slot {
            Slot::One(value) => self.scalar_into(value, at)?,
            Slot::Many(list) => self.many(list, at)?,
            Slot::Restriction(list) => {
                let mut values = RawList::new();
                let is_list = self.start(at)? == Start::List;
                self.many(&mut values, at)?;
                *list = (is_list || !values.is_empty()).then_some(values);
            }
            Slot::Object(fields) => match self.start(at)? {
                Start::Object => self.object(fields, at)?,
                _ => {
                    if !self.scalar(at)?.is_absent() {
                        fields.is_wrong();
                    }
                }
            },
            Slot::Items(items) => self.items(items, at)?,
            Slot::Scalars(scalars) => self.scalars(scalars, at)?,
            Slot::Headers(headers) => self.headers(headers, at)?,
            Slot::Consent(signals) => *signals = Some(self.consent(at)?),
            Slot::Json(json) => *json = Some(self.skip(at)?),
        }
        Ok(())
    }

    /// The `consent` object, as the `consent` crate reads it.
    fn consent(&mut self, at: &Place<'_>) -> Result<Signals, Refused> {
        let mut values = Values::new(&mut self.reader);
        let read = Signals::deserialize(&mut values);
        let is_unreadable = values.has_huge_number();
        match read {
            // Something was said that nobody can read.
            Ok(_) if is_unreadable => Ok(unreadable_consent()),
            Ok(signals) => Ok(signals),
            Err(Broken(fault)) => Err(self.fault(fault, at)),
        }
    }

    /// One value; an object or a list is stepped over.
    fn scalar(&mut self, at: &Place<'_>) -> Result<Raw<'a>, Refused> {
        let mut value = Raw::Absent;
        self.scalar_into(&mut value, at)?;
        Ok(value)
    }

    /// The same, read where it will stay: copying what was just written makes the processor wait.
    fn scalar_into(&mut self, value: &mut Raw<'a>, at: &Place<'_>) -> Result<(), Refused> {
        let start = self.start(at)?;
        let read = match start {
            Start::Text => self.reader.string().map(|text| *value = Raw::text(text)),
            Start::Number => self.reader.number().map(|number| *value = Raw::Number(number)),
            Start::True => self.reader.word("true").map(|()| *value = Raw::Bool(true)),
            Start::False => self.reader.word("false").map(|()| *value = Raw::Bool(false)),
            Start::Null => self.reader.word("null").map(|()| *value = Raw::Absent),
            Start::Object | Start::List => self.reader.skip().map(|_| *value = Raw::Wrong),
        };
        read.map_err(|fault| self.fault(fault, at))
    }

    /// Appends one value.
    fn append<A: Array<Item = Raw<'a>>>(
        &mut self,
        list: &mut SmallVec<A>,
        at: &Place<'_>,
    ) -> Result<(), Refused> {
        list.push(Raw::Absent);
        list.last_mut().map_or(Ok(()), |value| self.scalar_into(value, at))
    }

    /// A list, or one value in its place. Places count, so absent ones are kept.
    fn many<A: Array<Item = Raw<'a>>>(
        &mut self,
        list: &mut SmallVec<A>,
        at: &Place<'_>,
    ) -> Result<(), Refused> {
        if self.start(at)? != Start::List {
            self.append(list, at)?;
            if list.last().is_some_and(Raw::is_absent) {
                list.pop();
            }
            return Ok(());
        }
        self.enter(at)?;
        let mut is_first = true;
        while self.has_item(is_first, at)? {
            is_first = false;
            if list.len() >= List::<()>::MAX {
                return Err(self.too_many(List::<()>::MAX, at));
            }
            let place = at.index(list.len());
            self.append(list, &place)?;
        }
        Ok(())
    }

    fn items(&mut self, items: &mut Vec<RawItem<'a>>, at: &Place<'_>) -> Result<(), Refused> {
        if self.start(at)? != Start::List {
            return self.item(items, at);
        }
        self.enter(at)?;
        let mut is_first = true;
        while self.has_item(is_first, at)? {
            is_first = false;
            if items.len() >= MAX_ITEMS {
                return Err(self.too_many(MAX_ITEMS, at));
            }
            self.item(items, &at.index(items.len()))?;
        }
        Ok(())
    }

    fn item(&mut self, items: &mut Vec<RawItem<'a>>, at: &Place<'_>) -> Result<(), Refused> {
        if self.start(at)? == Start::Object {
            items.push(RawItem::default());
            return items.last_mut().map_or(Ok(()), |item| self.object(item, at));
        }
        if !self.scalar(at)?.is_absent() {
            let mut item = RawItem::default();
            item.wrong = true;
            items.push(item);
        }
        Ok(())
    }

    fn scalars(
        &mut self,
        scalars: &mut Vec<(&'a str, Raw<'a>)>,
        at: &Place<'_>,
    ) -> Result<(), Refused> {
        if self.start(at)? != Start::Object {
            if !self.scalar(at)?.is_absent() {
                scalars.push(("", Raw::Wrong));
            }
            return Ok(());
        }
        self.enter(at)?;
        let mut is_first = true;
        while let Some(key) = self.key(is_first, at)? {
            is_first = false;
            if scalars.len() >= MAX_PROPERTIES {
                return Err(self.too_many(MAX_PROPERTIES, at));
            }
            if scalars.iter().any(|(known, _)| *known == key) {
                return Err(self.error(EventErrorKind::DuplicateKey, at));
            }
            let value = self.scalar(at)?;
            scalars.push((key, value));
        }
        Ok(())
    }

    /// An object of texts, or a list of pairs in wire order.
    fn headers(&mut self, headers: &mut RawHeaders<'a>, at: &Place<'_>) -> Result<(), Refused> {
        match self.start(at)? {
            Start::Object => {
                let mut scalars = Vec::new();
                self.header_object(&mut scalars, at)?;
                headers.is_given = true;
                headers.lines = scalars;
            }
            Start::List => {
                self.enter(at)?;
                let mut is_first = true;
                (headers.is_given, headers.is_ordered) = (true, true);
                headers.lines.reserve(USUAL_HEADERS);
                while self.has_item(is_first, at)? {
                    is_first = false;
                    if headers.lines.len() >= MAX_HEADERS {
                        return Err(self.too_many(MAX_HEADERS, at));
                    }
                    self.header_pair(headers, at)?;
                }
            }
            _ => match self.scalar(at)? {
                Raw::Absent => {}
                Raw::Text(text) => headers.spoil(text),
                _ => headers.is_wrong = true,
            },
        }
        Ok(())
    }

    fn header_object(&mut self, lines: &mut Vec<Line<'a>>, at: &Place<'_>) -> Result<(), Refused> {
        self.enter(at)?;
        let mut is_first = true;
        while let Some(key) = self.key(is_first, at)? {
            is_first = false;
            if lines.len() >= MAX_HEADERS {
                return Err(self.too_many(MAX_HEADERS, at));
            }
            if lines.iter().any(|(known, _)| *known == key) {
                return Err(self.error(EventErrorKind::DuplicateKey, at));
            }
            // Some servers give a header's several lines as a list.
            if self.start(at)? == Start::List {
                let mut values = RawList::new();
                self.many(&mut values, at)?;
                // The header was there, whatever it said.
                if values.is_empty() {
                    values.push(Raw::Absent);
                }
                lines.extend(values.into_iter().map(|value| (key, header_text(value))));
            } else {
                let value = self.scalar(at)?;
                lines.push((key, header_text(value)));
            }
        }
        Ok(())
    }

    fn header_pair(&mut self, headers: &mut RawHeaders<'a>, at: &Place<'_>) -> Result<(), Refused> {
        if self.start(at)? != Start::List {
            headers.spoil(self.skip(at)?);
            return Ok(());
        }
        let mut pair: SmallVec<[Raw<'a>; 2]> = SmallVec::new();
        self.many(&mut pair, at)?;
        match pair.as_slice() {
            [Raw::Text(name), value] => headers.lines.push((name, header_text(*value))),
            _ => {
                headers.is_wrong = true;
                for part in &pair {
                    if let Raw::Text(text) = part {
                        headers.spoil(text);
                    }
                }
            }
        }
        Ok(())
    }

    /// An error, or kept aside if it is surely none that restricts.
    fn unknown_key(&mut self, key: &str, at: &Place<'_>) -> Result<(), Refused> {
        if self.mode == Mode::Strict || is_nearly_a_restriction(at.pointer(), key) {
            return Err(self.error(EventErrorKind::UnknownKey, at));
        }
        let json = self.skip(at)?;
        if self.unknown.len() >= MAX_UNKNOWN {
            return Err(self.too_many(MAX_UNKNOWN, at));
        }
        let unknown = Unknown::new(at.pointer(), key, json);
        if self.unknown.iter().any(|known| known.is_same_place(&unknown)) {
            return Err(self.error(EventErrorKind::DuplicateKey, at));
        }
        self.unknown.push(unknown);
        Ok(())
    }

    fn start(&mut self, at: &Place<'_>) -> Result<Start, Refused> {
        self.reader.start().map_err(|fault| self.fault(fault, at))
    }

    fn enter(&mut self, at: &Place<'_>) -> Result<(), Refused> {
        self.reader.enter().map_err(|fault| self.fault(fault, at))
    }

    fn key(&mut self, is_first: bool, at: &Place<'_>) -> Result<Option<&'a str>, Refused> {
        self.reader.key(is_first).map_err(|fault| self.fault(fault, at))
    }

    fn has_item(&mut self, is_first: bool, at: &Place<'_>) -> Result<bool, Refused> {
        self.reader.has_item(is_first).map_err(|fault| self.fault(fault, at))
    }

    fn skip(&mut self, at: &Place<'_>) -> Result<&'a str, Refused> {
        self.reader.skip().map_err(|fault| self.fault(fault, at))
    }

    #[cold]
    fn fault(&self, fault: Fault, at: &Place<'_>) -> Refused {
        let kind = match fault {
            Fault::Syntax => EventErrorKind::Syntax,
            Fault::TooDeep => EventErrorKind::TooDeep { limit: Reader::MAX_DEPTH },
        };
        self.error(kind, at)
    }

    #[cold]
    fn too_many(&self, limit: usize, at: &Place<'_>) -> Refused {
        self.error(EventErrorKind::TooMany { limit }, at)
    }

    #[cold]
    fn error(&self, kind: EventErrorKind, at: &Place<'_>) -> Refused {
        Box::new(EventError::new(kind, at.pointer(), self.reader.offset()))
    }
}

/// A header's value; what is no text says only that the header was there.
fn header_text(value: Raw<'_>) -> &str {
    match value {
        Raw::Text(text) => text,
        Raw::Number(number) => number,
        _ => "",
    }
}
