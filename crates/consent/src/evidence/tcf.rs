//! TC strings: what they refuse anywhere, and whether they are a yes where TCF counts.

use core::cmp::Ordering;

use predispatch_tcf::{
    Judge, Judgement, Purpose, PurposeSet, Refusal, StringRefusal, TcString, VendorId,
    VendorSignals,
};

use super::any;
use crate::{
    ConsentText, Given, Reason, Reasons,
    clock::{Clock, Timing},
    findings::Findings,
    policy::{DestinationRules, Policy, Yes},
};

/// The TC strings of an event: the field's, and section 2 of the GPP string.
#[derive(Default)]
pub(super) struct TcfReading<'a> {
    pub(super) unreadable: Option<Reason>,
    /// The string that counts; two, where the newer one can't be a yes: a no of either counts then.
    pub(super) strings: [Option<Read<'a>>; 2],
}

impl<'a> TcfReading<'a> {
    const fn one(string: Read<'a>) -> Self {
        Self { unreadable: None, strings: [Some(string), None] }
    }

    /// Nothing here is a yes; what can be read may still refuse.
    fn unusable(reason: Reason, strings: [Option<Read<'a>>; 2]) -> Self {
        Self {
            unreadable: Some(reason),
            strings: strings.map(|string| string.map(Read::refusing_only)),
        }
    }
}

/// A string with what holds for every destination, found once.
pub(super) struct Read<'a> {
    tc: TcString<'a>,
    consented: PurposeSet,
    /// Against relying on the string at all.
    invalid: Reasons,
    timing: Timing,
    /// Its no counts, and nothing else that it says or lacks.
    refuses_only: bool,
}

impl<'a> Read<'a> {
    fn new(tc: TcString<'a>, in_force: bool, policy: &Policy, clock: Clock) -> Self {
        let mut invalid = Reasons::EMPTY;
        invalid.add_if(!in_force, Reason::NO_SIGNAL);
        let judge = Judge::new().max_age_days(u32::MAX);
        let judge = policy.cmp_list().map_or(judge, |list| judge.cmp_list(list));
        for refusal in judge.string(&tc, clock.now).iter() {
            invalid.add(string_reason(refusal));
        }
        // Purpose 1 was not asked about: nobody said no, and nobody said yes.
        let untold = Reason::tcf_purpose(Purpose::STORE_AND_ACCESS);
        invalid.add_if(tc.purpose_one_treatment(), untold);
        let timing = clock.of_day(tc.last_updated());
        invalid.add_if(timing == Timing::AfterEvent, Reason::CONSENT_AFTER_EVENT);
        invalid.add_if(timing == Timing::BeforeQuestion, Reason::CONSENT_PENDING);
        Self { consented: tc.purposes_consent(), invalid, timing, refuses_only: false, tc }
    }

    fn refusing_only(self) -> Self {
        Self { refuses_only: true, ..self }
    }

    /// Whether it may be a yes to somebody: only then does it set an older string aside.
    fn may_permit(&self) -> bool {
        !any(self.invalid) && self.timing == Timing::InTime
    }

    /// A time that no sound writer sets yet.
    pub(super) const fn is_from_the_future(&self) -> bool {
        matches!(self.timing, Timing::Unreadable) || self.invalid.contains(Reason::MALFORMED_TCF)
    }
}

