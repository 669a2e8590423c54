//! A second reader, written apart from the crate's: every bit becomes a `bool`, every list a set.
//!
//! It is slow and trusting; what it knows is the layout, so it can say what a sound string holds.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// The decoded fields in the shape of the test vectors; `None` where the text ends too early or is
/// not made of segments at all.
pub(crate) fn read(text: &str) -> Option<Value> {
    let mut segments = text.split('.');
    let mut fields = core(&mut Cursor::new(segments.next()?)?)?;
    let (mut disclosed, mut allowed, mut publisher) = (Value::Null, Value::Null, Value::Null);
    for segment in segments {
        let mut cursor = Cursor::new(segment)?;
        match cursor.number(3)? {
            1 => disclosed = json!(vendor_section(&mut cursor)?),
            2 => allowed = json!(vendor_section(&mut cursor)?),
            3 => publisher = publisher_tc(&mut cursor)?,
            _ => return None,
        }
    }
    fields["disclosed"] = disclosed;
    fields["allowed"] = allowed;
    fields["publisher"] = publisher;
    Some(fields)
}

fn core(cursor: &mut Cursor) -> Option<Value> {
    if cursor.number(6)? != 2 {
        return None;
    }
    Some(json!({
        "created_ms": cursor.number(36)? * 100,
        "lastUpdated_ms": cursor.number(36)? * 100,
        "cmpId": cursor.number(12)?,
        "cmpVersion": cursor.number(12)?,
        "consentScreen": cursor.number(6)?,
        "consentLanguage": cursor.letters()?,
        "vendorListVersion": cursor.number(12)?,
        "tcfPolicyVersion": cursor.number(6)?,
        "isServiceSpecific": cursor.bit()?,
        "useNonStandardTexts": cursor.bit()?,
        "specialFeatures": cursor.field(12)?,
        "purposesConsent": cursor.field(24)?,
        "purposesLI": cursor.field(24)?,
        "purposeOneTreatment": cursor.bit()?,
        "publisherCC": cursor.letters()?,
        "vendorsConsent": vendor_section(cursor)?,
        "vendorsLI": vendor_section(cursor)?,
        "restrictions": restrictions(cursor)?,
    }))
}

fn vendor_section(cursor: &mut Cursor) -> Option<BTreeSet<u64>> {
    let max = cursor.number(16)?;
    if cursor.bit()? { entries(cursor) } else { cursor.field(max) }
}

fn entries(cursor: &mut Cursor) -> Option<BTreeSet<u64>> {
    let mut ids = BTreeSet::new();
    for _ in 0..cursor.number(12)? {
        let is_a_range = cursor.bit()?;
        let start = cursor.number(16)?;
        let end = if is_a_range { cursor.number(16)? } else { start };
        ids.extend(start..=end);
    }
    Some(ids)
}

fn restrictions(cursor: &mut Cursor) -> Option<Value> {
    let mut joined: BTreeMap<(u64, u64), BTreeSet<u64>> = BTreeMap::new();
    for _ in 0..cursor.number(12)? {
        let pair = (cursor.number(6)?, cursor.number(2)?);
        joined.entry(pair).or_default().extend(entries(cursor)?);
    }
    let with_vendors = joined.iter().filter(|(_, vendors)| !vendors.is_empty());
    let row = |((purpose, kind), vendors): (&(u64, u64), &BTreeSet<u64>)| json!({ "purpose": purpose, "type": kind, "vendors": vendors });
    Some(with_vendors.map(row).collect())
}

fn publisher_tc(cursor: &mut Cursor) -> Option<Value> {
    let (consents, li, count) = (cursor.field(24)?, cursor.field(24)?, cursor.number(6)?);
    let (custom_consents, custom_li) = (cursor.field(count)?, cursor.field(count)?);
    Some(json!({
        "consents": consents,
        "li": li,
        "numCustom": count,
        "customConsents": custom_consents,
        "customLI": custom_li,
    }))
}

struct Cursor {
    bits: std::vec::IntoIter<bool>,
}

impl Cursor {
    fn new(segment: &str) -> Option<Self> {
        const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut bits = Vec::new();
        for character in segment.chars() {
            let value = ALPHABET.find(character)?;
            bits.extend((0..6).rev().map(|shift| value >> shift & 1 == 1));
        }
        Some(Self { bits: bits.into_iter() })
    }

    fn bit(&mut self) -> Option<bool> {
        self.bits.next()
    }

    fn number(&mut self, width: u32) -> Option<u64> {
        let mut number = 0;
        for _ in 0..width {
            number = number * 2 + u64::from(self.bit()?);
        }
        Some(number)
    }

    fn letters(&mut self) -> Option<String> {
        let mut letter = || Some(char::from(b'A' + u8::try_from(self.number(6)?).ok()?));
        Some([letter()?, letter()?].into_iter().collect())
    }

    /// The numbers, from 1, of the set bits among the next `width`.
    fn field(&mut self, width: u64) -> Option<BTreeSet<u64>> {
        let mut set = BTreeSet::new();
        for id in 1..=width {
            if self.bit()? {
                set.insert(id);
            }
        }
        Some(set)
    }
}
