//! `Signals` from and to an event's `consent` object.
//!
//! Reading never fails on what the object holds: a wrong type, an empty text, an unknown word, a
//! key given twice or a key that is not known makes something unreadable, and that is at least as
//! bad as silence. `null` is absent. Only broken syntax is an error, and that is the parser's.

mod loose;
mod record;
mod write;

use predispatch_types::{Platform, Timestamp, trimmed};
use serde::de::{Deserialize, Deserializer};

use self::loose::{Loose, MAX_ITEMS};
use crate::{ConsentMode, ConsentText, ExplicitConsent, Given, Grant, Signals, consent_mode};

impl<'de> Deserialize<'de> for Signals {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut signals = Self::default();
        let (mut keys, mut empty_tcf) = (0_usize, false);
        let read = loose::entries(deserializer, |key, value| {
            keys = keys.saturating_add(1);
            if key == "tcf" {
                let is_empty = matches!(&value, Loose::Text(text) if text.is_empty());
                empty_tcf = is_empty && signals.tcf.is_absent();
            }
            signals.take(&key, value);
        })?;
        // Not an object at all, or one of too many keys: something was said, and nobody knows what.
        if keys > MAX_ITEMS || !matches!(read, Loose::Null | Loose::Object(_)) {
            signals.has_unknown_keys = true;
        }
        // An empty TC string is what a consent platform hands out where European law does not
        // apply; only there is it nothing.
        if empty_tcf && signals.tcf.is_unreadable() && signals.gdpr_applies.is(false) {
            signals.tcf = Given::Absent;
        }
        Ok(signals)
    }
}

impl Signals {
    fn take(&mut self, key: &str, value: Loose<'_>) {
        match key {
            "tcf" => put(&mut self.tcf, text(value)),
            "additional_consent" => put(&mut self.additional_consent, text(value)),
            "gpp" => put(&mut self.gpp, text(value)),
            "gpp_sid" => put(&mut self.gpp_sid, section_ids(value)),
            "us_privacy" => put(&mut self.us_privacy, text(value)),
            "gpc" => put(&mut self.gpc, strict_bool(&value)),
            "gpc_at" => put(&mut self.gpc_at, time(&value)),
            "gdpr_applies" => put(&mut self.gdpr_applies, strict_bool(&value)),
            "consent_mode" => put(&mut self.consent_mode, consent_mode(value)),
            "gcs" => put(&mut self.gcs, text(value)),
            "gcd" => put(&mut self.gcd, text(value)),
            "cmp" => self.take_cmp(value),
            "collected_at" => put(&mut self.collected_at, time(&value)),
            "pending" => put(&mut self.pending, strict_bool(&value)),
            "opted_out" => put(&mut self.opted_out, strict_bool(&value)),
            "explicit_consent" => put(&mut self.explicit_consent, explicit_consent(value)),
            _ => self.has_unknown_keys = true,
        }
    }

    fn take_cmp(&mut self, value: Loose<'_>) {
        let entries = match value {
            Loose::Null => return,
            Loose::Object(entries) if !entries.is_empty() && entries.len() <= MAX_ITEMS => entries,
            _ => return self.spoil_cmp(),
        };
        let mut is_spoilt = false;
        for (name, value) in entries {
            let answer = yes_or_no(&value);
            let may_refuse = !matches!(answer, Given::Value(true) | Given::Absent);
            let plain = trimmed(&name);
            let is_named = |platform: &Platform| plain.eq_ignore_ascii_case(platform.as_str());
            match Platform::ALL.into_iter().find(is_named) {
                // In another spelling a platform may be refused and not permitted.
                Some(platform) if may_refuse || platform.as_str() == name => {
                    self.take_answer(platform, answer);
                }
                Some(_) => {}
                // A yes for somebody we do not know says nothing; anything else may be a no for
                // one whom we know by another name.
                None => is_spoilt |= may_refuse,
            }
        }
        if is_spoilt {
            self.spoil_cmp();
        }
    }

    /// Of two answers a no is the one that counts.
    fn take_answer(&mut self, platform: Platform, answer: Given<bool>) {
        let mut slot = self.cmp_answer(platform);
        if answer.is(false) {
            slot = answer;
        } else if !slot.is(false) {
            put(&mut slot, answer);
        }
        self.set_cmp(platform, slot);
    }
}

/// A key given twice has no value that could be told to be the one.
fn put<T>(slot: &mut Given<T>, value: Given<T>) {
    *slot = if slot.is_absent() { value } else { Given::Unreadable };
}

