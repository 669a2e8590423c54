//! Whose crawler a user agent names.

/// Whether a crawler of this name is this operator's: the operator's own name, such as `Googlebot`
/// or `Googlebot-Image`, or one of its other crawlers.
pub(super) fn runs(operator: &str, crawler: &str) -> bool {
    is_named_after(crawler, operator)
        || CRAWLERS.iter().any(|(known, names)| {
            known.eq_ignore_ascii_case(operator)
                && names.iter().any(|name| is_named_after(crawler, name))
        })
}

/// `Googlebot` and `Googlebot-Image`, and not `Googlebots`.
fn is_named_after(crawler: &str, name: &str) -> bool {
    let (Some(start), Some(rest)) = (crawler.get(..name.len()), crawler.get(name.len()..)) else {
        return false;
    };
    start.eq_ignore_ascii_case(name) && !rest.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Operators as the bundled ranges name them, and the crawlers that go by other names.
const CRAWLERS: &[(&str, &[&str])] = &[
    ("Amazonbot", &["Amzn-SearchBot", "Amzn-User"]),
    ("Bingbot", &["adidxbot", "BingPreview", "MicrosoftPreview", "msnbot"]),
    ("ClaudeBot", &["Claude-SearchBot", "Claude-User", "Claude-Web", "anthropic-ai"]),
    ("Common Crawl", &["CCBot"]),
    ("DuckDuckBot", &["DuckAssistBot", "DuckDuckGo-Favicons-Bot"]),
    (
        "Googlebot",
        &[
            "AdsBot-Google",
            "APIs-Google",
            "FeedFetcher-Google",
            "Google-CloudVertexBot",
            "Google-InspectionTool",
            "Google-Site-Verification",
            "GoogleOther",
            "Mediapartners-Google",
            "Storebot-Google",
        ],
    ),
    ("GPTBot", &["ChatGPT-User", "OAI-SearchBot"]),
    ("Internet Archive", &["archive.org_bot", "ia_archiver"]),
    (
        "Meta",
        &[
            "FacebookBot",
            "Facebot",
            "facebookcatalog",
            "facebookexternalhit",
            "meta-externalads",
            "meta-externalagent",
            "meta-externalfetcher",
            "meta-webindexer",
        ],
    ),
    ("PerplexityBot", &["Perplexity-User"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crawlers_belong_to_their_operator_only() {
        for (operator, crawler) in [
            ("Googlebot", "googlebot"),
            ("Googlebot", "Googlebot-Image"),
            ("Googlebot", "AdsBot-Google-Mobile"),
            ("googlebot", "GoogleOther"),
            ("Meta", "facebookexternalhit"),
            ("Common Crawl", "CCBot"),
            ("my own", "My Own"),
        ] {
            assert!(runs(operator, crawler), "{operator} {crawler}");
        }
        for (operator, crawler) in [
            ("Bingbot", "Googlebot"),
            ("Googlebot", "Googlebots"),
            ("Meta", "bingbot"),
            ("Googlebot", "Google"),
            ("Googlebot", ""),
        ] {
            assert!(!runs(operator, crawler), "{operator} {crawler}");
        }
    }
}
