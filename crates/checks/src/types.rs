//! Laws of `predispatch-types`.

use predispatch_types::Timestamp;

use crate::text;

/// A moment that can be read prints as one that reads back equal.
pub(crate) fn timestamp(input: &[u8]) {
    let Some(text) = text(input) else { return };
    if let Ok(moment) = text.parse::<Timestamp>() {
        assert_eq!(moment.to_string().parse(), Ok(moment));
    }
}
