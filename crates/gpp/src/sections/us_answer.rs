//! A section in the words of all US sections.

use super::{
    Field, UsSection,
    layout::{Second, VALUE_BITS, VERSION_BITS},
};
use crate::{Choice, Gpc, Mode, Notice, UsAnswer};

impl UsSection {
    /// In the words of all US sections.
    pub fn answer(&self) -> UsAnswer {
        let mut answer = UsAnswer::SILENT;
        let mut values = CoreValues::of(self);
        for &field in self.layout.fields {
            match field {
                Field::AdditionalDataProcessingConsent | Field::PersonalDataConsents => {
                    answer.additional_processing = values.choice();
                }
                Field::KnownChildSensitiveDataConsents => {
                    for _ in self.layout.children {
                        answer.known_child = answer.known_child.stricter_for_child(values.choice());
                    }
                }
                Field::MspaCoveredTransaction => answer.covered_transaction = values.mode(),
                Field::MspaMode => {
                    (answer.opt_out_option_mode, answer.service_provider_mode) = match values.next()
                    {
                        0 => (Mode::NotApplicable, Mode::NotApplicable),
                        1 => (Mode::On, Mode::Off),
                        2 => (Mode::Off, Mode::On),
                        _ => (Mode::Unreadable, Mode::Unreadable),
                    };
                }
                Field::MspaOptOutOptionMode => answer.opt_out_option_mode = values.mode(),
                Field::MspaServiceProviderMode => answer.service_provider_mode = values.mode(),
                Field::ProcessingNotice | Field::SharingNotice => {
                    answer.notices.processing = values.notice();
                }
                Field::SaleOptOut => answer.sale = values.choice(),
                Field::SaleOptOutNotice => answer.notices.sale_opt_out = values.notice(),
                Field::SensitiveDataLimitUseNotice => {
                    answer.notices.sensitive_limit_use = values.notice();
                }
                Field::SensitiveDataOptOutNotice | Field::SensitiveDataProcessingOptOutNotice => {
                    answer.notices.sensitive_opt_out = values.notice();
                }
                Field::SensitiveDataProcessing => {
                    for categories in self.layout.sensitive {
                        answer.sensitive.restrict_all(categories, values.choice());
                    }
                }
                Field::SharingOptOut => answer.sharing = values.choice(),
                Field::SharingOptOutNotice => answer.notices.sharing_opt_out = values.notice(),
                Field::TargetedAdvertisingOptOut => answer.targeted_advertising = values.choice(),
                Field::TargetedAdvertisingOptOutNotice => {
                    answer.notices.targeted_advertising_opt_out = values.notice();
                }
            }
        }
        if self.layout.second == Second::Sensitive {
            for (categories, choice) in self.sensitive_categories() {
                answer.sensitive.restrict_all(categories, choice);
            }
        }
        answer.gpc = match self.gpc {
            None => Gpc::Absent,
            Some(false) => Gpc::Off,
            Some(true) => Gpc::On,
        };
        answer
    }
}

/// The values of the core one after the other, without end; 3 for those that can't be read.
struct CoreValues {
    /// The next value is the highest.
    rest: u128,
    readable: u32,
}

impl CoreValues {
    fn of(section: &UsSection) -> Self {
        let unused = u128::BITS.saturating_sub(section.layout.bits).saturating_add(VERSION_BITS);
        Self {
            rest: section.core.checked_shl(unused).unwrap_or_default(),
            readable: section.readable_bits.saturating_sub(VERSION_BITS) / VALUE_BITS,
        }
    }

    fn next(&mut self) -> u8 {
        let Some(readable) = self.readable.checked_sub(1) else { return UNDEFINED };
        self.readable = readable;
        let value = u8::try_from(self.rest >> 126).unwrap_or(UNDEFINED);
        self.rest <<= 2;
        value
    }

    fn choice(&mut self) -> Choice {
        Choice::from_bits(self.next())
    }

    fn notice(&mut self) -> Notice {
        Notice::from_bits(self.next())
    }

    fn mode(&mut self) -> Mode {
        Mode::from_bits(self.next())
    }
}

/// Two bits that no field has.
const UNDEFINED: u8 = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SectionId, sections::states};

    fn known_child(section: UsSection, values: &[u8]) -> Choice {
        // The writer refuses 3; its bits are those of 1 and 2 together.
        let with = |three: u8| {
            let values: Vec<u8> =
                values.iter().map(|&value| if value == 3 { three } else { value }).collect();
            section.with(Field::KnownChildSensitiveDataConsents, &values).unwrap()
        };
        let mut section = with(1);
        section.core |= with(2).core;
        section.answer().known_child
    }

    /// Every section, the national one in both versions.
    fn every() -> impl Iterator<Item = UsSection> {
        let states = states::ALL.iter().map(|layout| layout.id);
        let newest = states.chain([SectionId::US_NAT]).map(|id| UsSection::new(id).unwrap());
        newest.chain([UsSection::us_national_v1().unwrap()])
    }

    #[test]
    fn a_consent_for_one_age_makes_a_known_child() {
        let cases: [(&[u8], Choice); 10] = [
            (&[0, 2], Choice::Permitted),
            (&[2, 0], Choice::Permitted),
            (&[0, 0, 2], Choice::Permitted),
            (&[0, 2, 2], Choice::Permitted),
            (&[2, 2], Choice::Permitted),
            (&[0, 0], Choice::NotApplicable),
            (&[1, 2], Choice::Refused),
            (&[1, 3], Choice::Refused),
            (&[2, 3], Choice::Unreadable),
            (&[3, 0], Choice::Unreadable),
        ];
        let mut tried = [0; 6];
        for section in every() {
            let count = section.number_of_values(Field::KnownChildSensitiveDataConsents);
            for (values, expected) in cases.iter().filter(|(values, _)| values.len() <= count) {
                // In a longer field the rest is 0, before or after.
                let rest = vec![0; count - values.len()];
                for values in [[*values, &rest].concat(), [&rest, *values].concat()] {
                    let id = section.id();
                    assert_eq!(known_child(section, &values), *expected, "{id} {values:?}");
                    tried[count] += 1;
                }
            }
        }
        // Fields of two, three and five values exist.
        assert!([2, 3, 5].iter().all(|&count| tried[count] > 0), "{tried:?}");
    }

    #[test]
    fn any_mix_of_values_knows_a_child_unless_all_are_0() {
        for section in every() {
            let count = section.number_of_values(Field::KnownChildSensitiveDataConsents);
            if count == 0 {
                continue;
            }
            for number in 0..4_usize.pow(u32::try_from(count).unwrap()) {
                let digits = core::iter::successors(Some(number), |rest| Some(rest / 4));
                let values: Vec<u8> =
                    digits.take(count).map(|rest| [0, 1, 2, 3][rest % 4]).collect();
                let expected = if values.contains(&1) {
                    Choice::Refused
                } else if values.contains(&3) {
                    Choice::Unreadable
                } else if values.contains(&2) {
                    Choice::Permitted
                } else {
                    Choice::NotApplicable
                };
                assert_eq!(known_child(section, &values), expected, "{} {values:?}", section.id());
            }
        }
    }
}
