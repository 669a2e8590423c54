//! `url`: a URL in, the URL that may be sent out.

use predispatch_pii::{UrlError, UrlOptions, UrlPolicy, scrub_url};
use serde::Serialize;

use crate::lines::{ItemError, UsageError, answer_each};

/// `url [--strict] [--allow KEY,KEY]`
pub(crate) fn run(args: &[String]) -> Result<(), UsageError> {
    let options = options(args)?;
    answer_each(|line| {
        let url = scrub_url(line, &options).map_err(item_error)?;
        let removed = url.removed().iter().map(|removed| removed.as_str()).collect();
        Ok(Answer { removed, url: url.into_string() })
    })
}

#[derive(Serialize)]
struct Answer {
    url: String,
    removed: Vec<&'static str>,
}

fn options(args: &[String]) -> Result<UrlOptions, UsageError> {
    let mut policy = UrlPolicy::Standard;
    let mut allowed = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--strict" => policy = UrlPolicy::Strict,
            "--allow" => {
                let keys = args.next().ok_or_else(|| UsageError::new("--allow lacks its keys"))?;
                allowed.extend(keys.split(',').filter(|key| !key.is_empty()));
            }
            _ => return Err(UsageError::new(format!("url: unknown option '{arg}'"))),
        }
    }
    Ok(allowed.into_iter().fold(UrlOptions::new(policy), UrlOptions::allow))
}

fn item_error(error: UrlError) -> ItemError {
    ItemError::new(error.code(), error)
}
