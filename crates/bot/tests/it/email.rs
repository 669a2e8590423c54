//! Disposable domains, ordinary ones, and the lists they come from.

use predispatch_bot::email::{
    DisposableDomains, Domain, DomainList, EmailClassifier, EmailError, ListKind, Listing,
    LoadError, Provider,
};
use proptest::prelude::*;

const DISPOSABLE: &str = include_str!("../data/disposable_sample.txt");
const LEGITIMATE: &str = include_str!("../data/legitimate_domains.txt");

fn rows(file: &str) -> impl Iterator<Item = &str> {
    file.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[test]
fn every_disposable_domain_of_the_sample_is_found() {
    let classifier = EmailClassifier::bundled();
    let missed: Vec<_> = rows(DISPOSABLE)
        .filter(|domain| !classifier.classify(&format!("a.b@{domain}")).unwrap().is_disposable())
        .collect();
    assert_eq!(missed, Vec::<&str>::new());
    assert_eq!(rows(DISPOSABLE).count(), 500);
}

#[test]
fn no_ordinary_domain_is_disposable() {
    let classifier = EmailClassifier::bundled();
    let taken: Vec<_> = rows(LEGITIMATE)
        .filter(|domain| classifier.classify(domain).unwrap().is_disposable())
        .collect();
    assert_eq!(taken, Vec::<&str>::new());
    assert_eq!(rows(LEGITIMATE).count(), LEGITIMATE_COUNT);
    // What the lists alone would do, without the providers that win over them.
    let lists = DisposableDomains::bundled();
    let listed = |domain: &&str| {
        lists.listing(&Domain::parse(domain).unwrap()) > Some(Listing::ReportedOnce)
    };
    println!("lists alone: {:?}", rows(LEGITIMATE).filter(listed).collect::<Vec<_>>());
}

const LEGITIMATE_COUNT: usize = 633;

#[test]
fn the_bundled_set_is_small_and_whole() {
    let set = DisposableDomains::bundled();
    assert!(set.as_bytes().len() * 180_000 <= 3_000_000 * set.len(), "{}", set.as_bytes().len());
    assert!(set.len() > 170_000);
    println!("{} domains, {} bytes", set.len(), set.as_bytes().len());
}

#[test]
fn a_parent_counts_down_to_the_registrable_name_and_no_further() {
    let lists = [
        DomainList::new(ListKind::Curated, "throwaway.co.uk\nco.uk\ndeep.host.example\n"),
        DomainList::new(ListKind::Wildcard, "wild.example"),
    ];
    let (set, report) = DisposableDomains::from_lists(&lists, 500).unwrap();
    assert_eq!((report.domains, report.bad_rows, report.first_bad_line), (3, 1, Some(2)));
    let classifier = EmailClassifier::new(set);
    let listing = |domain: &str| match classifier.classify(domain).unwrap().provider() {
        Provider::Disposable(listing) => Some(listing),
        _ => None,
    };
    assert_eq!(listing("throwaway.co.uk"), Some(Listing::Curated));
    assert_eq!(listing("mx1.throwaway.co.uk"), Some(Listing::Curated));
    assert_eq!(listing("other.co.uk"), None);
    assert_eq!(listing("x1.wild.example"), Some(Listing::Wildcard));
    assert_eq!(listing("host.example"), None);
    assert_eq!(listing("a.deep.host.example"), Some(Listing::Curated));
}

#[test]
fn two_collected_lists_have_to_agree() {
    let one = DomainList::new(ListKind::Collected, "both.example\nonce.example\nonce.example\n");
    let other = DomainList::new(ListKind::Collected, "both.example\n");
    let (set, _) = DisposableDomains::from_lists(&[one, other], 0).unwrap();
    let classifier = EmailClassifier::new(set);
    let verdict = |text: &str| classifier.classify(text).unwrap();
    assert_eq!(verdict("both.example").provider(), Provider::Disposable(Listing::Reported));
    let once = verdict("once.example");
    assert_eq!(once.provider(), Provider::ReportedOnce);
    assert!(!once.is_disposable());
    assert_eq!(
        once.reasons().map(|reason| reason.code).collect::<Vec<_>>()[0],
        "email_reported_once"
    );
}

#[test]
fn too_many_bad_rows_refuse_the_load() {
    let list = DomainList::new(ListKind::Curated, "# x\n\na.example\nnot a domain\n*.b.example\n");
    let refused = DisposableDomains::from_lists(&[list], 300).unwrap_err();
    assert_eq!(refused, LoadError::TooManyBadRows { bad: 1, rows: 3 });
    let (set, report) = DisposableDomains::from_lists(&[list], 334).unwrap();
    assert_eq!((set.len(), report.bad_rows, report.first_bad_line), (2, 1, Some(4)));
    assert!(DisposableDomains::empty().is_empty());
}

#[test]
fn what_wins_over_the_lists() {
    let list =
        DomainList::new(ListKind::Curated, "gmail.com\nduck.com\nmine.example\nabc.passmail.net\n");
    let (set, _) = DisposableDomains::from_lists(&[list], 0).unwrap();
    let mut classifier = EmailClassifier::new(set);
    let provider =
        |classifier: &EmailClassifier, text: &str| classifier.classify(text).unwrap().provider();
    assert_eq!(provider(&classifier, "a@gmail.com"), Provider::Mailbox);
    assert_eq!(provider(&classifier, "a@duck.com"), Provider::Relay);
    assert_eq!(provider(&classifier, "a@abc.passmail.net"), Provider::Relay);
    assert_eq!(provider(&classifier, "a@mine.example"), Provider::Disposable(Listing::Curated));
    classifier.allow(&Domain::parse("mine.example").unwrap());
    assert_eq!(provider(&classifier, "a@sub.mine.example"), Provider::Mailbox);
}

#[test]
fn each_finding_has_its_code() {
    let classifier = EmailClassifier::bundled();
    for (text, codes) in [
        ("jane.doe@rust-lang.org", vec![]),
        ("jane@privaterelay.appleid.com", vec!["email_relay"]),
        ("info@rust-lang.org", vec!["email_role"]),
        ("no-reply@rust-lang.org", vec!["email_no_reply"]),
        ("jane@hotmaiil.it", vec!["email_domain_typo"]),
        ("x7k2m9q4@rust-lang.org", vec!["email_random_local"]),
        ("jane..doe@rust-lang.org", vec!["email_syntax"]),
        ("a@b@rust-lang.org", vec!["email_syntax"]),
        ("jane@shop.notatld", vec!["email_unknown_suffix"]),
        ("jane@mailinator.com", vec!["email_disposable"]),
        ("jane@MAILINATOR.com.", vec!["email_disposable"]),
    ] {
        let verdict = classifier.classify(text).unwrap();
        let found: Vec<_> = verdict.reasons().map(|reason| reason.code).collect();
        assert_eq!(found, codes, "{text} {verdict:?}");
    }
}

#[test]
fn each_error_has_its_input() {
    let classifier = EmailClassifier::new(DisposableDomains::empty());
    for (text, error) in [
        ("", EmailError::Domain),
        ("jane", EmailError::Domain),
        ("jane@", EmailError::Domain),
        ("jane@localhost", EmailError::Domain),
        ("jane@[192.0.2.1]", EmailError::AddressLiteral),
        (&*"a".repeat(2_000), EmailError::TooLong { len: 2_000 }),
    ] {
        assert_eq!(classifier.classify(text).unwrap_err(), error, "{text}");
    }
}

proptest! {
    #[test]
    fn spelling_changes_nothing(name in "[a-z0-9]{1,10}", suffix in "(com|co\\.uk|рф|example)") {
        let lower = Domain::parse(&format!("{name}.{suffix}"))?;
        let upper = Domain::parse(&format!("{}.{}.", name.to_uppercase(), suffix.to_uppercase()))?;
        prop_assert_eq!(&lower, &upper);
        prop_assert_eq!(Domain::parse(lower.as_str())?, lower);
    }

    #[test]
    fn the_set_is_exact(names in prop::collection::btree_set("[ab]{6,9}\\.(com|net|co\\.uk)", 1..60), asked in "[ab]{6,7}\\.(com|net|co\\.uk)") {
        let text: String = names.iter().map(|name| format!("{name}\n")).collect();
        let (set, _) = DisposableDomains::from_lists(&[DomainList::new(ListKind::Curated, &text)], 0)?;
        prop_assert_eq!(set.listing(&Domain::parse(&asked)?).is_some(), names.contains(&asked));
    }
}
