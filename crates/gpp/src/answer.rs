//! One answer in the same words, whatever the section's layout.

use core::fmt;

use crate::SensitiveCategory;

/// What a US section says, in words that all of them share.
///
/// It carries the person's and the site's statements, not a decision: what follows from them is the
/// caller's policy. Each answer has an order from the least to the most restrictive, so that two
/// sections in force combine by [`stricter`](Self::stricter). The order of
/// [`known_child`](Self::known_child) is its own.
///
/// ```
/// use predispatch_gpp::{Choice, Gpp, SectionId};
///
/// let gpp = Gpp::parse("DBABLA~BVQVAAAAAg")?;
/// let answer = gpp.us_answer(|id| id == SectionId::US_NAT).unwrap();
/// assert_eq!(answer.sale, Choice::Refused);
/// assert_eq!(answer.sharing, Choice::Refused);
/// # Ok::<(), predispatch_gpp::GppError>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct UsAnswer {
    /// Opt-out of the sale of personal data (`SaleOptOut`, third character of `us_privacy`).
    pub sale: Choice,
    /// Opt-out of sharing for cross-context advertising (`SharingOptOut`).
    pub sharing: Choice,
    /// Opt-out of targeted advertising (`TargetedAdvertisingOptOut`).
    pub targeted_advertising: Choice,
    /// Consent to use that does not fit the disclosed purposes (`PersonalDataConsents`,
    /// `AdditionalDataProcessingConsent`).
    pub additional_processing: Choice,
    /// Sensitive data, by category (`SensitiveDataProcessing`).
    pub sensitive: SensitiveChoices,
    /// A known child's data (`KnownChildSensitiveDataConsents`), of all ages and uses together.
    ///
    /// [`Choice::NotApplicable`]: every value says that no child is known. [`Choice::Permitted`] and
    /// [`Choice::Refused`]: the person is a known child, since only for one can consent be given or
    /// withheld. So a permission for one age outweighs "not applicable" for the others, unlike
    /// elsewhere, and a refusal that is read outweighs what can't be read, which may have been none:
    /// `Absent`, `NotApplicable`, `Permitted`, `Unreadable`, `Refused`.
    pub known_child: Choice,
    /// The business acts as a service provider and promises neither sale nor sharing
    /// (`MspaServiceProviderMode` 1, `MspaMode` 2).
    pub service_provider_mode: Mode,
    /// `MspaOptOutOptionMode` 1, `MspaMode` 1.
    pub opt_out_option_mode: Mode,
    /// The MSPA (or, in `us_privacy`, the LSPA) covers the transaction. It widens contracts; it is
    /// no permission.
    pub covered_transaction: Mode,
    /// Whether the person was told.
    pub notices: Notices,
    /// Global Privacy Control as the string's writer saw it.
    pub gpc: Gpc,
}

impl UsAnswer {
    /// Nothing is said.
    pub const SILENT: Self = Self {
        sale: Choice::Absent,
        sharing: Choice::Absent,
        targeted_advertising: Choice::Absent,
        additional_processing: Choice::Absent,
        sensitive: SensitiveChoices::ABSENT,
        known_child: Choice::Absent,
        service_provider_mode: Mode::Absent,
        opt_out_option_mode: Mode::Absent,
        covered_transaction: Mode::Absent,
        notices: Notices::all(Notice::Absent),
        gpc: Gpc::Absent,
    };

    /// Something is said that can't be read: never the same as silence. Nothing outweighs it but a
    /// known child that is refused.
    pub const UNREADABLE: Self = Self {
        sale: Choice::Unreadable,
        sharing: Choice::Unreadable,
        targeted_advertising: Choice::Unreadable,
        additional_processing: Choice::Unreadable,
        sensitive: SensitiveChoices([Choice::Unreadable; SensitiveCategory::COUNT]),
        known_child: Choice::Unreadable,
        service_provider_mode: Mode::Unreadable,
        opt_out_option_mode: Mode::Unreadable,
        covered_transaction: Mode::Unreadable,
        notices: Notices::all(Notice::Unreadable),
        gpc: Gpc::Unreadable,
    };

