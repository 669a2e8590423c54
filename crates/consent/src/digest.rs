//! Keyed digests: what a record keeps of a text instead of the text.

use core::fmt;
use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use predispatch_types::Platform;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{ConsentText, EventKey, Given, Signals};

/// The key of a log's digests. Whoever has it can tell whether a string that they hold is the one
/// that was recorded; without it the digests say nothing.
///
/// Wiped when dropped.
#[derive(Clone)]
pub struct DigestKey(Zeroizing<[u8; 32]>);

impl DigestKey {
    /// Takes 32 random bytes.
    pub fn new(key: [u8; 32]) -> Self {
        Self(Zeroizing::new(key))
    }

    /// HMAC-SHA256 over the field's name and the bytes, cut to 128 bits, in hexadecimal.
    pub(crate) fn digest(&self, field: &str, bytes: &[u8]) -> Box<str> {
        let Some(mac) = self.mac(field, bytes) else { return "".into() };
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        let half = digest.first_chunk::<LEN>().copied().unwrap_or_default();
        const_hex::encode(half).into()
    }

    /// Whether `digest` is the one of these bytes, in a time that does not tell where it differs.
    pub(crate) fn verifies(&self, field: &str, bytes: &[u8], digest: &str) -> bool {
        let Ok(digest) = const_hex::decode_to_array::<_, LEN>(digest) else { return false };
        self.mac(field, bytes).is_some_and(|mac| mac.verify_truncated_left(&digest).is_ok())
    }

    /// A key of any length is good for HMAC, so there is always one.
    fn mac(&self, field: &str, bytes: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.0).ok()?;
        mac.update(field.as_bytes());
        mac.update(&[0]);
        mac.update(bytes);
        Some(mac)
    }
}

impl fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DigestKey(<redacted>)")
    }
}

/// The signals of an event as a record keeps them: strings as keyed digests, the rest as words.
/// Absent signals are left out.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SignalDigests(pub(crate) BTreeMap<Box<str>, Box<str>>);

impl SignalDigests {
    pub(crate) fn new(signals: &Signals, key: &DigestKey) -> Self {
        let mut all = Self::default();
        let texts = [
            ("tcf", &signals.tcf),
            ("additional_consent", &signals.additional_consent),
            ("gpp", &signals.gpp),
            ("us_privacy", &signals.us_privacy),
            ("gcs", &signals.gcs),
            ("gcd", &signals.gcd),
        ];
        for (name, text) in texts {
            all.add(name, text, |text: &ConsentText| key.digest(name, text.as_str().as_bytes()));
        }
        for (name, value) in [
            ("gpc", signals.gpc),
            ("gdpr_applies", signals.gdpr_applies),
            ("pending", signals.pending),
            ("opted_out", signals.opted_out),
        ] {
            all.add(name, &value, |value| value.to_string().into());
        }
        for platform in Platform::ALL {
            let name = format!("cmp.{platform}");
            all.add(&name, &signals.cmp_answer(platform), |value| value.to_string().into());
        }
        all.add("gpp_sid", &signals.gpp_sid, |ids| {
            let ids: Vec<_> = ids.iter().map(u16::to_string).collect();
            ids.join(",").into()
        });
        all.add("collected_at", &signals.collected_at, |at| at.to_string().into());
        all.add("gpc_at", &signals.gpc_at, |at| at.to_string().into());
        all.add("explicit_consent", &signals.explicit_consent, |consent| {
            let text = key.digest("explicit_consent", consent.text_id.as_bytes());
            format!("{} {text}", consent.time).into()
        });
        if signals.consent_mode.is_unreadable() {
            all.insert("consent_mode", UNREADABLE.into());
        }
        if let Given::Value(mode) = signals.consent_mode {
            for (name, given) in [
                ("consent_mode.ad_storage", mode.ad_storage),
                ("consent_mode.ad_user_data", mode.ad_user_data),
                ("consent_mode.ad_personalization", mode.ad_personalization),
                ("consent_mode.analytics_storage", mode.analytics_storage),
            ] {
                all.add(name, &given, |grant| grant.as_str().into());
            }
            if mode.is_default {
                all.insert("consent_mode.wait_for_update", "true".into());
            }
        }
        if signals.has_unknown_keys {
            all.insert("unknown", UNREADABLE.into());
        }
        all
    }

    /// Names and values, in alphabetical order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    fn add<T>(&mut self, name: &str, given: &Given<T>, value: impl FnOnce(&T) -> Box<str>) {
        match given {
            Given::Absent => {}
            Given::Unreadable => self.insert(name, UNREADABLE.into()),
            Given::Value(inner) => self.insert(name, value(inner)),
        }
    }

    fn insert(&mut self, name: &str, value: Box<str>) {
        self.0.insert(name.into(), value);
    }
}

/// The event's own digest.
pub(crate) fn event(key: &DigestKey, event: EventKey) -> Box<str> {
    key.digest("event", event.hex().as_bytes())
}

/// The event's own name, which may be anything.
pub(crate) fn event_name(key: &DigestKey, name: &str) -> Box<str> {
    key.digest("event_name", name.as_bytes())
}

/// A word for the event's subject.
pub(crate) fn vertical(key: &DigestKey, word: &str) -> Box<str> {
    key.digest("vertical", word.as_bytes())
}

const UNREADABLE: &str = "unreadable";
/// Bytes of a digest.
const LEN: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_hmac_sha256_of_field_and_text() {
        // RFC 4231 has no case with our separator; this one was made with Python's hmac module.
        let key = DigestKey::new([7; 32]);
        assert_eq!(&*key.digest("tcf", b"CQ"), EXPECTED);
        assert_ne!(key.digest("gpp", b"CQ"), key.digest("tcf", b"CQ"));
        assert!(key.verifies("tcf", b"CQ", EXPECTED));
        assert!(!key.verifies("tcf", b"CR", EXPECTED) && !key.verifies("gpp", b"CQ", EXPECTED));
        for odd in
            ["", "75", "753bf04217aff48dd08dff958a53a90", "753bf04217aff48dd08dff958a53a90aff"]
        {
            assert!(!key.verifies("tcf", b"CQ", odd), "{odd}");
        }
        assert_ne!(DigestKey::new([8; 32]).digest("tcf", b"CQ"), key.digest("tcf", b"CQ"));
        assert_eq!(format!("{key:?}"), "DigestKey(<redacted>)");
    }

    const EXPECTED: &str = "753bf04217aff48dd08dff958a53a90a";

    #[test]
    fn no_string_stands_in_it() {
        let mut signals = Signals::default();
        signals.set_tcf("marked");
        signals.set_gpp("marked");
        signals.set_us_privacy("");
        signals.gpc = Given::Value(true);
        let digests = SignalDigests::new(&signals, &DigestKey::new([1; 32]));
        let all: Vec<_> = digests.iter().collect();
        assert_eq!(all.len(), 4);
        assert!(all.iter().all(|(_, value)| !value.contains("marked")));
        assert_eq!(all[0], ("gpc", "true"));
        assert_eq!(all[3], ("us_privacy", "unreadable"));
    }
}
