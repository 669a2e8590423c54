//! What a parameter's name says about its value.

use smallvec::SmallVec;

use super::{
    Reason,
    key_table::{ANYWHERE, HOLDERS, TAILS, WHOLE},
    layer::Layer,
    listed::{Lengths, Listed},
};

/// What a decoded key stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Key {
    /// A platform's click id: opaque, and what attribution rests on.
    ClickId,
    /// `utm_…`
    Campaign,
    /// Personal by its name.
    Denied(Reason),
    Other,
}

/// Looks a key up. Case, separators, brackets, a trailing number and full-width letters don't matter:
/// `user[E-Mail]`, `customerEmail2` and `ｅｍａｉｌ` are all `email`.
pub(super) fn classify(key: &[u8]) -> Key {
    let is = |known: &&str| known.as_bytes().eq_ignore_ascii_case(key);
    let is_click_id = CLICK_ID_LENGTHS.may_have(key) && CLICK_IDS.iter().any(is);
    if is_click_id || begins(key, b"gad_") {
        return Key::ClickId;
    }
    if begins(key, b"utm_") {
        return Key::Campaign;
    }
    denied(key, true).map_or(Key::Other, Key::Denied)
}

/// As [`classify`], but only names that mean a person's data wherever they stand: for pairs inside a
/// value, where `name` or `code` may be an article's.
pub(super) fn denied_anywhere(key: &[u8]) -> Option<Reason> {
    denied(key, false)
}

/// Whether a key, such as one of an event's free properties, says that its value is a person's data
/// whatever it looks like: a name has no shape by which [`scrub_text`](crate::scrub_text) could tell it.
///
/// ```
/// use predispatch_pii::is_personal_key;
///
/// assert!(is_personal_key("first_name") && is_personal_key("billingPostcode"));
/// // An article has a name and a code too.
/// assert!(!is_personal_key("name") && !is_personal_key("colour"));
/// ```
pub fn is_personal_key(key: &str) -> bool {
    denied_anywhere(key.as_bytes()).is_some()
}

/// Query keys that platforms put on a landing page's URL. Sources: `docs/sources/scrub.md`.
///
/// `gad_*` (Google's campaign parameters) is taken by its prefix. `srsltid` names the product listing
/// that was clicked, for Merchant Center; `aref` is Amazon's attribution reference.
const CLICK_IDS: &[&str] = &[
    "aref",
    "dclid",
    "epik",
    "fbclid",
    "gbraid",
    "gclid",
    "gclsrc",
    "li_fat_id",
    "msclkid",
    "rdt_cid",
    "sccid",
    "sc_click_id",
    "srsltid",
    "ttclid",
    "twclid",
    "wbraid",
];

static CLICK_ID_LENGTHS: Lengths = Lengths::of(&[CLICK_IDS]);