    /// Of each answer the more restrictive one.
    ///
    /// An answer that one section lacks is taken from the other. A child that one section knows is
    /// known, whatever the other says; the order is that of [`known_child`](Self::known_child).
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        Self {
            sale: self.sale.max(other.sale),
            sharing: self.sharing.max(other.sharing),
            targeted_advertising: self.targeted_advertising.max(other.targeted_advertising),
            additional_processing: self.additional_processing.max(other.additional_processing),
            sensitive: self.sensitive.stricter(other.sensitive),
            known_child: self.known_child.stricter_for_child(other.known_child),
            service_provider_mode: self.service_provider_mode.max(other.service_provider_mode),
            opt_out_option_mode: self.opt_out_option_mode.max(other.opt_out_option_mode),
            covered_transaction: self.covered_transaction.max(other.covered_transaction),
            notices: self.notices.stricter(other.notices),
            gpc: self.gpc.max(other.gpc),
        }
    }

    /// Whether any answer could not be read.
    pub fn has_unreadable(&self) -> bool {
        let choices =
            [self.sale, self.sharing, self.targeted_advertising, self.additional_processing];
        let modes =
            [self.service_provider_mode, self.opt_out_option_mode, self.covered_transaction];
        choices.contains(&Choice::Unreadable)
            || self.known_child == Choice::Unreadable
            || modes.contains(&Mode::Unreadable)
            || self.gpc == Gpc::Unreadable
            || self.sensitive.iter().any(|(_, choice)| choice == Choice::Unreadable)
            || self.notices.strictest() == Notice::Unreadable
    }
}

/// What a person chose about one use, from the least to the most restrictive. For a known child
/// the order is another: [`UsAnswer::known_child`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Choice {
    /// The section has no such field.
    Absent,
    /// 2: did not opt out, or consents.
    Permitted,
    /// 0: the business says that it does not do this. It is no permission to do it.
    NotApplicable,
    /// 1: opted out, or no consent.
    Refused,
    /// The field is there and can't be read.
    Unreadable,
}

impl Choice {
    /// From an opt-out or consent field; these agree on what refuses.
    pub(crate) const fn from_bits(bits: u8) -> Self {
        match bits {
            0 => Self::NotApplicable,
            1 => Self::Refused,
            2 => Self::Permitted,
            _ => Self::Unreadable,
        }
    }

    /// Of two answers about a known child the one that restricts more.
    ///
    /// The order of the type does not serve here. There 0 outweighs 2, but a consent for a child
    /// says that there is one, and 0 that there is none. And what can't be read outweighs 1, but 1 is
    /// a child for certain: who stops for a child and only limits for the unreadable must see it.
    pub(crate) const fn stricter_for_child(self, other: Self) -> Self {
        if other.rank_for_child() > self.rank_for_child() { other } else { self }
    }

    const fn rank_for_child(self) -> u8 {
        match self {
            Self::Absent => 0,
            Self::NotApplicable => 1,
            Self::Permitted => 2,
            Self::Unreadable => 3,
            Self::Refused => 4,
        }
    }
}

/// Whether the person was told, from the least to the most restrictive.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Notice {
    /// The section has no such field.
    Absent,
    /// 1: notice was given.
    Given,
    /// 0: nothing that needs a notice is done.
    NotApplicable,
    /// 2: no notice was given.
    NotGiven,
    /// The field is there and can't be read.
    Unreadable,
}

impl Notice {
    pub(crate) const fn from_bits(bits: u8) -> Self {
        match bits {
            0 => Self::NotApplicable,
            1 => Self::Given,
            2 => Self::NotGiven,
            _ => Self::Unreadable,
        }
    }
}

/// Whether a contract's mode is on.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Mode {
    /// The section has no such field.
    Absent,
    /// 2, or another mode of `MspaMode`.
    Off,
    /// 0.
    NotApplicable,
    /// 1, or this mode of `MspaMode`.
    On,
    /// The field is there and can't be read.
    Unreadable,
}

impl Mode {
    pub(crate) const fn from_bits(bits: u8) -> Self {
        match bits {
            0 => Self::NotApplicable,
            1 => Self::On,
            2 => Self::Off,
            _ => Self::Unreadable,
        }
    }
}

/// The Global Privacy Control bit of a section.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Gpc {
    /// No GPC sub-section: nothing was asserted.
    Absent,
    /// The bit is 0: nothing was asserted either. It is no consent.
    Off,
    /// The bit is 1: the person objects.
    On,
    /// It can't be read.
    Unreadable,
}

/// What the person was told about, each as its own answer.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Notices {
    /// `SharingNotice` or `ProcessingNotice`: that data is processed or shared.
    pub processing: Notice,
    /// `SaleOptOutNotice`, or the second character of `us_privacy`.
    pub sale_opt_out: Notice,
    /// `SharingOptOutNotice`.
    pub sharing_opt_out: Notice,
    /// `TargetedAdvertisingOptOutNotice`.
    pub targeted_advertising_opt_out: Notice,
    /// `SensitiveDataProcessingOptOutNotice` or `SensitiveDataOptOutNotice`.
    pub sensitive_opt_out: Notice,
    /// `SensitiveDataLimitUseNotice`.
    pub sensitive_limit_use: Notice,
}

