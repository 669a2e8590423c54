//! Laws of `predispatch-bot`'s user agents, headers and e-mail addresses.

use std::sync::{Arc, LazyLock};

use predispatch_bot::{
    Strength,
    client::{Client, HeaderList, RequestKind},
    email::{DisposableDomains, Domain, DomainList, EmailClassifier, ListKind},
    headers,
    ua::{UaCache, UaClassifier},
};

use crate::text;

/// Every text has one answer, from memory too; a bot has a reason; a known crawler's name in front
/// always wins.
pub(crate) fn ua(input: &[u8]) {
    static CACHE: LazyLock<UaCache> =
        LazyLock::new(|| UaCache::new(Arc::new(UaClassifier::bundled()), 16, 7));
    let Some(text) = text(input) else { return };
    let verdict = CACHE.classifier().classify(text);
    assert_eq!(CACHE.classify(text), verdict);
    assert_eq!(CACHE.classify(text), verdict);
    let strongest = verdict.reasons().map(|reason| reason.strength).max();
    assert!(!verdict.is_bot() || strongest >= Some(Strength::Strong));
    assert!(verdict.name().is_none_or(|name| name.len() <= 128));
    let crawler = CACHE.classifier().classify(&format!("Googlebot/2.1 {text}"));
    assert_eq!(crawler.name(), Some("Googlebot"));
}

/// Any table is read or refused, and what is read classifies.
pub(crate) fn ua_tables(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let (rules, builds) = text.split_once("\n\n").unwrap_or((text, "100\t4845\t4896\n"));
    if let Ok(classifier) = UaClassifier::new(&[rules], builds) {
        let verdict = classifier.classify(rules);
        assert_eq!(verdict, classifier.classify(rules));
    }
}

/// What unordered lists say does not depend on order or case, and without headers nothing is said.
pub(crate) fn headers(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let list: Vec<_> = text.lines().filter_map(|line| line.split_once(": ")).collect();
    for kind in RequestKind::ALL {
        let judged = |list: HeaderList| {
            let mut client = Client::new();
            client.set_request_kind(*kind);
            client.set_secure(true);
            client.set_headers(list);
            headers::judge(&client)
        };
        let Ok(wire) = HeaderList::in_wire_order(list.iter().copied()) else { return };
        let Ok(unordered) = HeaderList::unordered(list.iter().copied()) else { return };
        let (wire, unordered) = (judged(wire), judged(unordered));
        let about_wire = |code: &&str| matches!(*code, "headers_order" | "headers_case");
        let codes = |verdict: &headers::HeaderVerdict| -> Vec<&str> {
            verdict.reasons().map(|reason| reason.code).collect()
        };
        assert!(!codes(&unordered).iter().any(about_wire));
        let rest: Vec<_> = codes(&wire).into_iter().filter(|code| !about_wire(code)).collect();
        assert_eq!(rest, codes(&unordered));
    }
}

/// A domain that was read reads as itself; ASCII case does not count; no relay is disposable.
pub(crate) fn email(input: &[u8]) {
    static CLASSIFIER: LazyLock<EmailClassifier> = LazyLock::new(EmailClassifier::bundled);
    let Some(text) = text(input) else { return };
    let Ok(verdict) = CLASSIFIER.classify(text) else { return };
    let domain = verdict.domain();
    assert!(domain.as_str().len() <= Domain::MAX_LEN && domain.as_str().is_ascii());
    assert_eq!(Domain::parse(domain.as_str()).as_ref(), Ok(domain));
    assert!(domain.as_str().ends_with(domain.registrable()));
    let upper = CLASSIFIER.classify(&text.to_ascii_uppercase()).expect("case does not count");
    assert_eq!((upper.domain(), upper.provider()), (domain, verdict.provider()));
    let codes: Vec<_> = verdict.reasons().map(|reason| reason.code).collect();
    assert!(!(codes.contains(&"email_relay") && verdict.is_disposable()));
}

/// Every row of a list is in the set or counted as bad.
pub(crate) fn email_list(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let list = DomainList::new(ListKind::Curated, text);
    let (set, report) = DisposableDomains::from_lists(&[list], 1_000).expect("all may be bad");
    assert_eq!(set.len(), report.domains);
    let is_row = |row: &&str| !row.is_empty() && !row.starts_with('#') && !row.starts_with("//");
    let mut lost = 0_usize;
    for row in text.lines().map(|row| row.trim().trim_start_matches('\u{feff}')).filter(is_row) {
        let domain = Domain::parse(row.trim_start_matches("*."));
        lost += usize::from(domain.is_ok_and(|domain| set.listing(&domain).is_none()));
    }
    assert!(lost <= report.bad_rows);
}
