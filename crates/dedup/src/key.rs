//! Keys: what a store keeps of an event's id, its name and its facts.

use core::{fmt, hash::Hasher as _};

use predispatch_types::{EventId, Money};
use siphasher::sip128::{Hash128, Hasher128, SipHasher24};
use zeroize::Zeroizing;

/// The secret that turns ids into keys. Every process that shares a store needs the same.
///
/// Keys are pseudonyms: whoever has this secret can tell whether an id that they hold is in a store;
/// without it the keys say nothing. Wiped when dropped.
///
/// ```
/// use predispatch_dedup::KeyMaker;
/// use predispatch_types::EventId;
///
/// let keys = KeyMaker::new([7; 16]);
/// let id = EventId::new("ord-88213")?;
/// let purchase = keys.event("shop", &id, "purchase");
/// assert_eq!(purchase, keys.event("shop", &id, "purchase"));
/// // The id's part is one for all names: some platforms compare the id alone.
/// assert_eq!(purchase.id_part(), keys.event("shop", &id, "page_view").id_part());
/// assert_ne!(purchase, keys.event("other shop", &id, "purchase"));
/// # Ok::<(), predispatch_types::EventIdError>(())
/// ```
#[derive(Clone)]
pub struct KeyMaker(Zeroizing<[u8; 16]>);

impl KeyMaker {
    /// Takes 16 random bytes.
    pub fn new(secret: [u8; 16]) -> Self {
        Self(Zeroizing::new(secret))
    }

    /// The key of an event in a data set (a pixel, or the caller's name for the pixels that one id
    /// is sent to). `event_name` is the canonical name, the same for all destinations.
    pub fn event(&self, data_set: &str, event_id: &EventId, event_name: &str) -> Key {
        let id = self.hash(b"id", &[data_set, event_id.as_str()]).as_u128().to_le_bytes();
        let name = self.hash(b"name", &[event_name]).h1.to_le_bytes();
        let mut key = [0; 16];
        let (id_part, name_part) = key.split_at_mut(Key::ID_LEN);
        for (to, from) in id_part.iter_mut().zip(id).chain(name_part.iter_mut().zip(name)) {
            *to = from;
        }
        Key(key)
    }

    /// The key of a business fact (an order, a lead) under an event's name: what stays the same when
    /// the id of one action changes.
    pub fn fact(&self, data_set: &str, event_name: &str, fact: Fact<'_>) -> FactKey {
        let (kind, value) = match fact {
            Fact::Order(id) => ("order", id),
            Fact::Lead(id) => ("lead", id),
            Fact::Other(text) => ("other", text),
        };
        FactKey(self.hash(b"fact", &[data_set, event_name, kind, value]).as_u128().to_le_bytes())
    }

    /// What an entry keeps of the event's amount and of its order or person, to tell two events under
    /// one id apart. An empty text is none.
    pub fn tags(&self, value: Option<Money>, subject: Option<Subject<'_>>) -> Tags {
        let value = value.map(|money| self.tag(255, b"value", &[&amount(money)]));
        let subject = subject.map(|subject| {
            let (kind, domain, text) = match subject {
                Subject::Fact(Fact::Order(text)) => (Tags::FACT, "order", text),
                Subject::Fact(Fact::Lead(text)) => (Tags::FACT, "lead", text),
                Subject::Fact(Fact::Other(text)) => (Tags::FACT, "other", text),
                Subject::Email(text) => (1, "email", text),
                Subject::Phone(text) => (2, "phone", text),
                Subject::Person(text) => (3, "person", text),
            };
            let tag = || kind << Tags::HASH_BITS | self.tag(63, b"subject", &[domain, text]);
            if text.is_empty() { 0 } else { tag() }
        });
        Tags { value: value.unwrap_or_default(), subject: subject.unwrap_or_default() }
    }

    /// One of 1 to `most`.
    fn tag(&self, most: u64, domain: &[u8], parts: &[&str]) -> u8 {
        let tag = self.hash(domain, parts).h1.checked_rem(most).unwrap_or_default();
        u8::try_from(tag).unwrap_or_default().saturating_add(1)
    }

    /// Each part with its length, so that no two lists of parts are the same bytes.
    fn hash(&self, domain: &[u8], parts: &[&str]) -> Hash128 {
        let mut hasher = SipHasher24::new_with_key(&self.0);
        hasher.write(domain);
        for part in parts {
            hasher.write(&(part.len() as u64).to_le_bytes());
            hasher.write(part.as_bytes());
        }
        hasher.finish128()
    }
}

impl fmt::Debug for KeyMaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyMaker(<redacted>)")
    }
}

/// Minor units and currency, such as `12995 EUR`, in one allocation.
fn amount(money: Money) -> String {
    use fmt::Write as _;
    let mut text = String::with_capacity(24);
    // Nothing that writes into a string fails.
    let _ = write!(text, "{} {}", money.minor_units(), money.currency().as_str());
    text
}

/// An event's key, 128 bits: 96 of the data set and id, 32 of the name.
///
/// The two parts let one lookup serve platforms that compare id and name and platforms that compare
/// the id alone.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Key([u8; 16]);

impl Key {
    const ID_LEN: usize = 12;

    /// From the bytes that a store kept.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// All 16 bytes: the id's part, then the name's.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The part of the data set and id. Entries of one id under several names share it.
    pub fn id_part(&self) -> [u8; 12] {
        self.0.first_chunk().copied().unwrap_or_default()
    }

    /// The part of the name.
    pub fn name_part(&self) -> [u8; 4] {
        self.0.last_chunk().copied().unwrap_or_default()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(<redacted>)")
    }
}