impl Notices {
    /// The most restrictive of them.
    pub fn strictest(self) -> Notice {
        self.processing
            .max(self.sale_opt_out)
            .max(self.sharing_opt_out)
            .max(self.targeted_advertising_opt_out)
            .max(self.sensitive_opt_out)
            .max(self.sensitive_limit_use)
    }

    pub(crate) const fn all(notice: Notice) -> Self {
        Self {
            processing: notice,
            sale_opt_out: notice,
            sharing_opt_out: notice,
            targeted_advertising_opt_out: notice,
            sensitive_opt_out: notice,
            sensitive_limit_use: notice,
        }
    }

    fn stricter(self, other: Self) -> Self {
        Self {
            processing: self.processing.max(other.processing),
            sale_opt_out: self.sale_opt_out.max(other.sale_opt_out),
            sharing_opt_out: self.sharing_opt_out.max(other.sharing_opt_out),
            targeted_advertising_opt_out: self
                .targeted_advertising_opt_out
                .max(other.targeted_advertising_opt_out),
            sensitive_opt_out: self.sensitive_opt_out.max(other.sensitive_opt_out),
            sensitive_limit_use: self.sensitive_limit_use.max(other.sensitive_limit_use),
        }
    }
}

/// One [`Choice`] for each [`SensitiveCategory`].
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct SensitiveChoices([Choice; SensitiveCategory::COUNT]);

impl SensitiveChoices {
    /// What was chosen about a category. [`Choice::Absent`]: the section does not know it.
    pub fn of(&self, category: SensitiveCategory) -> Choice {
        self.0.get(category.index()).copied().unwrap_or(Choice::Unreadable)
    }

    /// All categories with their choices.
    pub fn iter(&self) -> impl Iterator<Item = (SensitiveCategory, Choice)> {
        SensitiveCategory::ALL.into_iter().zip(self.0)
    }

    /// The section knows none.
    pub(crate) const ABSENT: Self = Self([Choice::Absent; SensitiveCategory::COUNT]);

    /// Keeps the stricter of what is there and `choice`.
    pub(crate) fn restrict(&mut self, category: SensitiveCategory, choice: Choice) {
        if let Some(slot) = self.0.get_mut(category.index()) {
            *slot = choice.max(*slot);
        }
    }

    /// The same choice for several categories.
    pub(crate) fn restrict_all(&mut self, categories: &[SensitiveCategory], choice: Choice) {
        for &category in categories {
            self.restrict(category, choice);
        }
    }

    fn stricter(mut self, other: Self) -> Self {
        for (ours, theirs) in self.0.iter_mut().zip(other.0) {
            *ours = theirs.max(*ours);
        }
        self
    }
}

impl fmt::Debug for SensitiveChoices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().filter(|(_, choice)| *choice != Choice::Absent)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_changes_nothing_and_the_unreadable_wins() {
        let mut opted_out = UsAnswer::SILENT;
        opted_out.sale = Choice::Refused;
        opted_out.sensitive.restrict(SensitiveCategory::Health, Choice::Permitted);
        assert_eq!(opted_out.stricter(UsAnswer::SILENT), opted_out);
        assert_eq!(UsAnswer::SILENT.stricter(opted_out), opted_out);
        assert_eq!(opted_out.stricter(UsAnswer::UNREADABLE), UsAnswer::UNREADABLE);
        assert!(!opted_out.has_unreadable() && UsAnswer::UNREADABLE.has_unreadable());
        let child = UsAnswer { known_child: Choice::Refused, ..UsAnswer::SILENT };
        assert_eq!(child.stricter(UsAnswer::UNREADABLE).known_child, Choice::Refused);
    }

    #[test]
    fn a_child_known_to_one_section_is_known() {
        let order = [
            Choice::Absent,
            Choice::NotApplicable,
            Choice::Permitted,
            Choice::Unreadable,
            Choice::Refused,
        ];
        let with = |known_child| UsAnswer { known_child, ..UsAnswer::SILENT };
        for (at, &low) in order.iter().enumerate() {
            for &high in &order[at..] {
                assert_eq!(with(low).stricter(with(high)).known_child, high, "{low:?} {high:?}");
                assert_eq!(with(high).stricter(with(low)).known_child, high, "{high:?} {low:?}");
            }
        }
    }

    #[test]
    fn a_permission_yields_to_not_applicable_and_that_to_a_refusal() {
        let of = |bits| Choice::from_bits(bits);
        assert_eq!(of(2).max(of(0)), Choice::NotApplicable);
        assert_eq!(of(0).max(of(1)), Choice::Refused);
        assert_eq!(of(3), Choice::Unreadable);
        assert_eq!(Notice::from_bits(1).max(Notice::from_bits(2)), Notice::NotGiven);
    }
}
