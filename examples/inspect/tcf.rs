//! `tcf`: what a TC string holds, what a vendor may do on it, or how it is written today.

use std::{collections::BTreeMap, fs};

use predispatch_tcf::{
    Feature, GlobalVendorList, IdSet, Purpose, SmallId, SpecialFeature, SpecialPurpose,
    StringRefusal, TcString, TcStringBuilder, VendorId, Verdict,
};
use predispatch_types::Timestamp;
use serde::Serialize;

use crate::lines::{ItemError, UsageError, answer_each};

pub(crate) fn run(args: &[String]) -> Result<(), UsageError> {
    if args == ["--rewrite"] {
        return answer_each(rewrite);
    }
    match Options::parse(args)? {
        None => answer_each(|line| Ok(parse(line)?.to_owned())),
        Some(question) => answer_each(|line| question.answer(line)),
    }
}

fn parse(line: &str) -> Result<TcString<'_>, ItemError> {
    TcString::parse(line).map_err(|error| ItemError::new(error.code(), error))
}

#[derive(Serialize)]
struct Rewritten {
    tc: String,
}

/// The same string in canonical form; see [`TcStringBuilder::from_tc_string`].
fn rewrite(line: &str) -> Result<Rewritten, ItemError> {
    let text = TcStringBuilder::from_tc_string(&parse(line)?).build();
    Ok(Rewritten { tc: text.map_err(|error| ItemError::new(error.code(), error))? })
}

/// Who, on which list, when.
struct Question {
    list: GlobalVendorList,
    vendor: VendorId,
    at: Timestamp,
}

#[derive(Default)]
struct Options {
    list: Option<GlobalVendorList>,
    vendor: Option<VendorId>,
    at: Option<Timestamp>,
}

impl Options {
    /// None given means no question, some but not all is an error.
    fn parse(args: &[String]) -> Result<Option<Question>, UsageError> {
        let mut options = Self::default();
        let mut args = args.iter();
        while let Some(name) = args.next() {
            let mut value =
                || args.next().ok_or_else(|| UsageError::new(format!("{name} needs a value")));
            match name.as_str() {
                "--gvl" => options.list = Some(read_list(value()?)?),
                "--vendor" => {
                    let id = value()?.parse().ok().and_then(VendorId::new);
                    let id = id.ok_or_else(|| UsageError::new("--vendor is not 1 to 65535"))?;
                    options.vendor = Some(id);
                }
                "--at" => {
                    let at = value()?.parse();
                    options.at =
                        Some(at.map_err(|error| UsageError::new(format!("--at: {error}")))?);
                }
                _ => return Err(UsageError::new(format!("unknown option '{name}'"))),
            }
        }
        match options {
            Self { list: None, vendor: None, at: None } => Ok(None),
            Self { list: Some(list), vendor: Some(vendor), at: Some(at) } => {
                Ok(Some(Question { list, vendor, at }))
            }
            _ => Err(UsageError::new("--gvl, --vendor and --at go together")),
        }
    }
}

fn read_list(path: &str) -> Result<GlobalVendorList, UsageError> {
    let json = fs::read(path).map_err(|error| UsageError::new(format!("{path}: {error}")))?;
    GlobalVendorList::from_json(&json).map_err(|error| UsageError::new(format!("{path}: {error}")))
}

#[derive(Serialize)]
struct Answer {
    vendor: u16,
    /// Those that the framework defines, and whatever the vendor declares.
    purposes: BTreeMap<u8, Verdict>,
    special_purposes: BTreeMap<u8, Verdict>,
    features: BTreeMap<u8, Verdict>,
    special_features: BTreeMap<u8, Verdict>,
    /// Whether the string can be relied on at all.
    valid: bool,
    /// Why it can't.
    reasons: Vec<&'static str>,
    /// Whether the list has the version that the string names.
    vendor_list_matches: Option<bool>,
}

impl Question {
    fn answer(&self, line: &str) -> Result<Answer, ItemError> {
        let tc = parse(line)?;
        let judgement = self.list.judge(&tc, self.vendor, self.at);
        let declared = *judgement.declared();
        let purposes = declared.purposes.union(declared.leg_int_purposes);
        let refusals = judgement.string_refusals();
        Ok(Answer {
            vendor: self.vendor.get(),
            purposes: verdicts::<Purpose>(11, purposes, |id| judgement.purpose(id)),
            special_purposes: verdicts::<SpecialPurpose>(3, declared.special_purposes, |id| {
                judgement.special_purpose(id)
            }),
            features: verdicts::<Feature>(3, declared.features, |id| judgement.feature(id)),
            special_features: verdicts::<SpecialFeature>(2, declared.special_features, |id| {
                judgement.special_feature(id)
            }),
            valid: refusals.is_empty(),
            reasons: refusals.iter().map(StringRefusal::code).collect(),
            vendor_list_matches: judgement.vendor_list_matches(),
        })
    }
}

/// A verdict on each id up to `defined` and on each declared one.
fn verdicts<T: SmallId>(
    defined: u8,
    declared: IdSet<T>,
    judge: impl Fn(T) -> Verdict,
) -> BTreeMap<u8, Verdict> {
    let ids = (1..=T::MAX).filter_map(T::new);
    let shown = ids.filter(|&id| id.get() <= defined || declared.contains(id));
    shown.map(|id| (id.get(), judge(id))).collect()
}
