//! `Signals` as an object again.

use predispatch_types::Platform;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::{ConsentMode, ConsentText, Given, Signals};

/// Writes an object that reads back as the same signals, for a queue. It holds the consent strings:
/// treat it like personal data, and keep it out of logs.
impl Serialize for Signals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            tcf,
            additional_consent,
            gpp,
            gpp_sid,
            us_privacy,
            gpc,
            gpc_at,
            gdpr_applies,
            consent_mode,
            gcs,
            gcd,
            cmp: _,
            collected_at,
            pending,
            opted_out,
            explicit_consent,
            has_unknown_keys,
        } = self;
        let mut map = serializer.serialize_map(None)?;
        let texts = [
            ("tcf", tcf),
            ("additional_consent", additional_consent),
            ("gpp", gpp),
            ("us_privacy", us_privacy),
            ("gcs", gcs),
            ("gcd", gcd),
        ];
        for (key, value) in texts {
            entry(&mut map, key, value, ConsentText::as_str)?;
        }
        let bools = [
            ("gpc", gpc),
            ("gdpr_applies", gdpr_applies),
            ("pending", pending),
            ("opted_out", opted_out),
        ];
        for (key, value) in bools {
            entry(&mut map, key, value, |value| *value)?;
        }
        entry(&mut map, "gpp_sid", gpp_sid, Clone::clone)?;
        entry(&mut map, "collected_at", collected_at, ToString::to_string)?;
        entry(&mut map, "gpc_at", gpc_at, ToString::to_string)?;
        entry(&mut map, "consent_mode", consent_mode, |mode| ModeOut(*mode))?;
        entry(&mut map, "explicit_consent", explicit_consent, |consent| {
            [("time", consent.time.to_string()), ("text_id", consent.text_id.to_string())]
                .into_iter()
                .collect::<std::collections::BTreeMap<_, _>>()
        })?;
        if self.has_cmp() {
            map.serialize_entry("cmp", &CmpOut(self))?;
        }
        if *has_unknown_keys {
            map.serialize_entry("unknown", UNREADABLE)?;
        }
        map.end()
    }
}

/// An empty text reads back as unreadable, whatever the key. (For `tcf` too: one that was empty
/// where European law does not apply was absent already.)
const UNREADABLE: &str = "";
/// `""` would be nothing beside `gdpr_applies: false`.
const UNREADABLE_TEXT: &str = " ";

fn entry<'g, M: SerializeMap, T, U: Serialize>(
    map: &mut M,
    key: &'static str,
    given: &'g Given<T>,
    value: impl Fn(&'g T) -> U,
) -> Result<(), M::Error> {
    match given {
        Given::Absent => Ok(()),
        Given::Unreadable => map.serialize_entry(key, UNREADABLE_TEXT),
        Given::Value(inner) => map.serialize_entry(key, &value(inner)),
    }
}

struct ModeOut(ConsentMode);

impl Serialize for ModeOut {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ConsentMode {
            ad_storage,
            ad_user_data,
            ad_personalization,
            analytics_storage,
            is_default,
        } = self.0;
        let signals = [
            ("ad_storage", ad_storage),
            ("ad_user_data", ad_user_data),
            ("ad_personalization", ad_personalization),
            ("analytics_storage", analytics_storage),
        ];
        let mut map = serializer.serialize_map(None)?;
        for (key, given) in &signals {
            entry(&mut map, key, given, |grant| grant.as_str())?;
        }
        if is_default {
            map.serialize_entry("wait_for_update", &0)?;
        } else if signals.iter().all(|(_, given)| given.is_absent()) {
            // An object without keys would read back as unreadable; `null` is absent.
            map.serialize_entry("ad_storage", &())?;
        }
        map.end()
    }
}

struct CmpOut<'a>(&'a Signals);

impl Serialize for CmpOut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for platform in Platform::ALL {
            entry(&mut map, platform.as_str(), &self.0.cmp_answer(platform), |answer| *answer)?;
        }
        map.end()
    }
}
