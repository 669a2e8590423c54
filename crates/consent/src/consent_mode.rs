//! Google Consent Mode v2: the object, and the `gcs` and `gcd` parameters that carry it.
//!
//! Sources: `docs/sources/consent.md#consent-mode`.

use crate::Given;

/// A yes or a no.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[expect(clippy::exhaustive_enums, reason = "closed by definition; unset is `Given::Absent`")]
pub enum Grant {
    /// `granted`.
    Granted,
    /// `denied`.
    Denied,
}

impl Grant {
    /// `granted` or `denied`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Denied => "denied",
        }
    }

    /// Reads a word of Consent Mode. Only `granted` is a yes; what people write for no is a no,
    /// whatever its case; the rest is unreadable, never a yes.
    ///
    /// ```
    /// use predispatch_consent::{Given, Grant};
    ///
    /// assert_eq!(Grant::parse("granted"), Given::Value(Grant::Granted));
    /// assert_eq!(Grant::parse("Denied"), Given::Value(Grant::Denied));
    /// assert_eq!(Grant::parse("0"), Given::Value(Grant::Denied));
    /// assert_eq!(Grant::parse("probably"), Given::Unreadable);
    /// assert_eq!(Grant::parse(""), Given::Unreadable);
    /// ```
    pub fn parse(word: &str) -> Given<Self> {
        if word == "granted" {
            Given::Value(Self::Granted)
        } else if is_refusal(word) {
            Given::Value(Self::Denied)
        } else {
            Given::Unreadable
        }
    }
}

/// Whether `word` is one of those that sites send for "no" where a boolean or `denied` is due.
pub(crate) fn is_refusal(word: &str) -> bool {
    let word = word.trim();
    REFUSALS.iter().any(|refusal| word.eq_ignore_ascii_case(refusal))
}

/// Only words whose one meaning is no; a reader that knows fewer turns them into "not understood",
/// which is no yes either.
const REFUSALS: [&str; 10] =
    ["denied", "false", "0", "no", "n", "off", "deny", "refused", "rejected", "opted_out"];

/// The four signals of Consent Mode v2 that speak about ads and analytics.
///
/// ```
/// use predispatch_consent::{ConsentMode, Given, Grant};
///
/// let pings = ConsentMode::from_gcs("G100").unwrap();
/// assert_eq!(pings.ad_storage, Given::Value(Grant::Denied));
/// assert_eq!(pings.ad_user_data, Given::Absent);
/// let all_unset = ConsentMode::from_gcd("13l3l3l3l1l1").unwrap();
/// assert_eq!(all_unset.ad_user_data, Given::Absent);
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct ConsentMode {
    /// Storage for ads.
    pub ad_storage: Given<Grant>,
    /// Sending user data to the platform for ads.
    pub ad_user_data: Given<Grant>,
    /// Personalised ads.
    pub ad_personalization: Given<Grant>,
    /// Storage for analytics. It never decides about an ad platform.
    pub analytics_storage: Given<Grant>,
    /// All that it says is the site's default, which nobody answered.
    pub(crate) is_default: bool,
}

impl ConsentMode {
    /// All four signals alike.
    pub const fn all(grant: Grant) -> Self {
        let given = Given::Value(grant);
        Self {
            ad_storage: given,
            ad_user_data: given,
            ad_personalization: given,
            analytics_storage: given,
            is_default: false,
        }
    }

    /// The same as a `default` command's, which waits for an answer. What it grants is the site's own
    /// word and no grant. What it denies is denied, but no answer to what the person is being asked
    /// ([`Signals::pending`](crate::Signals::pending)). What is set to granted afterwards is no grant either.
    #[must_use]
    pub fn as_default(self) -> Self {
        let unless_granted =
            |given: Given<Grant>| if given.is(Grant::Granted) { Given::Absent } else { given };
        Self {
            ad_storage: unless_granted(self.ad_storage),
            ad_user_data: unless_granted(self.ad_user_data),
            ad_personalization: unless_granted(self.ad_personalization),
            analytics_storage: unless_granted(self.analytics_storage),
            is_default: true,
        }
    }

    /// Reads `gcs`: `G1` and one digit each for `ad_storage` and `analytics_storage`, `-` for unset.
    /// `None`: not of that shape.
    pub fn from_gcs(text: &str) -> Option<Self> {
        let [b'G', b'1', ads, analytics] = text.as_bytes() else { return None };
        Some(Self {
            ad_storage: gcs_digit(*ads)?,
            analytics_storage: gcs_digit(*analytics)?,
            ..Self::default()
        })
    }

