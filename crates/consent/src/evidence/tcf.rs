//! TC strings: what they refuse anywhere, and whether they are a yes where TCF counts.

use core::cmp::Ordering;

use predispatch_tcf::{
    Judge, Judgement, Purpose, PurposeSet, Refusal, StringRefusal, TcString, VendorId,
};

use super::any;
use crate::{
    ConsentText, Given, Reason, Reasons,
    clock::{Clock, Timing},
    findings::Findings,
    policy::{DestinationRules, Policy, Yes},
};

/// The one TC string of an event.
pub(super) enum TcfReading<'a> {
    Absent,
    Unusable(Reason),
    Read(Read<'a>),
}

/// A string with what holds for every destination, found once.
pub(super) struct Read<'a> {
    tc: TcString<'a>,
    consented: PurposeSet,
    /// Against relying on the string at all.
    invalid: Reasons,
    timing: Timing,
}

impl<'a> Read<'a> {
    fn new(tc: TcString<'a>, in_force: bool, clock: Clock) -> Self {
        let mut invalid = Reasons::EMPTY;
        invalid.add_if(!in_force, Reason::NO_SIGNAL);
        let judge = Judge::new().max_age_days(u32::MAX);
        for refusal in judge.string(&tc, clock.now).iter() {
            invalid.add(string_reason(refusal));
        }
        // Purpose 1 was not asked about: nobody said no, and nobody said yes.
        let untold = Reason::tcf_purpose(Purpose::STORE_AND_ACCESS);
        invalid.add_if(tc.purpose_one_treatment(), untold);
        let timing = clock.of_day(tc.last_updated());
        invalid.add_if(timing == Timing::AfterEvent, Reason::CONSENT_AFTER_EVENT);
        Self { consented: tc.purposes_consent(), invalid, timing, tc }
    }

    /// A time that no sound writer sets yet.
    pub(super) const fn is_from_the_future(&self) -> bool {
        matches!(self.timing, Timing::Unreadable) || self.invalid.contains(Reason::MALFORMED_TCF)
    }
}

/// The `tcf` field and GPP section 2 are equally good: the newer one counts. Two of one time that
/// differ contradict each other. A section that is not in force may refuse and not permit.
pub(super) fn read<'a>(
    field: &'a Given<ConsentText>,
    section: Option<&'a str>,
    section_in_force: bool,
    clock: Clock,
) -> TcfReading<'a> {
    let parse = |text| TcString::parse(text).ok();
    let usable = |tc, in_force| TcfReading::Read(Read::new(tc, in_force, clock));
    let malformed = TcfReading::Unusable(Reason::MALFORMED_TCF);
    let field_text = match field {
        Given::Absent => None,
        Given::Unreadable => return malformed,
        Given::Value(text) => Some(text.as_str()),
    };
    match (field_text, section) {
        (None, None) => TcfReading::Absent,
        (Some(text), None) => parse(text).map_or(malformed, |tc| usable(tc, true)),
        (None, Some(text)) => parse(text).map_or(malformed, |tc| usable(tc, section_in_force)),
        (Some(one), Some(other)) => {
            let (Some(from_field), Some(from_section)) = (parse(one), parse(other)) else {
                return malformed;
            };
            match from_field.last_updated().cmp(&from_section.last_updated()) {
                Ordering::Greater => usable(from_field, true),
                Ordering::Less => usable(from_section, section_in_force),
                Ordering::Equal if is_same(one, other) => usable(from_field, true),
                Ordering::Equal => TcfReading::Unusable(Reason::CONFLICT),
            }
        }
    }
}

/// Whether two strings differ in nothing but padding: zero bits, `A` in text, at the segments' ends.
fn is_same(one: &str, other: &str) -> bool {
    let one = one.split('.').map(|segment| segment.trim_end_matches('A'));
    one.eq(other.split('.').map(|segment| segment.trim_end_matches('A')))
}

