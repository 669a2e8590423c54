//! Laws of `predispatch-dedup`.

use predispatch_dedup::{
    Key,
    store::{Group, decode, encode},
};

/// Bytes from a disk or a server are refused, or are what the records would be written as.
pub(crate) fn group(input: &[u8]) {
    let Some((id, bytes)) = input.split_first_chunk::<16>() else { return };
    let group = Group::of_event(Key::from_bytes(*id));
    let Ok(records) = decode(group, bytes) else { return };
    assert!(records.iter().all(|record| Group::of_event(record.key) == group));
    let written = encode(&records);
    assert_eq!(written.as_slice(), bytes, "read and written again");
    assert_eq!(decode(group, &written), Ok(records));
}
