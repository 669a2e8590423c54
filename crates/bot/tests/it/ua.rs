//! User agents against labelled samples, and people's by name.

use std::{collections::HashSet, sync::Arc};

use predispatch_bot::{
    Strength,
    ua::{UaCache, UaClassifier, UaDataError, UaKind},
};
use proptest::prelude::*;

const SAMPLE: &str = include_str!("../data/ua_sample.tsv");
const SPOOFED: &str = include_str!("../data/ua_spoofed_sample.tsv");
const PEOPLE: &str = include_str!("../data/ua_people.tsv");
const RULES: &str = include_str!("../../data/ua/rules.tsv");
const CRAWLERS: &str = include_str!("../../data/ua/crawlers.tsv");
const BUILDS: &str = include_str!("../../data/ua/chromium_builds.tsv");

/// The rows of a labelled file: whether it is a bot, and its user agent.
fn rows(file: &str) -> Vec<(bool, &str)> {
    let rows = file.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| {
        let (label, text) = line.split_once('\t').unwrap();
        assert!(label == "bot" || label == "human", "{label}");
        (label == "bot", text)
    })
    .collect()
}

#[derive(Debug, Default)]
struct Score {
    bots: u32,
    caught: u32,
    people: u32,
    taken: u32,
    wrong: Vec<String>,
}

impl Score {
    fn count(&mut self, classifier: &UaClassifier, is_bot: bool, text: &str) {
        let caught = classifier.classify(text).is_bot();
        if is_bot {
            self.bots += 1;
            self.caught += u32::from(caught);
        } else {
            self.people += 1;
            self.taken += u32::from(caught);
        }
        if caught != is_bot {
            self.wrong.push(text.to_owned());
        }
    }

    fn recall(&self) -> f64 {
        f64::from(self.caught) / f64::from(self.bots)
    }

    fn false_positives(&self) -> f64 {
        f64::from(self.taken) / f64::from(self.people)
    }
}

#[test]
fn the_sample_is_told_apart() {
    let classifier = UaClassifier::bundled();
    let mut score = Score::default();
    for (is_bot, text) in rows(SAMPLE) {
        score.count(&classifier, is_bot, text);
    }
    println!("{score:#?} recall {} false positives {}", score.recall(), score.false_positives());
    assert_eq!((score.bots, score.people), (1_007, 997));
    assert!(score.recall() >= 0.995 && score.false_positives() <= 0.001, "{score:#?}");
}

#[test]
fn forged_browsers_are_found() {
    let classifier = UaClassifier::bundled();
    let mut score = Score::default();
    for (is_bot, text) in rows(SPOOFED) {
        score.count(&classifier, is_bot, text);
    }
    println!("{score:#?}");
    assert_eq!((score.bots, score.people), (150, 0));
    assert!(score.recall() >= 0.98, "{score:#?}");
}

/// Five times: a random fifth is kept out, and every product name that no user agent of the other
/// four fifths holds is struck from the tables. What is left then has never met that fifth.
#[test]
fn a_fifth_that_no_name_was_learnt_from_is_told_apart_too() {
    let all: Vec<_> = rows(SAMPLE).into_iter().chain(rows(SPOOFED)).collect();
    let mut total = Score::default();
    for fold in 0..5 {
        let learnt: Vec<String> = all
            .iter()
            .filter(|(_, text)| fold_of(text) != fold)
            .map(|(_, text)| text.to_ascii_lowercase())
            .collect();
        let rules = without_unseen_products(RULES, &learnt);
        let crawlers = without_unseen_products(CRAWLERS, &learnt);
        let classifier = UaClassifier::new(&[&rules, &crawlers], BUILDS).unwrap();
        let mut score = Score::default();
        for (is_bot, text) in all.iter().filter(|(_, text)| fold_of(text) == fold) {
            score.count(&classifier, *is_bot, text);
            total.count(&classifier, *is_bot, text);
        }
        println!(
            "fold {fold}: {} tokens left, {score:?}",
            rules.lines().count() + crawlers.lines().count()
        );
    }
    println!(
        "together: recall {:.5} false positives {:.5}",
        total.recall(),
        total.false_positives()
    );
    assert_eq!((total.bots, total.people), (1_157, 997));
    assert!(total.recall() >= 0.98 && total.false_positives() <= 0.001, "{total:#?}");
}