/// Adds what the string says about the destination. `vendor_yes`: a yes to the vendor from
/// elsewhere, for destinations that TCF has no vendor for.
pub(super) fn find(
    read: &Read<'_>,
    rules: &DestinationRules,
    policy: &Policy,
    clock: Clock,
    vendor_yes: bool,
    found: &mut Findings,
) {
    let Read { tc, consented, invalid, timing } = read;
    let mut no = Reasons::EMPTY;
    let mut personal_no = Reasons::EMPTY;
    let mut block = *invalid;
    let listed = rules.vendor.and_then(|vendor| Listed::ask(tc, vendor, policy, clock));
    let lacking = rules.purposes.difference(*consented);
    for purpose in members(lacking) {
        let has_interest = listed.as_ref().is_some_and(|listed| listed.accepts_interest(purpose));
        no.add_if(!has_interest, Reason::tcf_purpose(purpose));
    }
    for purpose in members(rules.personalisation.difference(*consented)) {
        personal_no.add(Reason::tcf_purpose(purpose));
    }

    match rules.vendor {
        Some(vendor) => {
            let said = tc.vendor(vendor);
            no.add_if(!said.consent, Reason::TCF_VENDOR);
            block.add_if(said.disclosed == Some(false), Reason::TCF_NOT_DISCLOSED);
            let restricted =
                said.restrictions.not_allowed.union(said.restrictions.require_legitimate_interest);
            let is_restricted = |needed: PurposeSet| match &listed {
                None => !needed.intersection(restricted).is_empty(),
                Some(listed) => needed.iter().any(|purpose| {
                    (restricted.contains(purpose) || listed.is_restricted(purpose))
                        && !listed.accepts_interest(purpose)
                }),
            };
            no.add_if(is_restricted(rules.purposes), Reason::TCF_RESTRICTED);
            personal_no.add_if(is_restricted(rules.personalisation), Reason::TCF_RESTRICTED);
            match &listed {
                None => found.notes.add(Reason::GVL_ABSENT),
                Some(listed) => {
                    block = block.union(listed.objections(rules.purposes));
                    let undeclared = rules.personalisation.iter().any(|p| !listed.declares(p));
                    personal_no.add_if(undeclared, Reason::TCF_NOT_DECLARED);
                }
            }
        }
        None => block.add_if(!vendor_yes, Reason::VENDOR_UNKNOWN),
    }

    let is_stale = *timing == Timing::Stale;
    found.lacking.add_if(is_stale, Reason::TCF_STALE);
    if !any(no) && !any(block) && *timing == Timing::InTime {
        found.yes.insert(Yes::Tcf);
        if !any(personal_no) {
            found.personal_yes.insert(Yes::Tcf);
        }
    }
    found.no = found.no.union(no);
    found.personal_no = found.personal_no.union(personal_no);
    // A stale string is as none, but for its no.
    if !is_stale {
        found.tcf_block = found.tcf_block.union(block);
    }
}

/// The set's members; most sets here are empty, and walking those costs 24 questions.
fn members(set: PurposeSet) -> impl Iterator<Item = Purpose> {
    (!set.is_empty()).then(|| set.iter()).into_iter().flatten()
}

/// The vendor as the vendor list has it.
struct Listed {
    judgement: Judgement,
    is_known: bool,
    accept_interest: bool,
}

impl Listed {
    /// `None` without a list.
    fn ask(tc: &TcString<'_>, vendor: VendorId, policy: &Policy, clock: Clock) -> Option<Self> {
        let list = policy.vendor_list()?;
        let judge = Judge::new().max_age_days(u32::MAX);
        Some(Self {
            judgement: judge.listed_vendor(tc, list, vendor, clock.now),
            is_known: list.vendor(vendor).is_some(),
            accept_interest: policy.switches().accept_legitimate_interest,
        })
    }

    fn declares(&self, purpose: Purpose) -> bool {
        let declared = self.judgement.declared();
        declared.purposes.union(declared.leg_int_purposes).contains(purpose)
    }

    /// Whether the purpose may stand on legitimate interest, does, and was not objected to.
    fn accepts_interest(&self, purpose: Purpose) -> bool {
        self.accept_interest && self.judgement.purpose(purpose).is_allowed()
    }

    fn is_restricted(&self, purpose: Purpose) -> bool {
        matches!(
            self.judgement.purpose(purpose).refusal(),
            Some(
                Refusal::RestrictedNotAllowed
                    | Refusal::RestrictedRequireConsent
                    | Refusal::RestrictedRequireLegitimateInterest
            )
        )
    }

    fn objections(&self, needed: PurposeSet) -> Reasons {
        let mut objections = Reasons::EMPTY;
        objections.add_if(!self.is_known, Reason::VENDOR_UNKNOWN);
        let is_deleted = self.judgement.refusal() == Some(Refusal::VendorDeleted);
        objections.add_if(is_deleted, Reason::VENDOR_DELETED);
        let undeclared = self.is_known && needed.iter().any(|purpose| !self.declares(purpose));
        objections.add_if(undeclared, Reason::TCF_NOT_DECLARED);
        objections
    }
}

const fn string_reason(refusal: StringRefusal) -> Reason {
    match refusal {
        StringRefusal::GlobalScope => Reason::TCF_GLOBAL_SCOPE,
        StringRefusal::PolicyTooOld => Reason::TCF_INVALID_POLICY,
        StringRefusal::NoDisclosedVendors => Reason::TCF_NO_DISCLOSED_SEGMENT,
        StringRefusal::FutureDated => Reason::MALFORMED_TCF,
        StringRefusal::Stale => Reason::TCF_STALE,
        _ => Reason::TCF_NOT_RELIABLE,
    }
}
