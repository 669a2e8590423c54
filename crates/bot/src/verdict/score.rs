//! Findings into a number.

use crate::{Reason, Strength};

/// Points of one finding. Of several with one cause only the strongest counts.
///
/// The distances carry the meaning of [`Strength`]: one hard finding, or two strong ones, reach
/// [`AUTOMATION`]; one strong one reaches [`SUSPECT`]; weak ones alone need seven causes for that.
pub const fn weight(strength: Strength) -> u8 {
    match strength {
        Strength::Note => 0,
        Strength::Weak => 6,
        Strength::Strong => 40,
        Strength::Hard => 90,
    }
}

/// From this score on the sender is a suspect.
pub const SUSPECT: u8 = 40;

/// From this score on the sender is a program.
pub const AUTOMATION: u8 = 80;

/// The highest score.
pub const MAX: u8 = 100;

/// The sum of weights over causes, at most [`MAX`].
pub fn score(reasons: &[Reason]) -> u8 {
    let mut sum = 0u8;
    for (at, reason) in reasons.iter().enumerate() {
        if sum >= MAX {
            break;
        }
        let points = weight(reason.strength);
        // Each cause is counted where its strongest finding first stands.
        let counts_elsewhere = || {
            reasons.iter().enumerate().any(|(other_at, other)| {
                let is_stronger = other.strength > reason.strength;
                let is_earlier = other.strength == reason.strength && other_at < at;
                (is_stronger || is_earlier) && other.cause == reason.cause
            })
        };
        if points > 0 && !counts_elsewhere() {
            sum = sum.saturating_add(points);
        }
    }
    sum.min(MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Layer;

    const fn reason(code: &'static str, strength: Strength) -> Reason {
        Reason::new(Layer::Device, code, strength)
    }

    #[test]
    fn strengths_mean_what_they_say() {
        assert!(weight(Strength::Hard) >= AUTOMATION);
        assert!(weight(Strength::Strong) >= SUSPECT && weight(Strength::Strong) < AUTOMATION);
        assert!(2 * weight(Strength::Strong) >= AUTOMATION);
        assert!(6 * weight(Strength::Weak) < SUSPECT && 7 * weight(Strength::Weak) >= SUSPECT);
    }

    #[test]
    fn one_cause_counts_once_by_its_strongest() {
        let strong = reason("a", Strength::Strong);
        let same = [reason("b", Strength::Weak).because("a"), strong, strong];
        assert_eq!(score(&same), 40);
        assert_eq!(score(&[strong, reason("b", Strength::Strong)]), 80);
        assert_eq!(score(&[]), 0);
        let hard = ["a", "b", "c"].map(|code| reason(code, Strength::Hard));
        assert_eq!(score(&hard), 100);
    }
}