/// FNV-1a, so that the folds never change.
fn fold_of(text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    (hash >> 32) % 5
}

fn without_unseen_products(file: &str, learnt: &[String]) -> String {
    let keep = |line: &&str| {
        let mut fields = line.split('\t');
        let (token, kind, how) = (fields.next(), fields.next(), fields.next().unwrap_or_default());
        let is_general = how.contains(['*', '?']);
        let is_of_people = matches!(kind, Some("person" | "in_app" | "app" | "replaced"));
        let token = token.unwrap_or_default().to_ascii_lowercase();
        line.starts_with('#')
            || is_general
            || is_of_people
            || learnt.iter().any(|text| text.contains(&token))
    };
    file.lines().filter(keep).fold(String::new(), |file, line| file + line + "\n")
}

#[test]
fn people_are_people_by_name() {
    let classifier = UaClassifier::bundled();
    let mut names = HashSet::new();
    for line in PEOPLE.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, kind, app, text] = fields[..] else { panic!("{line}") };
        assert!(names.insert(name), "{name} is listed twice");
        let verdict = classifier.classify(text);
        assert!(!verdict.is_bot(), "{name}: {verdict:?}");
        assert_eq!(verdict.kind().as_str(), kind, "{name}: {verdict:?}");
        assert_eq!(verdict.name().unwrap_or_default(), app, "{name}");
        let strongest = verdict.reasons().map(|reason| reason.strength).max();
        assert!(strongest <= Some(Strength::Note), "{name}: {verdict:?}");
    }
    assert_eq!(names.len(), 103);
}

#[test]
fn bots_have_their_kind_and_name() {
    let classifier = UaClassifier::bundled();
    for (text, kind, name, code) in [
        (
            "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
            UaKind::Crawler,
            "bingbot",
            "ua_bot",
        ),
        (
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
            UaKind::AiCrawler,
            "GPTBot",
            "ua_bot",
        ),
        (
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot",
            UaKind::AiAgent,
            "ChatGPT-User",
            "ua_bot",
        ),
        (
            "Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) Safari/538.1 Daum/4.1",
            UaKind::Crawler,
            "Daum",
            "ua_bot",
        ),
        (
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            UaKind::Preview,
            "facebookexternalhit",
            "ua_bot",
        ),
        (
            "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
            UaKind::Monitor,
            "UptimeRobot",
            "ua_bot",
        ),
        (
            "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
            UaKind::Seo,
            "AhrefsBot",
            "ua_bot",
        ),
        (
            "Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)",
            UaKind::Scanner,
            "CensysInspect",
            "ua_bot",
        ),
        (
            "Feedly/1.0 (+http://www.feedly.com/fetcher.html; like FeedFetcher-Google)",
            UaKind::FeedReader,
            "Feedly",
            "ua_bot",
        ),
        // An app is called so, too, and this is none.
        ("PayPal/AUHR-214.0", UaKind::Crawler, "PayPal", "ua_bot"),
        ("curl/8.5.0", UaKind::Library, "curl", "ua_library"),
        ("Wget/1.21.4", UaKind::Library, "Wget", "ua_library"),
        ("python-requests/2.32.3", UaKind::Library, "python-requests", "ua_library"),
        ("python-httpx/0.27.0", UaKind::Library, "python-httpx", "ua_library"),
        ("Python/3.11 aiohttp/3.9.5", UaKind::Library, "Python", "ua_library"),
        ("Python-urllib/3.11", UaKind::Library, "Python-urllib", "ua_library"),
        ("axios/1.7.2", UaKind::Library, "axios", "ua_library"),
        ("got (https://github.com/sindresorhus/got)", UaKind::Library, "got", "ua_library"),
        ("node", UaKind::Library, "node", "ua_library"),
        ("okhttp/4.12.0", UaKind::Library, "okhttp", "ua_library"),
        ("Go-http-client/2.0", UaKind::Library, "Go-http-client", "ua_library"),
        ("Java/17.0.9", UaKind::Library, "java", "ua_library"),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36",
            UaKind::Headless,
            "HeadlessChrome",
            "ua_headless",
        ),
        (
            "Mozilla/5.0 (linux) AppleWebKit/537.36 (KHTML, like Gecko) jsdom/29.1.1",
            UaKind::Headless,
            "jsdom",
            "ua_headless",
        ),
        (
            "Mozilla/5.0 (compatible; NobodyKnowsThisBot/0.1)",
            UaKind::Crawler,
            "NobodyKnowsThisBot",
            "ua_bot_word",
        ),
        ("Quite Unknown Thing 3", UaKind::Program, "Quite", "ua_not_a_browser"),
    ] {
        let verdict = classifier.classify(text);
        let codes: Vec<_> = verdict.reasons().map(|reason| reason.code).collect();
        assert_eq!(
            (verdict.kind(), verdict.name(), codes),
            (kind, Some(name), vec![code]),
            "{text}"
        );
    }
}

