//! Laws of `predispatch-pii`'s scrubbing.

use predispatch_pii::{UrlOptions, scrub_text, scrub_url};

use crate::text;

/// A scrubbed URL scrubs to itself, is hardly longer, and keeps nothing that looks like an address
/// in clear. What can be read once can be read again.
pub(crate) fn url(input: &[u8]) {
    let Some(text) = text(input) else { return };
    for options in [UrlOptions::STANDARD, UrlOptions::STRICT, UrlOptions::STRICT.cut_path()] {
        let Ok(once) = scrub_url(text, &options) else { continue };
        let twice = scrub_url(once.as_str(), &options).expect("what was read can be read");
        assert_eq!(once.as_str(), twice.as_str());
        assert!(twice.is_unchanged());
        let pieces = text.bytes().filter(|byte| matches!(byte, b'/' | b';' | b'?')).count();
        let encoded = text.bytes().filter(|byte| *byte == b'%').count();
        assert!(once.as_str().len() <= text.len() + 8 * (pieces + encoded + 1));
        let after_host = once.as_str().splitn(4, '/').nth(3).unwrap_or_default();
        // A plus in a query is a space, so `1+%40example.com` there is nobody's address.
        let after_host = after_host.replace('+', " ");
        assert_eq!(scrub_text(&after_host).count(predispatch_pii::Shape::Email), 0);
    }
}

/// A masked text has nothing more to mask.
pub(crate) fn free_text(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let once = scrub_text(text);
    let twice = scrub_text(once.as_str());
    assert_eq!(once.as_str(), twice.as_str());
    assert_eq!(twice.total(), 0);
    assert_eq!(once.total() == 0, once.as_str() == text);
}