/// The `tcf` field and GPP section 2 are equally good: the newer one counts, unless it can't be a yes;
/// then a no of either does. Two of one time that differ contradict each other. A section that is not
/// in force may refuse and not permit.
pub(super) fn read<'a>(
    field: &'a Given<ConsentText>,
    section: Option<&'a str>,
    section_in_force: bool,
    policy: &Policy,
    clock: Clock,
) -> TcfReading<'a> {
    let parse = |text, in_force| {
        TcString::parse(text).ok().map(|tc| Read::new(tc, in_force, policy, clock))
    };
    let from_section = section.map(|text| parse(text, section_in_force));
    let text = match field {
        Given::Absent => {
            return match from_section {
                None => TcfReading::default(),
                Some(Some(string)) => TcfReading::one(string),
                Some(None) => TcfReading::unusable(Reason::MALFORMED_TCF, [None, None]),
            };
        }
        Given::Unreadable => {
            return TcfReading::unusable(Reason::MALFORMED_TCF, [from_section.flatten(), None]);
        }
        Given::Value(text) => text.as_str(),
    };
    let (from_field, from_section) = match (parse(text, true), from_section) {
        (Some(string), None) => return TcfReading::one(string),
        (Some(from_field), Some(Some(from_section))) => (from_field, from_section),
        (from_field, from_section) => {
            let strings = [from_field, from_section.flatten()];
            return TcfReading::unusable(Reason::MALFORMED_TCF, strings);
        }
    };
    let is_same = section.is_some_and(|section| is_same(text, section));
    match from_field.tc.last_updated().cmp(&from_section.tc.last_updated()) {
        Ordering::Equal if is_same => TcfReading::one(from_field),
        Ordering::Equal => {
            TcfReading::unusable(Reason::CONFLICT, [Some(from_field), Some(from_section)])
        }
        Ordering::Greater if from_field.may_permit() => TcfReading::one(from_field),
        Ordering::Less if from_section.may_permit() => TcfReading::one(from_section),
        _ => {
            let from_section =
                if section_in_force { from_section } else { from_section.refusing_only() };
            TcfReading { unreadable: None, strings: [Some(from_field), Some(from_section)] }
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
    let Read { tc, consented, invalid, timing, refuses_only } = read;
    let listed = rules.vendor.and_then(|vendor| Listed::ask(tc, vendor, policy, clock));
    let lacking = |needed: PurposeSet| {
        let mut no = Reasons::EMPTY;
        for purpose in members(needed.difference(*consented)) {
            let has_interest = listed.as_ref().is_some_and(|it| it.accepts_interest(purpose));
            no.add_if(!has_interest, Reason::tcf_purpose(purpose));
        }
        no
    };
    let mut against = Against {
        no: lacking(rules.purposes),
        personal_no: lacking(rules.personalisation),
        block: *invalid,
    };
    match rules.vendor {
        Some(vendor) => against.add_vendor(&tc.vendor(vendor), listed.as_ref(), rules),
        None => against.block.add_if(!vendor_yes, Reason::VENDOR_UNKNOWN),
    }
    found.notes.add_if(rules.vendor.is_some() && listed.is_none(), Reason::GVL_ABSENT);
    let is_of_another_list = listed.as_ref().is_some_and(Listed::is_of_another_list);
    found.notes.add_if(is_of_another_list, Reason::GVL_OTHER_VERSION);
    let Against { no, personal_no, block } = against;

    found.no = found.no.union(no);
    found.personal_no = found.personal_no.union(personal_no);
    if *refuses_only {
        return;
    }
    let is_stale = *timing == Timing::Stale;
    found.lacking.add_if(is_stale, Reason::TCF_STALE);
    if !any(no) && !any(block) && *timing == Timing::InTime {
        found.yes.insert(Yes::Tcf);
        if !any(personal_no) {
            found.personal_yes.insert(Yes::Tcf);
        }
    }
    // A stale string is as none, but for its no.
    if !is_stale {
        found.tcf_block = found.tcf_block.union(block);
    }
}

/// What a string says against a destination.
struct Against {
    no: Reasons,
    /// The same for personalised advertising.
    personal_no: Reasons,
    /// Why it is no yes, and leaves no room for another: `Findings::tcf_block`.
    block: Reasons,
}

impl Against {
    /// What it says of the vendor, beside the purposes that nobody has consented to.
    fn add_vendor(
        &mut self,
        said: &VendorSignals,
        listed: Option<&Listed>,
        rules: &DestinationRules,
    ) {
        self.no.add_if(!said.consent, Reason::TCF_VENDOR);
        self.block.add_if(said.disclosed == Some(false), Reason::TCF_NOT_DISCLOSED);
        let restricted =
            said.restrictions.not_allowed.union(said.restrictions.require_legitimate_interest);
        let is_restricted = |needed: PurposeSet| match listed {
            None => !needed.intersection(restricted).is_empty(),
            Some(listed) => needed.iter().any(|purpose| {
                (restricted.contains(purpose) || listed.is_restricted(purpose))
                    && !listed.accepts_interest(purpose)
            }),
        };
        self.no.add_if(is_restricted(rules.purposes), Reason::TCF_RESTRICTED);
        self.personal_no.add_if(is_restricted(rules.personalisation), Reason::TCF_RESTRICTED);
        if let Some(listed) = listed {
            self.block = self.block.union(listed.objections(rules.purposes));
            let undeclared = rules.personalisation.iter().any(|p| !listed.declares(p));
            self.personal_no.add_if(undeclared, Reason::TCF_NOT_DECLARED);
        }
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

    /// Whether legitimate interest would count but that the vendor may have declared something else to
    /// the person: the string was made with another version of the list.
    fn is_of_another_list(&self) -> bool {
        self.accept_interest && self.judgement.vendor_list_matches() != Some(true)
    }

    /// Whether the purpose may stand on legitimate interest, does, and was not objected to.
    fn accepts_interest(&self, purpose: Purpose) -> bool {
        self.accept_interest
            && !self.is_of_another_list()
            && self.judgement.purpose(purpose).is_allowed()
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