/// An app's name is no evidence: chatbots and card games are apps that people pay in.
#[test]
fn an_app_with_a_programs_word_is_an_app() {
    let classifier = UaClassifier::bundled();
    for text in [
        "Chatbot/2.3 CFNetwork/1410.0.3 Darwin/22.6.0",
        "Spider%20Solitaire/7.1 CFNetwork/1494.0.7 Darwin/23.4.0",
        "Screenshot%20Maker/1.0 CFNetwork/1410.0.3 Darwin/22.6.0",
        "Preview/1056 CFNetwork/1494.0.7 Darwin/23.4.0",
        "Dalvik/2.1.0 (Linux; U; Android 13; SM-G991B Build/TP1A.220624.014) DungeonCrawl/0.31",
    ] {
        let verdict = classifier.classify(text);
        let codes: Vec<_> = verdict.reasons().map(|r| (r.code, r.strength)).collect();
        assert_eq!(verdict.kind(), UaKind::App, "{text}: {verdict:?}");
        assert_eq!(codes, [("ua_app_bot_word", Strength::Weak)], "{text}");
    }
    // A name that stands in a list is a name all the same.
    assert!(classifier.classify("Googlebot/2.1 CFNetwork/1410.0.3 Darwin/22.6.0").is_bot());
    // And a word in a browser's user agent is none of an app's.
    assert!(classifier.classify("Mozilla/5.0 (compatible; SomeCrawler/1.0)").is_bot());
}

#[test]
fn what_cannot_be_has_its_reason() {
    let classifier = UaClassifier::bundled();
    let long = format!("Mozilla/5.0 (Windows NT 10.0){}", " x".repeat(4_096));
    for (text, kind, expected) in [
        ("", UaKind::Unknown, vec!["ua_empty"]),
        (" \t", UaKind::Unknown, vec!["ua_empty"]),
        (&*long, UaKind::Browser, vec!["ua_too_long"]),
        (
            "Mozilla/5.0 (Windows NT 10.0\u{1b}) Gecko/20100101 Firefox/140.0",
            UaKind::Browser,
            vec!["ua_control_character"],
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:120.0) Gecko/20100101 Firefox/140.0",
            UaKind::Browser,
            vec!["ua_gecko_version_differs"],
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Macintosh; Intel) AppleWebKit/537.36 Chrome/140.0.0.0",
            UaKind::Browser,
            vec!["ua_two_systems"],
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15",
            UaKind::Browser,
            vec!["ua_safari_on_windows"],
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36",
            UaKind::Forged,
            vec!["ua_chrome_on_iphone"],
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/W.X.Y.Z Safari/537.36",
            UaKind::Forged,
            vec!["ua_chrome_without_version"],
        ),
    ] {
        let verdict = classifier.classify(text);
        let codes: Vec<_> = verdict.reasons().map(|reason| reason.code).collect();
        assert_eq!((verdict.kind(), codes), (kind, expected), "{text}");
    }
}

