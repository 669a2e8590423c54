//! What the platforms' answers mean, and what is done about them: `tests/data/NAME/answers.jsonl`.

use predispatch_payload::{Answer, Batch, Next, Payload, Prepared, Response, Why};
use serde_json::{Value, json};

use crate::{
    platforms::{SUBJECTS, Subject, data},
    setting::{merge, permit, read},
};

#[test]
fn each_answer_means_what_the_documents_say() {
    let mut wrong = Vec::new();
    for subject in SUBJECTS {
        let mut run = 0;
        for line in subject.read("answers.jsonl").lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            let body = match &case["body"] {
                Value::String(text) => text.clone(),
                json => json.to_string(),
            };
            let status = u16::try_from(case["status"].as_u64().unwrap()).unwrap();
            let sent = usize::try_from(case["sent"].as_u64().unwrap_or(3)).unwrap();
            let response = Response::new(status, body.as_bytes());
            let answer = Answer::read(subject.destination(), &response, sent);
            if format!("{answer:?}") != case["want"].as_str().unwrap() {
                wrong.push(format!("{}: {answer:?}: {line}", subject.name));
            }
            run += 1;
        }
        assert!(run >= 8, "{}: {run} answers", subject.name);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// No event is ever lost or counted twice, whatever the answer.
#[test]
fn every_member_comes_out_in_one_place() {
    for subject in SUBJECTS {
        let payloads = payloads(subject, 5);
        let batch = || Batch::plan(&payloads).remove(0);
        let answers = [
            Answer::Accepted,
            Answer::Unknown,
            Answer::Mixed {
                refused: vec![0],
                again: vec![2],
                doubtful: vec![4],
                too_early: vec![(3, 21_600)],
            },
            Answer::Divided { why: Why::Invalid },
            Answer::TooLarge,
            Answer::read(subject.destination(), &Response::new(503, b"<html>"), 5),
            Answer::read(subject.destination(), &Response::new(401, b""), 5),
            Answer::read(subject.destination(), &Response::new(400, b"{}"), 5),
        ];
        for answer in answers {
            let members = batch().members().to_vec();
            let next = batch().after(&answer);
            assert_eq!(places(&next), members, "{answer:?}");
            let in_doubt = batch().in_doubt(&answer);
            assert!(next.doubtful.iter().all(|place| in_doubt.contains(place)), "{answer:?}");
            assert!(!next.accepted.iter().any(|place| in_doubt.contains(place)), "{answer:?}");
        }
    }
}

/// An answer that can't be read, or a server that failed: what the platform pairs is sent again, of the
/// rest somebody decides.
#[test]
fn what_can_not_be_told_from_its_copy_is_not_sent_again_in_silence() {
    let failed = Answer::Retry { after_secs: None, why: Why::Server };
    for (subject, answer) in
        SUBJECTS.iter().flat_map(|subject| [(subject, Answer::Unknown), (subject, failed.clone())])
    {
        let mut json: Value =
            serde_json::from_str(&std::fs::read_to_string(data("base.json")).unwrap()).unwrap();
        let named = payload(subject, &json);
        json["event_name"] = "add_to_cart".into();
        json.as_object_mut().unwrap().remove("event_id");
        json["custom_data"].as_object_mut().unwrap().remove("order_id");
        let (copies, doubtful) = match subject.name {
            // They need an order or an event's id.
            "google_ads_adjustment" | "pinterest" => (vec![named], vec![]),
            // It says nothing of copies.
            "linkedin" => {
                let next = Batch::plan(&[named]).remove(0).after(&answer);
                assert_eq!((next.again, next.doubtful), (vec![], vec![0]));
                continue;
            }
            _ => (vec![payload(subject, &json), named], vec![0]),
        };
        let (mut again, mut found) = (0, Vec::new());
        for batch in Batch::plan(&copies) {
            let next = batch.after(&answer);
            again += next.again.iter().map(|batch| batch.members().len()).sum::<usize>();
            found.extend(next.doubtful);
        }
        assert_eq!((again, found), (1, doubtful), "{}", subject.name);
    }
}

/// Whether the platform tells a copy or not: what may be there keeps its claim.
#[test]
fn what_may_have_been_kept_is_in_doubt() {
    let why = Why::Invalid;
    let retry = |why| Answer::Retry { after_secs: None, why };
    let mixed = Answer::Mixed {
        refused: vec![0],
        again: vec![1],
        doubtful: vec![2],
        too_early: vec![(3, 21_600)],
    };
    let cases = [
        (Answer::Accepted, 5, vec![]),
        (Answer::Partly { refused: vec![0], others_kept: false }, 5, vec![]),
        (mixed, 5, vec![2]),
        (Answer::Divided { why }, 5, vec![0, 1, 2, 3, 4]),
        (Answer::Divided { why }, 1, vec![]),
        (retry(Why::Server), 5, vec![0, 1, 2, 3, 4]),
        (retry(Why::RateLimit), 5, vec![]),
        (Answer::Refused { why }, 5, vec![]),
        (Answer::Blocked { why }, 5, vec![]),
        (Answer::TooLarge, 5, vec![]),
        (Answer::Unknown, 5, vec![0, 1, 2, 3, 4]),
    ];
    for name in ["meta", "linkedin"] {
        let subject = SUBJECTS.iter().find(|subject| subject.name == name).unwrap();
        for (answer, sent, expected) in &cases {
            let payloads = payloads(subject, *sent);
            let batch = Batch::plan(&payloads).remove(0);
            assert_eq!(batch.in_doubt(answer), *expected, "{name} {answer:?}");
        }
    }
}

/// A request has the token of one account: events of two never share one, all of one may.
#[test]
fn two_accounts_share_no_request() {
    let base: Value =
        serde_json::from_str(&std::fs::read_to_string(data("base.json")).unwrap()).unwrap();
    let (event, lead) = (read(&base), {
        let mut lead = base.clone();
        merge(&mut lead, &json!({"event_name": "lead"}));
        read(&lead)
    });
    for subject in SUBJECTS {
        let other = match subject.name {
            "amazon" => json!({"account_id": "999"}),
            "google_ads_adjustment" | "google_ads_click" | "google_data_manager" => {
                json!({"operating_account_id": "999"})
            }
            "google_analytics_4" => json!({"measurement_id": "G-ZZ99ZZ99ZZ"}),
            "linkedin" => json!({"conversion_rules": {"*": "104999", "lead": "105000"}}),
            "microsoft" => json!({"tag_id": "999"}),
            "pinterest" => json!({"ad_account_id": "999"}),
            "tiktok" => json!({"pixel_code": "CZZZ"}),
            "x" => json!({"pixel_id": "zzzzz", "event_tags": {"*": "tw-zzzzz-o87ne"}}),
            _ => json!({"pixel_id": "999"}),
        };
        let (account, other) = (subject.account(&Value::Null), subject.account(&other));
        let envelope = |event, account| {
            let flags = predispatch_consent::Flags::new();
            let permit = permit(event, subject.destination(), flags, event.time());
            let built = Prepared::new(event).build(&permit, account, event.time()).unwrap();
            built.body.envelope()
        };
        assert_ne!(envelope(&event, &account), envelope(&event, &other), "{}", subject.name);
        assert_eq!(envelope(&event, &other), envelope(&lead, &other), "{}", subject.name);
    }
}

/// What may have been kept and can't be told from its copy is in doubt; the rest goes on.
#[test]
fn what_may_have_been_kept_is_not_sent_again_in_silence() {
    let base: Value =
        serde_json::from_str(&std::fs::read_to_string(data("base.json")).unwrap()).unwrap();
    let at = |name: &str, patches: &[Value], status: u16, body: &str| {
        let subject = SUBJECTS.iter().find(|subject| subject.name == name).unwrap();
        let one = |patch: &Value| {
            let mut event = base.clone();
            merge(&mut event, patch);
            payload(subject, &event)
        };
        let payloads: Vec<_> = patches.iter().map(one).collect();
        let answer = Answer::read(
            subject.destination(),
            &Response::new(status, body.as_bytes()),
            payloads.len(),
        );
        let next = Batch::plan(&payloads).remove(0).after(&answer);
        let again: Vec<Vec<_>> = next.again.iter().map(|half| half.members().to_vec()).collect();
        let refused = next.refused.iter().map(|refusal| refusal.member).collect::<Vec<_>>();
        (next.accepted, refused, again, next.doubtful)
    };
    let (none, shop, page) =
        (json!({}), json!({"action_source": "physical_store"}), json!({"event_name": "page_view"}));
    let three = [none.clone(), shop.clone(), none.clone()];
    assert_eq!(
        at("pinterest", &[shop.clone(), shop.clone()], 422, "{}"),
        (vec![], vec![], vec![], vec![0, 1])
    );
    assert_eq!(
        at("pinterest", &three, 422, "{}"),
        (vec![], vec![], vec![vec![0], vec![2]], vec![1])
    );
    assert_eq!(
        at("pinterest", &[none.clone(), shop.clone()], 422, "{}"),
        (vec![], vec![], vec![vec![0]], vec![1])
    );
    assert_eq!(at("pinterest", &[shop], 422, "{}"), (vec![], vec![0], vec![], vec![]));
    let named = r#"{"error":{"details":[{"index":0,"isWarning":false}]}}"#;
    assert_eq!(
        at("microsoft", &[none.clone(), page.clone()], 400, named),
        (vec![], vec![0], vec![], vec![1])
    );
    assert_eq!(
        at("microsoft", &[none.clone(), none.clone()], 400, named),
        (vec![], vec![0], vec![vec![1]], vec![])
    );
    assert_eq!(
        at("microsoft", &[page.clone(), page], 400, "{}"),
        (vec![], vec![], vec![], vec![0, 1])
    );
    let two = [none.clone(), none.clone()];
    assert_eq!(
        at("linkedin", &two, 200, r#"{"elements":[{"status":201},{}]}"#),
        (vec![0], vec![], vec![], vec![1])
    );
    assert_eq!(
        at("linkedin", &two, 200, r#"{"elements":[{"status":500},{"status":429}]}"#),
        (vec![], vec![], vec![vec![1]], vec![0])
    );
    let bare = [json!({"event_id": null}), none];
    assert_eq!(
        at("amazon", &bare, 207, r#"{"success":[{"index":1}]}"#),
        (vec![1], vec![], vec![], vec![0])
    );
    assert_eq!(
        at("reddit", &bare, 200, r#"{"message":"x","invalid_events":[{}]}"#),
        (vec![], vec![], vec![vec![1]], vec![0])
    );
}

/// Copies that a platform does not tell although the event has an id.
#[test]
fn an_id_does_not_pair_everything() {
    for (name, patch, is_paired) in [
        ("microsoft", json!({}), true),
        ("microsoft", json!({"event_name": "page_view"}), false),
        ("pinterest", json!({}), true),
        ("pinterest", json!({"action_source": "physical_store"}), false),
        ("google_analytics_4", json!({"event_name": "page_view"}), false),
    ] {
        let mut event: Value =
            serde_json::from_str(&std::fs::read_to_string(data("base.json")).unwrap()).unwrap();
        merge(&mut event, &patch);
        let subject = SUBJECTS.iter().find(|subject| subject.name == name).unwrap();
        assert_eq!(payload(subject, &event).is_paired(), is_paired, "{name} {patch}");
    }
}

fn payload(subject: &Subject, json: &Value) -> Payload {
    let (event, to) = (read(json), subject.destination());
    let account = subject.account(&Value::Null);
    let permit = permit(&event, to, predispatch_consent::Flags::new(), event.time());
    Payload::from(&Prepared::new(&event).build(&permit, &account, event.time()).unwrap().body)
}

/// A server that refuses every request with event 3 in it: bisecting finds it with few requests.
#[test]
fn bisecting_finds_the_one_bad_event() {
    let subject = SUBJECTS.iter().find(|subject| subject.name == "meta").unwrap();
    let payloads = payloads(subject, 64);
    let mut open = Batch::plan(&payloads);
    let (mut accepted, mut refused, mut requests) = (0, Vec::new(), 0);
    while let Some(batch) = open.pop() {
        requests += 1;
        assert!(requests < 100, "it never ends");
        let is_bad = batch.members().contains(&3);
        let body: &[u8] = if is_bad { br#"{"error":{"code":100}}"# } else { b"" };
        let ok = format!(r#"{{"events_received":{}}}"#, batch.members().len());
        let response =
            if is_bad { Response::new(400, body) } else { Response::new(200, ok.as_bytes()) };
        let answer = Answer::read(subject.destination(), &response, batch.members().len());
        let next = batch.after(&answer);
        accepted += next.accepted.len();
        refused.extend(next.refused);
        open.extend(next.again);
    }
    assert_eq!((accepted, refused.len(), requests), (63, 1, 13));
    assert!(refused[0].member == 3 && refused[0].is_attributed);
}

/// The largest request: the one bad event among them is the only one that is lost.
#[test]
fn bisecting_harms_no_neighbour() {
    let subject = SUBJECTS.iter().find(|subject| subject.name == "linkedin").unwrap();
    let payloads = payloads(subject, 5_000);
    let mut open = Batch::plan(&payloads);
    let (mut accepted, mut refused) = (0, Vec::new());
    while let Some(batch) = open.pop() {
        let is_bad = batch.members().contains(&777);
        let why = Why::Invalid;
        let next = batch.after(&if is_bad { Answer::Refused { why } } else { Answer::Accepted });
        accepted += next.accepted.len();
        refused.extend(next.refused);
        open.extend(next.again);
    }
    assert_eq!((accepted, refused.len()), (4_999, 1));
    assert!(refused[0].member == 777 && refused[0].is_attributed);
}

/// The permit was good for ten minutes.
#[test]
fn what_may_no_longer_be_sent_falls_out() {
    let payloads = payloads(&SUBJECTS[0], 3);
    let batch = || Batch::plan(&payloads).remove(0);
    let end = payloads[0].good_until();
    let (kept, expired) = batch().without_expired(&payloads, end);
    assert_eq!((kept, expired), (Some(batch()), vec![]));
    let (kept, expired) = batch().without_expired(&payloads, end.plus_secs(1));
    assert_eq!((kept, expired), (None, vec![0, 1, 2]));
}

/// Once the claim has lapsed another may send the event. What the platform pairs counts once all the same.
#[test]
fn what_another_may_send_by_now_falls_out_unless_it_is_paired() {
    for (name, is_paired) in [("meta", true), ("linkedin", false)] {
        let subject = SUBJECTS.iter().find(|subject| subject.name == name).unwrap();
        let payload = payloads(subject, 1).remove(0);
        let end = payload.good_until();
        let lapses = end.plus_secs(-300);
        for (held_until, now, goes) in [
            (Some(lapses), lapses, true),
            (Some(lapses), lapses.plus_secs(1), is_paired),
            (None, end, true),
            (Some(end.plus_secs(300)), end.plus_secs(1), false),
        ] {
            let payloads = [payload.clone().held_until(held_until)];
            let (kept, out) = Batch::plan(&payloads).remove(0).without_expired(&payloads, now);
            assert_eq!(
                (kept.is_some(), out.is_empty()),
                (goes, goes),
                "{name} {held_until:?} {now}"
            );
        }
    }
}

/// It is not refused for good, and a retry within the hour would be for nothing.
#[test]
fn what_came_too_early_waits() {
    let subject = SUBJECTS.iter().find(|subject| subject.name == "google_ads_click").unwrap();
    let answer = Answer::Mixed {
        refused: vec![],
        again: vec![],
        doubtful: vec![],
        too_early: vec![(1, 21_600)],
    };
    let payloads = payloads(subject, 3);
    let next = Batch::plan(&payloads).remove(0).after(&answer);
    let early: Vec<_> = next.too_early.iter().map(|it| (it.member, it.after_secs)).collect();
    assert_eq!((next.accepted, early), (vec![0, 2], vec![(1, 21_600)]));
}

fn payloads(subject: &Subject, number: usize) -> Vec<Payload> {
    let base = std::fs::read_to_string(data("base.json")).unwrap();
    let event = read(&serde_json::from_str(&base).unwrap());
    let to = subject.destination();
    let account = subject.account(&Value::Null);
    let permit = permit(&event, to, predispatch_consent::Flags::new(), event.time());
    let built = Prepared::new(&event).build(&permit, &account, event.time()).unwrap();
    vec![Payload::from(&built.body); number]
}

fn places(next: &Next) -> Vec<usize> {
    let again = next.again.iter().flat_map(|batch| batch.members().iter().copied());
    let refused = next.refused.iter().map(|refusal| refusal.member);
    let too_early = next.too_early.iter().map(|early| early.member);
    let told = next.accepted.iter().chain(&next.doubtful).copied();
    let mut places: Vec<_> = told.chain(refused).chain(again).chain(too_early).collect();
    places.sort_unstable();
    places
}
