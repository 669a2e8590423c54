//! What the signals amount to for one destination, before any place's rules are asked.

use crate::{Reason, Reasons, policy::YesSet};

/// Reasons by what they do.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Findings {
    /// Against sending, anywhere: erasure, age, regulated subject, age of the event.
    pub(crate) stop: Reasons,
    /// The person's no to this recipient or to ads: against sending, anywhere.
    pub(crate) no: Reasons,
    /// Opt-outs of sale, sharing and targeted advertising: a limit in the United States, a no
    /// elsewhere.
    pub(crate) opt_out: Reasons,
    /// What can't be read: an opt-out where silence would do, a no elsewhere.
    pub(crate) unreadable: Reasons,
    /// A no to personal ads only.
    pub(crate) personal_no: Reasons,
    /// Only in the United States: against sending.
    pub(crate) us_no: Reasons,
    /// Only in the United States: as an opt-out.
    pub(crate) us_opt_out: Reasons,
    /// Where TC strings count: the one that is there is no yes and leaves no room for another.
    pub(crate) tcf_block: Reasons,
    /// Where a yes is needed: why what looks like one is none.
    pub(crate) lacking: Reasons,
    /// Explains, stands against nothing.
    pub(crate) notes: Reasons,
    /// Kinds of yes to this recipient.
    pub(crate) yes: YesSet,
    /// Of these, the ones that hold for personal ads.
    pub(crate) personal_yes: YesSet,
    /// A section of the GPP string has the bit of Global Privacy Control set, at a time that nobody
    /// knows.
    pub(crate) has_gpc_bit: bool,
    /// A Canadian section is there, and not stale.
    pub(crate) has_canada: bool,
    /// A denial of Consent Mode is an answer, and not only the site's default.
    pub(crate) gcm_is_refused: bool,
    /// The person was still being asked.
    pub(crate) is_pending: bool,
}

impl Findings {
    /// Everything that stands against sending wherever silence would be a no.
    pub(crate) const fn against(&self) -> Reasons {
        self.stop.union(self.no).union(self.opt_out).union(self.unreadable)
    }

    /// The same while the person is being asked: what Consent Mode denies by default is no answer yet.
    pub(crate) const fn while_asked(&self) -> Self {
        if self.gcm_is_refused {
            return *self;
        }
        let default = Reasons::of(Reason::GCM_DENIED);
        let no = self.no.difference(default);
        Self { no, personal_no: self.personal_no.difference(default), ..*self }
    }

    pub(crate) const fn cannot_read(&mut self, reason: Reason) {
        self.unreadable.add(reason);
    }
}