#[test]
fn bad_tables_are_refused_with_their_line() {
    let with = |rules: &str| UaClassifier::new(&[rules], BUILDS).map(|_| ());
    assert_eq!(with("a\tcrawler\n"), Ok(()));
    assert_eq!(with("# x\nabc\tnothing\n"), Err(UaDataError::Row { line: 2 }));
    assert_eq!(with("abc\tcrawler\tx\n"), Err(UaDataError::Row { line: 1 }));
    assert_eq!(with("abc\n"), Err(UaDataError::Row { line: 1 }));
    let builds = |builds: &str| UaClassifier::new(&[], builds).map(|_| ());
    assert_eq!(builds("# nothing\n"), Err(UaDataError::Empty));
    assert_eq!(builds("5\t3\t2\n"), Err(UaDataError::Row { line: 1 }));
    assert_eq!(builds("5\t3\t4\n5\t3\t4\n"), Err(UaDataError::Row { line: 2 }));
}

#[cfg(feature = "families")]
#[test]
fn families_are_known() {
    use predispatch_bot::ua::{FamilyParser, UapFamilies};
    let parser = UapFamilies::bundled();
    let families = parser.families(
        "Mozilla/5.0 (Linux; Android 10; SM-G973U1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/81.0.4044.138 Mobile Safari/537.36",
    );
    let browser = families.browser.unwrap();
    assert_eq!((&*browser.family, &*browser.version), ("Chrome Mobile", "81.0.4044.138"));
    let os = families.os.unwrap();
    assert_eq!((&*os.family, &*os.version), ("Android", "10"));
    assert_eq!(families.device.unwrap().brand.as_deref(), Some("Samsung"));
    assert_eq!(parser.families(""), predispatch_bot::ua::Families::default());
}

#[cfg(all(feature = "families", feature = "families-uaparser"))]
#[test]
fn both_engines_agree_on_browsers() {
    use predispatch_bot::ua::{FamilyParser, UapFamilies, UaparserFamilies};
    let (fast, slow) = (UapFamilies::bundled(), UaparserFamilies::bundled());
    let people: Vec<_> = PEOPLE.lines().filter_map(|line| line.split('\t').nth(3)).collect();
    let family = |parser: &dyn FamilyParser, text| parser.families(text).browser.map(|b| b.family);
    let differ = people.iter().filter(|text| family(&fast, text) != family(&slow, text)).count();
    assert!(differ * 20 <= people.len(), "{differ} of {} differ", people.len());
}

fn cache(slots: usize) -> UaCache {
    UaCache::new(Arc::new(UaClassifier::bundled()), slots, 7)
}

#[test]
fn a_flood_of_random_user_agents_leaves_the_answers_right() {
    let small = cache(8);
    for (is_bot, text) in rows(SAMPLE).into_iter().chain(rows(SPOOFED)).chain(rows(SAMPLE)) {
        assert_eq!(small.classify(text), small.classifier().classify(text), "{is_bot} {text}");
    }
}

proptest! {
    #[test]
    fn memory_changes_no_answer(texts in prop::collection::vec("(curl/[0-9]|Mozilla/5.0 \\(X11\\)|[ -~]{0,600})", 1..40)) {
        thread_local!(static CACHE: UaCache = cache(4));
        CACHE.with(|cache| {
            for text in &texts {
                assert_eq!(cache.classify(text), cache.classifier().classify(text));
            }
        });
    }

    #[test]
    fn ascii_case_of_a_crawler_does_not_count(bits in any::<u64>()) {
        thread_local!(static CLASSIFIER: UaClassifier = UaClassifier::bundled());
        let text = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
        let mixed: String = text.chars().enumerate().map(|(i, c)| {
            if bits >> (i % 64) & 1 == 1 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
        }).collect();
        let verdict = CLASSIFIER.with(|classifier| classifier.classify(&mixed));
        prop_assert_eq!(verdict.name(), Some("Googlebot"));
    }
}
