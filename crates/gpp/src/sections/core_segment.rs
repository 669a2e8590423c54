//! The core segment: which layout it has, and its bits.

use super::{
    Field,
    layout::{Layout, VERSION_BITS},
    us_national,
};
use crate::{
    Fault, SectionError, SectionId,
    bits::{BITS_PER_CHAR, INVALID, value},
};

/// A core segment whose bits are all there.
pub(super) struct Core {
    pub(super) layout: &'static Layout,
    /// The last one lowest; those that can't be read are 0.
    pub(super) bits: u128,
    /// Where they stop being readable.
    pub(super) readable: u32,
    /// The first set bit after the end.
    trailing: Option<usize>,
}

/// Chooses the layout and takes the core's bits, of which every one must make sense.
pub(super) fn read_core(id: SectionId, segment: usize, text: &str) -> Result<Core, SectionError> {
    let core = take_core(id, segment, text)?;
    let at = |field, bit, fault| SectionError { section: id, segment, field, bit, fault };
    if let Some(bit) = core.trailing {
        return Err(at("", bit, Fault::TrailingBits));
    }
    let Core { layout, bits, readable, .. } = core;
    let unreadable = layout.bits.saturating_sub(readable);
    let bits = bits.checked_shr(unreadable).unwrap_or_default();
    if let Some(bit) = first_undefined(bits, readable, VERSION_BITS) {
        let holds = |(_, start): &(Field, u32)| to_usize(*start) <= bit;
        let field = layout.offsets().take_while(holds).last();
        let name = field.map_or_else(|| version_field(layout), |(field, _)| field.as_str());
        return Err(at(name, bit, Fault::UndefinedValue));
    }
    Ok(core)
}

/// Chooses the layout and takes the core's bits, whatever they say and whatever follows them.
pub(super) fn take_core(id: SectionId, segment: usize, text: &str) -> Result<Core, SectionError> {
    let at = |field, bit, fault| SectionError { section: id, segment, field, bit, fault };
    let newest = Layout::newest(id).ok_or_else(|| at("Version", 0, Fault::UnsupportedVersion))?;
    let version_field = version_field(newest);
    let head = Head::load(text).map_err(|(bit, fault)| at("", bit, fault))?;
    if head.bits < VERSION_BITS {
        return Err(at(version_field, 0, Fault::CutShort));
    }
    let version = u8::try_from(head.first(VERSION_BITS)).unwrap_or(u8::MAX);
    let layout = Layout::of_version(id, version)
        .filter(|layout| layout.version.is_some() || version < FIRST_ID_WITH_HEADER)
        .ok_or_else(|| at(version_field, 0, Fault::UnsupportedVersion))?;

    let (mut readable, mut trailing) = (layout.bits, None);
    if head.bits < layout.bits {
        // A body of version 1 that says version 2.
        let is_older = core::ptr::eq(layout, &us_national::V2) && head.bits >= us_national::V1.bits;
        if !is_older {
            let cut = |(field, start): &(Field, u32)| {
                start.saturating_add(layout.width(*field)) > head.bits
            };
            let (field, start) = layout
                .offsets()
                .find(cut)
                .map_or((version_field, 0), |(field, start)| (field.as_str(), start));
            return Err(at(field, to_usize(start), Fault::CutShort));
        }
        readable = us_national::COMMON_BITS;
    } else if let Some(bit) = head.set_after(layout.bits) {
        // A body of version 2 that says version 1.
        if core::ptr::eq(layout, &us_national::V1) {
            readable = us_national::COMMON_BITS;
        } else {
            trailing = Some(bit);
        }
    }
    let unreadable = layout.bits.saturating_sub(readable);
    let bits = head.first(readable).checked_shl(unreadable).unwrap_or_default();
    Ok(Core { layout, bits, readable, trailing })
}

/// The first field of every core.
const fn version_field(layout: &Layout) -> &'static str {
    if layout.version.is_some() { "Version" } else { "MspaVersion" }
}

/// The first bits of a segment, enough for every core.
struct Head {
    /// The text's first bit is the highest.
    window: u128,
    /// All bits of the text.
    bits: u32,
    /// The first set bit past the window.
    far: Option<usize>,
}

impl Head {
    /// One pass over the text.
    fn load(text: &str) -> Result<Self, (usize, Fault)> {
        if text.is_empty() {
            return Err((0, Fault::Empty));
        }
        let (head, tail) = text.as_bytes().split_at(text.len().min(Self::CHARS));
        let mut window = 0_u128;
        let mut loaded = 0_u32;
        for (index, &byte) in head.iter().enumerate() {
            let six = value(byte);
            if six == INVALID {
                return Err((index.saturating_mul(BITS_PER_CHAR), Fault::BadCharacter));
            }
            window = (window << 6) | u128::from(six);
            loaded = loaded.saturating_add(6);
        }
        let mut far = None;
        // No early end: this runs over many bytes at a time.
        if tail.iter().fold(0, |others, &byte| others | (byte ^ PADDING)) != 0 {
            for (index, &byte) in tail.iter().enumerate() {
                let bit = index.saturating_add(Self::CHARS).saturating_mul(BITS_PER_CHAR);
                match value(byte) {
                    INVALID => return Err((bit, Fault::BadCharacter)),
                    six if six != 0 && far.is_none() => {
                        // Six bits are the lower ones of eight.
                        far = bit.checked_add(to_usize(six.leading_zeros()).saturating_sub(2));
                    }
                    _ => {}
                }
            }
        }
        let unused = u128::BITS.saturating_sub(loaded);
        let bits = text.len().saturating_mul(BITS_PER_CHAR);
        Ok(Self {
            window: window.checked_shl(unused).unwrap_or_default(),
            bits: u32::try_from(bits).unwrap_or(u32::MAX),
            far,
        })
    }

    /// The first `width` bits as a number; zeros stand for what is past the end.
    fn first(&self, width: u32) -> u128 {
        self.window.checked_shr(u128::BITS.saturating_sub(width)).unwrap_or_default()
    }

    /// The first set bit from `bit` on.
    fn set_after(&self, bit: u32) -> Option<usize> {
        let zeros = self.window.checked_shl(bit).unwrap_or_default().leading_zeros();
        if zeros == u128::BITS { self.far } else { bit.checked_add(zeros).map(to_usize) }
    }

    /// As many as fit into the window.
    const CHARS: usize = 21;
}

/// The bit at which the first value of 3 starts, in the lowest `width` bits of `bits`, whose values
/// begin at bit `from`.
pub(super) fn first_undefined(bits: u128, width: u32, from: u32) -> Option<usize> {
    let pairs = bits & (bits >> 1) & LOW_BITS_OF_PAIRS;
    let unused = u128::BITS.saturating_sub(width.saturating_sub(from));
    // The version's bits are no values.
    let pairs = pairs.checked_shl(unused).unwrap_or_default();
    let low_bit = to_usize(from.saturating_add(pairs.leading_zeros()));
    (pairs != 0).then(|| low_bit.saturating_sub(1))
}

fn to_usize(bit: u32) -> usize {
    usize::try_from(bit).unwrap_or(usize::MAX)
}

/// Six zeros.
const PADDING: u8 = b'A';

/// Every value lies at an even number of bits from the end.
const LOW_BITS_OF_PAIRS: u128 = u128::MAX / 3;

/// A core that begins with this or more would be taken for a header segment.
const FIRST_ID_WITH_HEADER: u8 = 24;