fn text(value: Loose<'_>) -> Given<ConsentText> {
    match value {
        Loose::Null => Given::Absent,
        Loose::Text(text) if !trimmed(&text).is_empty() => Given::Value(ConsentText::new(text)),
        _ => Given::Unreadable,
    }
}

/// For statements whose yes is the stricter answer, and for facts: nothing but a boolean.
fn strict_bool(value: &Loose<'_>) -> Given<bool> {
    match value {
        Loose::Null => Given::Absent,
        Loose::Bool(value) => Given::Value(*value),
        _ => Given::Unreadable,
    }
}

/// For answers whose yes permits: only `true` is a yes; what people write for no is a no.
fn yes_or_no(value: &Loose<'_>) -> Given<bool> {
    match value {
        Loose::Text(word) | Loose::Number(word) if consent_mode::is_refusal(word) => {
            Given::Value(false)
        }
        other => strict_bool(other),
    }
}

fn grant(value: &Loose<'_>) -> Given<Grant> {
    match value {
        Loose::Null => Given::Absent,
        Loose::Text(word) => Grant::parse(word),
        other if yes_or_no(other).is(false) => Given::Value(Grant::Denied),
        _ => Given::Unreadable,
    }
}

fn consent_mode(value: Loose<'_>) -> Given<ConsentMode> {
    let entries = match value {
        Loose::Null => return Given::Absent,
        Loose::Object(entries) if !entries.is_empty() && entries.len() <= MAX_ITEMS => entries,
        _ => return Given::Unreadable,
    };
    let mut mode = ConsentMode::default();
    let mut is_default = false;
    for (key, value) in entries {
        let slot = match &*key {
            "ad_storage" => &mut mode.ad_storage,
            "ad_user_data" => &mut mode.ad_user_data,
            "ad_personalization" => &mut mode.ad_personalization,
            "analytics_storage" => &mut mode.analytics_storage,
            // Consent Mode has these too; none is about ads.
            "functionality_storage" | "personalization_storage" | "security_storage" => continue,
            "wait_for_update" => {
                is_default |= !matches!(value, Loose::Null);
                continue;
            }
            // A misspelt key may hold a denial; a `region` says that the grants hold only there.
            _ => return Given::Unreadable,
        };
        put(slot, grant(&value));
    }
    // Only a default command waits, and then nobody answered.
    Given::Value(if is_default { mode.as_default() } else { mode })
}

fn section_ids(value: Loose<'_>) -> Given<Vec<u16>> {
    let items = match value {
        Loose::Null => return Given::Absent,
        Loose::List(items) if !items.is_empty() && items.len() <= MAX_ITEMS => items,
        single @ Loose::Number(_) => vec![single],
        _ => return Given::Unreadable,
    };
    let mut ids = Vec::with_capacity(items.len());
    for item in &items {
        match item {
            // "Unknown" in OpenRTB.
            Loose::Number(number) if number == "-1" => {}
            Loose::Number(number) => match number.parse() {
                Ok(id) if id != 0 => ids.push(id),
                _ => return Given::Unreadable,
            },
            _ => return Given::Unreadable,
        }
    }
    if ids.is_empty() { Given::Absent } else { Given::Value(ids) }
}

fn time(value: &Loose<'_>) -> Given<Timestamp> {
    match value {
        Loose::Null => Given::Absent,
        Loose::Text(text) | Loose::Number(text) => Given::from_result(text.parse()),
        _ => Given::Unreadable,
    }
}

