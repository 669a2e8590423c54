//! The places whose rules hold for one event, and which states of the United States they are in.

use predispatch_types::{Country, Region};

use crate::{Place, policy::Policy};

/// A few places, each once, the best known first.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Places {
    known: [Option<Place>; Self::MAX],
    /// There were more: nobody is in so many, so where the person is can't be told.
    has_more: bool,
}

impl Places {
    /// The caller's, a second one, and what `gpp_sid` names: two at most, says its specification.
    pub(crate) const MAX: usize = 4;

    pub(crate) fn add(&mut self, place: Place) {
        if self.iter().any(|known| known == place) {
            return;
        }
        match self.known.iter_mut().find(|slot| slot.is_none()) {
            Some(slot) => *slot = Some(place),
            None => self.has_more = true,
        }
    }

    /// There were more than these.
    pub(crate) const fn add_more(&mut self) {
        self.has_more = true;
    }

    pub(crate) fn first(&self) -> Option<Place> {
        self.iter().next()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Place> {
        self.known.iter().copied().flatten()
    }

    pub(crate) const fn has_more(&self) -> bool {
        self.has_more
    }
}

/// The states of the United States whose law may hold.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct UsStates {
    known: [Option<Region>; Places::MAX],
    /// The person is in a state that nobody knows: any state's rules may hold.
    is_open: bool,
    has_more: bool,
}

impl UsStates {
    /// Of `places`; where the rules of the United States hold for another reason, the state is not
    /// known.
    pub(crate) fn new(places: &Places, policy: &Policy, rules_hold: bool) -> Self {
        let mut states = Self { has_more: places.has_more(), ..Self::default() };
        let mut is_there = false;
        for (slot, place) in states.known.iter_mut().zip(places.iter()) {
            if !policy.profile(policy.profile_of(place)).is_united_states {
                continue;
            }
            is_there = true;
            *slot = state(place);
            states.is_open |= slot.is_none();
        }
        states.is_open |= rules_hold && !is_there;
        states
    }

    pub(crate) fn known(&self) -> impl Iterator<Item = Region> {
        self.known.iter().copied().flatten()
    }

    /// The person may be in a state that is none of the known ones.
    pub(crate) const fn is_open(&self) -> bool {
        self.is_open || self.has_more
    }

    /// The person may be in so many that no flag can be told to reach them.
    pub(crate) const fn has_more(&self) -> bool {
        self.has_more
    }

    /// The one state that it is, if there is no other.
    pub(crate) fn only(&self) -> Option<Region> {
        let mut known = self.known();
        let first = known.next();
        let is_only = !self.is_open() && known.next().is_none();
        first.filter(|_| is_only)
    }
}

impl From<Option<Region>> for UsStates {
    /// `None`: not known.
    fn from(state: Option<Region>) -> Self {
        let mut states = Self { is_open: state.is_none(), ..Self::default() };
        if let Some(slot) = states.known.first_mut() {
            *slot = state;
        }
        states
    }
}

/// A territory of the United States with a country code of its own is a known place without a law
/// of its own in the tables; it is looked up as a part of the United States.
fn state(place: Place) -> Option<Region> {
    if place.country() == Country::US {
        place.region()
    } else {
        Region::new(Country::US, place.country().as_str()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Given;

    fn places(names: &[&str]) -> Places {
        let mut places = Places::default();
        for name in names {
            let Given::Value(place) = Place::parse(&name[..2], Some(name)) else {
                panic!("{name}")
            };
            places.add(place);
        }
        places
    }

    fn states(names: &[&str]) -> UsStates {
        UsStates::new(&places(names), &Policy::bundled(), false)
    }

    #[test]
    fn a_place_counts_once_and_a_fifth_one_is_too_many() {
        let twice = places(&["US-CA", "DE", "US-CA"]);
        assert_eq!(twice.iter().count(), 2);
        assert!(!twice.has_more());
        let many = places(&["US-CA", "US-CO", "US-CT", "US-TX", "US-OH"]);
        assert!(many.has_more() && many.iter().count() == 4);
    }

    #[test]
    fn states_are_those_of_american_places() {
        let names = |names: &[&str]| -> Vec<String> {
            states(names).known().map(|state| state.to_string()).collect()
        };
        assert_eq!(names(&["DE", "US-CA", "PR"]), ["US-CA", "US-PR"]);
        assert!(states(&["DE"]).known().next().is_none() && !states(&["DE"]).is_open());
        assert!(states(&["US-CA", "US"]).is_open());
        assert_eq!(states(&["US-CA", "DE"]).only(), states(&["US-CA"]).only());
        assert_eq!(states(&["US-CA", "US-CO"]).only(), None);
        assert_eq!(states(&["US-CA", "US"]).only(), None);
        // Nobody knows a state where the rules hold and no place says why.
        assert!(UsStates::new(&places(&["DE"]), &Policy::bundled(), true).is_open());
    }
}
