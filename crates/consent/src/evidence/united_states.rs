//! US sections of a GPP string, and the US Privacy string.

use predispatch_gpp::{
    Choice, Gpc, Gpp, Mode, Notice, SectionId, UsAnswer, UsPrivacy, UsSection, UspAnswer,
};

use crate::{Reason, Signals, findings::Findings, policy::Policy};

/// Adds opt-outs and children. A refusal counts in whichever section it stands; whether the person
/// was told of it is asked only of the sections in force.
pub(super) fn find(
    signals: &Signals,
    gpp: Option<&Gpp<'_>>,
    policy: &Policy,
    found: &mut Findings,
) {
    let usp = signals.us_privacy.and_then(|text| UsPrivacy::parse(text.as_str()).ok());
    found.unreadable.add_if(usp.is_unreadable(), Reason::MALFORMED_USP);
    if let Some(usp) = usp.value() {
        // No notice leaves the opt-out model without its basis.
        let is_out = usp.opt_out_sale() == UspAnswer::Yes || usp.notice() == UspAnswer::No;
        found.opt_out.add_if(is_out, Reason::USP_OPTOUT);
    }
    let Some(gpp) = gpp else { return };
    let in_force = signals.gpp_sid.value();
    let is_in_force = |id: SectionId| in_force.is_none_or(|ids| ids.contains(&id.as_u16()));
    for (id, answer) in gpp.us_answers() {
        let answer = answer.ok().or_else(|| {
            found.cannot_read(Reason::MALFORMED_GPP);
            // A fault elsewhere in the section makes no child older.
            UsSection::core_answer(id, gpp.raw(id)?)
        });
        let Some(answer) = answer else { continue };
        section(&answer, policy, found);
        let untold = is_in_force(id) && has_no_notice(&answer);
        // As for the same string outside GPP.
        if id == SectionId::USP_V1 {
            found.opt_out.add_if(untold, Reason::USP_OPTOUT);
        } else {
            found.us_no.add_if(untold, Reason::GPP_NO_NOTICE);
        }
    }
}

fn section(answer: &UsAnswer, policy: &Policy, found: &mut Findings) {
    let refused = |choice| choice == Choice::Refused;
    for (is_so, reason) in [
        (refused(answer.sale), Reason::GPP_SALE),
        (refused(answer.sharing), Reason::GPP_SHARE),
        (refused(answer.targeted_advertising), Reason::GPP_TARGETED),
        (refused(answer.additional_processing), Reason::GPP_PERSONAL_DATA),
        (answer.service_provider_mode == Mode::On, Reason::GPP_SERVICE_PROVIDER_MODE),
        (answer.gpc == Gpc::On, Reason::GPC),
    ] {
        found.opt_out.add_if(is_so, reason);
    }
    found.has_gpc_bit |= answer.gpc == Gpc::On;
    found.unreadable.add_if(answer.has_unreadable(), Reason::MALFORMED_GPP);
    // A consent for a known child still says that there is a child; what can't be read may say so,
    // as an age that can't be read may be a child's.
    let is_child = match answer.known_child {
        Choice::Refused | Choice::Unreadable => true,
        Choice::Permitted => !policy.switches().gpp_child_consent,
        _ => false,
    };
    found.stop.add_if(is_child, Reason::GPP_CHILD);
}

/// Whether the person was not told of an opt-out that the section is about.
fn has_no_notice(answer: &UsAnswer) -> bool {
    let notices = answer.notices;
    [notices.sale_opt_out, notices.sharing_opt_out, notices.targeted_advertising_opt_out]
        .contains(&Notice::NotGiven)
}