fn explicit_consent(value: Loose<'_>) -> Given<ExplicitConsent> {
    let entries = match value {
        Loose::Null => return Given::Absent,
        Loose::Object(entries) => entries,
        _ => return Given::Unreadable,
    };
    let (mut given_at, mut text_id) = (Given::Absent, Given::Absent);
    for (key, value) in entries {
        match &*key {
            "time" => put(&mut given_at, time(&value)),
            "text_id" => put(&mut text_id, text(value)),
            _ => return Given::Unreadable,
        }
    }
    match (given_at, text_id) {
        (Given::Value(time), Given::Value(text_id)) => {
            ExplicitConsent::new(time, text_id.as_str()).map_or(Given::Unreadable, Given::Value)
        }
        _ => Given::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::*;

    fn read(value: serde_json::Value) -> Signals {
        from_value(value).unwrap()
    }

    #[test]
    fn wrong_types_and_empty_values_are_unreadable_and_null_is_absent() {
        for spoilt in [json!(""), json!(" "), json!([]), json!({}), json!([true]), json!({"a": 1})]
        {
            for key in [
                "tcf",
                "additional_consent",
                "gpp",
                "gpp_sid",
                "us_privacy",
                "gpc",
                "gpc_at",
                "gdpr_applies",
                "consent_mode",
                "gcs",
                "gcd",
                "collected_at",
                "pending",
                "opted_out",
                "explicit_consent",
            ] {
                let signals = read(json!({ key: spoilt }));
                let expected = {
                    let mut all = Signals::default();
                    match key {
                        "tcf" => all.tcf = Given::Unreadable,
                        "additional_consent" => all.additional_consent = Given::Unreadable,
                        "gpp" => all.gpp = Given::Unreadable,
                        "gpp_sid" => all.gpp_sid = Given::Unreadable,
                        "us_privacy" => all.us_privacy = Given::Unreadable,
                        "gpc" => all.gpc = Given::Unreadable,
                        "gpc_at" => all.gpc_at = Given::Unreadable,
                        "gdpr_applies" => all.gdpr_applies = Given::Unreadable,
                        "consent_mode" => all.consent_mode = Given::Unreadable,
                        "gcs" => all.gcs = Given::Unreadable,
                        "gcd" => all.gcd = Given::Unreadable,
                        "collected_at" => all.collected_at = Given::Unreadable,
                        "pending" => all.pending = Given::Unreadable,
                        "opted_out" => all.opted_out = Given::Unreadable,
                        _ => all.explicit_consent = Given::Unreadable,
                    }
                    all
                };
                assert_eq!(signals, expected, "{key}: {spoilt}");
                assert_eq!(read(json!({ key: null })), Signals::default(), "{key}");
            }
        }
    }

    #[test]
    fn an_empty_tc_string_is_absent_only_where_gdpr_does_not_apply() {
        assert!(read(json!({"tcf": ""})).tcf.is_unreadable());
        assert!(read(json!({"tcf": "", "gdpr_applies": true})).tcf.is_unreadable());
        assert!(read(json!({"tcf": "", "gdpr_applies": "false"})).tcf.is_unreadable());
        assert!(read(json!({"tcf": 0, "gdpr_applies": false})).tcf.is_unreadable());
        assert!(read(json!({"tcf": "", "gdpr_applies": false})).tcf.is_absent());
        assert!(read(json!({"gdpr_applies": false, "tcf": ""})).tcf.is_absent());
    }

    #[test]
    fn only_true_is_a_yes_and_words_for_no_are_a_no() {
        let answer = |value: serde_json::Value| {
            read(json!({"cmp": {"meta": value}})).cmp_answer(Platform::Meta)
        };
        assert_eq!(answer(json!(true)), Given::Value(true));
        for no in [json!(false), json!("denied"), json!("FALSE"), json!("0"), json!("no"), json!(0)]
        {
            assert_eq!(answer(no.clone()), Given::Value(false), "{no}");
        }
        for odd in [
            json!("true"),
            json!("granted"),
            json!(1),
            json!("1"),
            json!("yes"),
            json!(""),
            json!({}),
        ] {
            assert_eq!(answer(odd.clone()), Given::Unreadable, "{odd}");
        }
        assert_eq!(answer(json!(null)), Given::Absent);
    }

    #[test]
    fn statements_that_restrict_take_no_words() {
        for odd in [json!("0"), json!("false"), json!(0), json!("1")] {
            assert!(read(json!({"gpc": odd})).gpc.is_unreadable(), "{odd}");
        }
    }

    #[test]
    fn a_key_given_twice_or_not_known_is_not_passed_over() {
        let twice: Signals = serde_json::from_str(r#"{"gpc":true,"gpc":false}"#).unwrap();
        assert!(twice.gpc.is_unreadable());
        assert!(read(json!({"gpcc": true})).has_unknown_keys);
        assert!(read(json!("granted")).has_unknown_keys);
        assert_eq!(read(json!(null)), Signals::default());
        assert_eq!(read(json!({})), Signals::default());
        for mode in [
            json!({"ad_storge": "denied"}),
            json!({"ad_storage": "granted", "ad_user_data": "granted", "region": ["US-CA"]}),
        ] {
            assert!(read(json!({ "consent_mode": mode })).consent_mode.is_unreadable(), "{mode}");
        }
    }

    #[test]
    fn a_no_for_an_unknown_name_spoils_the_unanswered() {
        let signals = read(json!({"cmp": {"facebook": false, "google": true}}));
        assert!(signals.cmp_answer(Platform::Meta).is_unreadable());
        assert!(signals.cmp_answer(Platform::Google).is(true));
        let signals = read(json!({"cmp": {"hotjar": true, "google": true}}));
        assert!(signals.cmp_answer(Platform::Meta).is_absent());
        assert!(read(json!({"cmp": true})).cmp_answer(Platform::Meta).is_unreadable());
        assert!(read(json!({"cmp": {}})).cmp_answer(Platform::Meta).is_unreadable());
    }

    #[test]
    fn a_no_in_another_spelling_or_beside_a_yes_is_a_no() {
        let answer =
            |text: &str| serde_json::from_str::<Signals>(text).unwrap().cmp_answer(Platform::Meta);
        for text in [
            r#"{"cmp": {"meta": true, "Meta": false}}"#,
            r#"{"cmp": {" META ": "denied", "meta": true}}"#,
            r#"{"cmp": {"meta": false, "meta": true}}"#,
            r#"{"cmp": {"meta": true, "meta": false}}"#,
            r#"{"cmp": {"meta": false, "Meta": "?"}}"#,
        ] {
            assert_eq!(answer(text), Given::Value(false), "{text}");
        }
        assert_eq!(answer(r#"{"cmp": {"meta": true, "Meta": "?"}}"#), Given::Unreadable);
        assert_eq!(answer(r#"{"cmp": {"meta": true, "meta": true}}"#), Given::Unreadable);
        assert_eq!(answer(r#"{"cmp": {"Meta": true}}"#), Given::Absent);
    }

    #[test]
    fn section_ids_are_numbers_one_or_several() {
        assert_eq!(read(json!({"gpp_sid": 8})).gpp_sid, Given::Value(vec![8]));
        assert_eq!(read(json!({"gpp_sid": [7, 8]})).gpp_sid, Given::Value(vec![7, 8]));
        assert_eq!(read(json!({"gpp_sid": [-1]})).gpp_sid, Given::Absent);
        for odd in [json!([0]), json!(["8"]), json!([8.5]), json!([70_000]), json!([8, null])] {
            assert_eq!(read(json!({"gpp_sid": odd})).gpp_sid, Given::Unreadable, "{odd}");
        }
    }

    #[test]
    fn nothing_is_written_that_nobody_gave() {
        for given in [
            json!({"consent_mode": {"ad_user_data": "granted", "ad_personalization": "denied"}}),
            json!({"consent_mode": {"ad_storage": null}}),
        ] {
            assert_eq!(to_value(read(given.clone())).unwrap(), given);
        }
    }

    #[test]
    fn what_is_written_reads_back_equal() {
        let full = json!({
            "tcf": "CQ", "additional_consent": "2~1~dv.2", "gpp": "DBAA", "gpp_sid": [7, 8],
            "us_privacy": "1YNN", "gpc": true, "gpc_at": "2026-10-01T00:00:00Z", "gdpr_applies": false,
            "consent_mode": {"ad_storage": "granted", "ad_user_data": "denied", "ad_personalization": ""},
            "gcs": "G111", "gcd": "13l3l3l3l1l1", "cmp": {"meta": true, "x": "no", "google": "?"},
            "collected_at": "2026-11-20T18:01:00Z", "pending": true, "opted_out": false,
            "explicit_consent": {"time": "2026-11-01T00:00:00Z", "text_id": "ca-7"}
        });
        let keys: Vec<_> = full.as_object().unwrap().keys().cloned().collect();
        let mut cases = vec![
            full.clone(),
            json!({}),
            json!({"what": 1}),
            json!({"consent_mode": {"wait_for_update": 500}}),
        ];
        for key in keys {
            let mut spoilt = full.clone();
            spoilt[&key] = json!([[]]);
            cases.push(spoilt);
        }
        for case in cases {
            let signals = read(case.clone());
            assert_eq!(read(to_value(&signals).unwrap()), signals, "{case}");
        }
    }

    #[test]
    fn only_a_default_command_that_waits_grants_nothing() {
        let granted = |waits: serde_json::Value| {
            let mode = json!({ "ad_storage": "granted", "wait_for_update": waits });
            let read = read(json!({ "consent_mode": mode })).consent_mode;
            read.value().unwrap().ad_storage
        };
        assert_eq!(granted(json!(500)), Given::Absent);
        assert_eq!(granted(json!(null)), Given::Value(Grant::Granted));
        // What it denies is denied, and through a queue still nobody's answer.
        let mode = json!({ "consent_mode": { "ad_storage": "denied", "wait_for_update": 500 } });
        let waiting = read(mode);
        let mode = waiting.consent_mode.value().unwrap();
        assert!(mode.is_default && mode.ad_storage.is(Grant::Denied));
        assert_eq!(read(to_value(&waiting).unwrap()), waiting);
    }
}