fn begins(key: &[u8], prefix: &[u8]) -> bool {
    key.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Tries all words of the key, then those from the second on, and so on: the last words say what it
/// is (`billing_phone_number`), the first only whose.
fn denied(key: &[u8], whole_key: bool) -> Option<Reason> {
    // Longer keys are no form field's; their end still tells.
    let key = key.get(key.len().saturating_sub(MAX_KEY)..).unwrap_or(key);
    let folded = Layer::folded(key);
    let words = Words::of(folded.as_ref().map_or(key, |layer| &layer.bytes));
    let skipped = words.starts.len().saturating_sub(MAX_WORDS);
    for (place, &start) in words.starts.iter().enumerate().skip(skipped) {
        let tail = words.text.get(usize::from(start)..).unwrap_or_default();
        if let Some(reason) = LISTED_ANYWHERE.find(tail) {
            return Some(reason);
        }
        // The words before only say whose.
        let held = || (0..place).all(|place| is_holder(words.word(place)));
        if whole_key
            && let Some(reason) = LISTED_WHOLE.find(tail)
            && held()
        {
            return Some(reason);
        }
    }
    // `customeremail`, `csrfmiddlewaretoken`: written without a boundary.
    let tail = TAILS.iter().find(|(tail, _)| {
        let (tail, text) = (tail.as_bytes(), words.text.as_slice());
        tail.last() == text.last() && text.ends_with(tail)
    });
    tail.map(|&(_, reason)| reason)
}

static LISTED_ANYWHERE: Listed = Listed::of(ANYWHERE);
static LISTED_WHOLE: Listed = Listed::of(WHOLE);

const MAX_KEY: usize = 96;
/// No entry of the tables has more words than that.
const MAX_WORDS: usize = 8;

fn is_holder(word: &[u8]) -> bool {
    HOLDERS.binary_search_by(|known| known.as_bytes().cmp(word)).is_ok()
}

/// A key in lower case without separators and digits, and where its words begin.
struct Words {
    text: SmallVec<[u8; 64]>,
    starts: SmallVec<[u8; 16]>,
}

impl Words {
    fn of(key: &[u8]) -> Self {
        let mut words = Self { text: SmallVec::new(), starts: SmallVec::new() };
        let mut before = b'_';
        for (place, &byte) in key.iter().enumerate() {
            let letter = byte.is_ascii_alphabetic() || byte >= 0x80;
            if letter {
                let next = key.get(place.saturating_add(1)).copied().unwrap_or_default();
                // `userEmail`, and `IDToken` before its T.
                let hump = byte.is_ascii_uppercase()
                    && (before.is_ascii_lowercase()
                        || (before.is_ascii_uppercase() && next.is_ascii_lowercase()));
                if hump || !(before.is_ascii_alphabetic() || before >= 0x80) {
                    words.starts.extend(u8::try_from(words.text.len()).ok());
                }
                words.text.push(byte.to_ascii_lowercase());
            }
            before = byte;
        }
        words
    }

    fn word(&self, place: usize) -> &[u8] {
        let bound = |place: usize| self.starts.get(place).map(|&start| usize::from(start));
        let start = bound(place).unwrap_or(self.text.len());
        let end = bound(place.saturating_add(1)).unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_a_key_is_written_does_not_matter() {
        for key in [
            "email",
            "Email",
            "E-MAIL",
            "e_mail",
            "eMail",
            "user[email]",
            "customer.email",
            "email2",
            "billingEmailAddress",
            "customeremail",
            "ｅｍａｉｌ",
            "contact email",
            "EMailAddress",
        ] {
            assert_eq!(classify(key.as_bytes()), Key::Denied(Reason::Email), "{key}");
        }
        assert_eq!(classify(b"userIDToken"), Key::Denied(Reason::Secret));
        assert_eq!(classify(b"customer[name]"), Key::Denied(Reason::Name));
    }

    #[test]
    fn names_of_things_are_not_names_of_persons() {
        for key in [
            "product_name",
            "campaign_name",
            "item_name",
            "file-name",
            "promo_code",
            "country_code",
            "sort_order",
            "orderby",
            "page",
            "variant",
            "category_id",
            "keyword",
            "q",
            "iphone",
            "headphone",
            "mailing_list",
            "state",
            "city",
            "color",
            "size",
            "currency",
            "lang",
            "ref",
            "email_opt_in",
            "phone_model",
            "key_feature",
            "codec",
            "authors",
            "passenger_count",
        ] {
            assert_eq!(classify(key.as_bytes()), Key::Other, "{key}");
        }
    }

    #[test]
    fn click_ids_are_known_in_any_case() {
        for key in ["gclid", "ScCid", "SCCID", "gad_source", "gad_campaignid", "srsltid", "aref"] {
            assert_eq!(classify(key.as_bytes()), Key::ClickId, "{key}");
        }
        assert_eq!(classify(b"utm_source"), Key::Campaign);
        assert_eq!(classify(b"UTM_Source"), Key::Campaign);
    }

    #[test]
    fn inside_a_value_only_plain_names_count() {
        assert_eq!(denied_anywhere(b"userEmail"), Some(Reason::Email));
        assert_eq!(denied_anywhere(b"name"), None);
    }
}