    /// Reads `gcd`: letters at the even places 2 to 8, in the order of `ad_storage`,
    /// `analytics_storage`, `ad_user_data`, `ad_personalization`. A letter that is not known makes
    /// its signal unreadable; one that is granted by default and was not answered (`t`) is unset.
    /// `None`: not of that shape.
    pub fn from_gcd(text: &str) -> Option<Self> {
        let [storage, analytics, user_data, personalization] = gcd_letters(text)?;
        Some(Self {
            ad_storage: gcd_letter(storage),
            analytics_storage: gcd_letter(analytics),
            ad_user_data: gcd_letter(user_data),
            ad_personalization: gcd_letter(personalization),
            is_default: false,
        })
    }
}

/// Which of `ad_storage`, `ad_user_data` and `ad_personalization` a `gcd` says are denied by default and
/// not answered.
pub(crate) fn gcd_waits(text: &str) -> [bool; 3] {
    let Some([storage, _, user_data, personalization]) = gcd_letters(text) else {
        return [false; 3];
    };
    [storage, user_data, personalization].map(|letter| letter == b'p')
}

/// The letters, in their order.
fn gcd_letters(text: &str) -> Option<[u8; 4]> {
    let (head, rest) = text.as_bytes().split_first_chunk::<9>()?;
    let [b'1', digit, s, _, a, _, u, _, p] = head else { return None };
    let sound =
        digit.is_ascii_digit() && rest.len() <= 16 && rest.iter().all(u8::is_ascii_alphanumeric);
    sound.then_some([*s, *a, *u, *p])
}

fn gcs_digit(digit: u8) -> Option<Given<Grant>> {
    match digit {
        b'0' => Some(Given::Value(Grant::Denied)),
        b'1' => Some(Given::Value(Grant::Granted)),
        b'-' => Some(Given::Absent),
        _ => None,
    }
}

/// What was said; each letter stands for a pair of default and update. A default that grants (`t`) is
/// the site's own word until somebody answers.
const fn gcd_letter(letter: u8) -> Given<Grant> {
    match letter {
        b'l' | b't' => Given::Absent,
        b'm' | b'p' | b'q' | b'u' => Given::Value(Grant::Denied),
        b'n' | b'r' | b'v' => Given::Value(Grant::Granted),
        _ => Given::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_one_word_grants() {
        for word in ["Granted", "GRANTED", " granted", "true", "1", "yes", "allow", "granted\0"] {
            assert_eq!(Grant::parse(word), Given::Unreadable, "{word:?}");
        }
        for word in REFUSALS {
            assert_eq!(Grant::parse(word), Given::Value(Grant::Denied), "{word:?}");
            assert_eq!(Grant::parse(&word.to_uppercase()), Given::Value(Grant::Denied));
        }
    }

    #[test]
    fn gcs_reads_its_four_characters_and_nothing_else() {
        let read = ConsentMode::from_gcs("G1-1").unwrap();
        assert_eq!(
            (read.ad_storage, read.analytics_storage),
            (Given::Absent, Given::Value(Grant::Granted))
        );
        for text in ["", "G1", "G1000", "G2--", "g111", "G1a1", "G111 "] {
            assert_eq!(ConsentMode::from_gcs(text), None, "{text:?}");
        }
    }

    #[test]
    fn gcd_takes_the_answer_of_each_letter_and_a_default_only_if_it_denies() {
        let granted = Given::Value(Grant::Granted);
        let denied = Given::Value(Grant::Denied);
        for (letter, expected) in [
            ('l', Given::Absent),
            ('m', denied),
            ('n', granted),
            ('p', denied),
            ('q', denied),
            ('r', granted),
            ('t', Given::Absent),
            ('u', denied),
            ('v', granted),
            ('x', Given::Unreadable),
            ('L', Given::Unreadable),
        ] {
            let read = ConsentMode::from_gcd(&format!("13l3l3{letter}3l1l1")).unwrap();
            assert_eq!(read.ad_user_data, expected, "{letter}");
            assert_eq!(read.ad_storage, Given::Absent);
        }
        let long = ConsentMode::from_gcd("11t1r1v1u5").unwrap();
        assert_eq!((long.ad_storage, long.analytics_storage), (Given::Absent, granted));
        assert_eq!((long.ad_user_data, long.ad_personalization), (granted, denied));
        for text in ["", "13l3l3l3", "23l3l3l3l1l1", "13l3l3l3l1l1 ", "1xl3l3l3l1"] {
            assert_eq!(ConsentMode::from_gcd(text), None, "{text:?}");
        }
    }
}