/// The key of a business fact, 128 bits.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct FactKey([u8; 16]);

impl FactKey {
    /// From the bytes that a store kept.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// All 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for FactKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FactKey(<redacted>)")
    }
}

/// What identifies an action in the business itself.
#[non_exhaustive]
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Fact<'a> {
    /// An order's number.
    Order(&'a str),
    /// A lead's id.
    Lead(&'a str),
    /// Any other text that only this action has.
    Other(&'a str),
}

impl fmt::Debug for Fact<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fact(<redacted>)")
    }
}

/// What an event is about: its order or lead, or else its person as far as that is known.
///
/// Only two of one kind can be compared: who was named by a telephone number may be who is now named
/// by an address. An order is one person's, however they are named.
#[non_exhaustive]
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Subject<'a> {
    /// The order or lead. Rather this than the person.
    Fact(Fact<'a>),
    /// A normal form or hash of the person's address.
    Email(&'a str),
    /// A normal form or hash of the person's number.
    Phone(&'a str),
    /// Any other stable text of the person, always of one kind.
    Person(&'a str),
}

impl fmt::Debug for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(<redacted>)")
    }
}

/// Eight bits each of an event's amount and [`Subject`]; 0 is "not given". Made by [`KeyMaker::tags`].
///
/// Two amounts have the same tag once in 255 times, two subjects of a kind once in 63 times, so that
/// many collisions of ids go unseen; a false one never is.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "stores keep exactly these two bytes")]
pub struct Tags {
    /// Of amount and currency.
    pub value: u8,
    /// Of what it is about: two bits of its kind, six of a hash.
    pub subject: u8,
}

impl Tags {
    const HASH_BITS: u32 = 6;
    /// The kind of orders and leads.
    const FACT: u8 = 0;

    /// Whether the amount may be the same: one that is not given may be any.
    pub(crate) const fn may_equal_value(self, other: Self) -> bool {
        self.value == 0 || other.value == 0 || self.value == other.value
    }

    /// Whether the subject may be the same: one that is not given, or of another kind, may be any.
    pub(crate) const fn may_equal_subject(self, other: Self) -> bool {
        let (one, two) = (self.subject, other.subject);
        one == 0 || two == 0 || one == two || one >> Self::HASH_BITS != two >> Self::HASH_BITS
    }

    /// Whether the subject is an order or lead.
    pub(crate) const fn is_of_fact(self) -> bool {
        self.subject != 0 && self.subject >> Self::HASH_BITS == Self::FACT
    }
}

#[cfg(test)]
mod tests {
    use predispatch_types::Currency;

    use super::*;

    #[test]
    fn parts_never_run_into_each_other() {
        let keys = KeyMaker::new([1; 16]);
        let id = |text| EventId::new(text).unwrap();
        assert_ne!(keys.event("ab", &id("c"), "n"), keys.event("a", &id("bc"), "n"));
        assert_ne!(keys.fact("a", "bc", Fact::Order("1")), keys.fact("ab", "c", Fact::Order("1")));
        assert_ne!(keys.fact("a", "b", Fact::Order("1")), keys.fact("a", "b", Fact::Lead("1")));
    }

    #[test]
    fn another_secret_makes_other_keys() {
        let id = EventId::new("7").unwrap();
        let key = |secret| KeyMaker::new([secret; 16]).event("a", &id, "purchase");
        assert_ne!(key(1), key(2));
        assert_ne!(key(1).name_part(), key(2).name_part());
    }

    #[test]
    fn a_tag_of_something_is_never_the_tag_of_nothing() {
        let keys = KeyMaker::new([1; 16]);
        for cents in 0..2_000 {
            let money = Money::from_minor_units(cents, Currency::EUR);
            let text = cents.to_string();
            let kinds = [
                Subject::Fact(Fact::Order(&text)),
                Subject::Email(&text),
                Subject::Phone(&text),
                Subject::Person(&text),
            ];
            for (kind, subject) in (0..).zip(kinds) {
                let tags = keys.tags(Some(money), Some(subject));
                assert!(tags.value != 0 && tags.subject.trailing_zeros() < Tags::HASH_BITS);
                assert_eq!(tags.subject >> Tags::HASH_BITS, kind);
                assert_eq!(tags.is_of_fact(), kind == 0);
            }
        }
        assert_eq!(keys.tags(None, Some(Subject::Email(""))), Tags::default());
    }

    #[test]
    fn subjects_are_compared_with_their_own_kind_only() {
        let keys = KeyMaker::new([1; 16]);
        let tags = |subject| keys.tags(None, Some(subject));
        let order = tags(Subject::Fact(Fact::Order("1")));
        assert!(order.may_equal_subject(order) && order.may_equal_subject(Tags::default()));
        assert!(!order.may_equal_subject(tags(Subject::Fact(Fact::Order("2")))));
        assert!(order.may_equal_subject(tags(Subject::Email("1"))));
        assert!(tags(Subject::Phone("1")).may_equal_subject(tags(Subject::Person("2"))));
        assert!(!tags(Subject::Phone("1")).may_equal_subject(tags(Subject::Phone("2"))));
    }

    #[test]
    fn debug_shows_no_key() {
        let keys = KeyMaker::new([1; 16]);
        let id = EventId::new("7").unwrap();
        let shown = format!("{keys:?} {:?} {:?}", keys.event("a", &id, "b"), Fact::Order("marked"));
        assert_eq!(shown, "KeyMaker(<redacted>) Key(<redacted>) Fact(<redacted>)");
    }
}
