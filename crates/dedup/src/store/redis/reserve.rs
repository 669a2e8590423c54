//! Claims: the events first, then the facts of those that were entered.

use std::collections::{HashMap, HashSet};

use predispatch_types::Timestamp;

use super::{
    RedisStore,
    exchange::Script,
    task::{End, Task, Turn},
};
use crate::{
    Claim, Outcome, Unknown,
    rules::{self, Records},
    store::group::{Group, View, encode},
};

impl RedisStore {
    /// Claims of which no two share an id, or none of those that do has a fact.
    pub(super) fn reserve_apart(&self, claims: &[Claim], now: Timestamp) -> Vec<Outcome> {
        let fences: Vec<u64> = claims.iter().map(|_| self.next_fence()).collect();
        let (tasks, made) = self.reserve_events(claims, &fences, now);
        let mut outcomes: Vec<Option<Outcome>> = claims.iter().map(|_| None).collect();
        let mut with_facts = Vec::new();
        for (task, made) in tasks.iter().zip(made) {
            for (at, made) in made {
                let Some(claim) = claims.get(at) else { continue };
                let outcome = match task {
                    End::Done => made,
                    End::Failed(unknown) => Made::failed(claim, *unknown),
                };
                if claim.fact.is_some() && outcome.is_entered {
                    with_facts.push((at, outcome));
                } else if let Some(place) = outcomes.get_mut(at) {
                    *place = Some(outcome.outcome);
                }
            }
        }
        with_facts.sort_by_key(|(at, _)| *at);
        self.reserve_facts(claims, &fences, with_facts, &mut outcomes, now);
        let unreachable = |(outcome, claim): (Option<Outcome>, &Claim)| {
            outcome.unwrap_or_else(|| Outcome::unknown(claim.destinations, Unknown::Unreachable))
        };
        outcomes.into_iter().zip(claims).map(unreachable).collect()
    }

    /// Enters claims as if they had no facts.
    fn reserve_events(
        &self,
        claims: &[Claim],
        fences: &[u64],
        now: Timestamp,
    ) -> (Vec<End>, Vec<Vec<(usize, Made)>>) {
        let mut order = Vec::new();
        let mut by_group = HashMap::<Group, Vec<usize>>::new();
        for (at, claim) in claims.iter().enumerate() {
            let group = Group::of_event(claim.key);
            by_group.entry(group).or_insert_with(|| {
                order.push(group);
                Vec::new()
            });
            if let Some(members) = by_group.get_mut(&group) {
                members.push(at);
            }
        }
        let mut made: Vec<Vec<(usize, Made)>> = order.iter().map(|_| Vec::new()).collect();
        let mut tasks: Vec<Task<'_>> = Vec::with_capacity(order.len());
        for (group, made) in order.iter().zip(&mut made) {
            let members = by_group.remove(group).unwrap_or_default();
            let own: Vec<u64> = members.iter().filter_map(|at| fences.get(*at).copied()).collect();
            let apply = move |view: &mut View, turn: &Turn<'_>| {
                made.clear();
                for &at in &members {
                    let (Some(claim), Some(fence)) = (claims.get(at), fences.get(at)) else {
                        continue;
                    };
                    // Needed only to judge the fact.
                    let copy = |view: &View| match claim.fact {
                        Some(_) => view.known.clone(),
                        None => Records::new(),
                    };
                    let before = copy(view);
                    let plain = Claim { fact: None, ..*claim };
                    let mut none = Records::new();
                    let (windows, since) = (turn.windows, turn.since);
                    let done = rules::reserve(
                        windows,
                        &plain,
                        &mut view.known,
                        &mut none,
                        since,
                        *fence,
                        turn.now,
                    );
                    made.push((
                        at,
                        Made {
                            outcome: done.outcome,
                            is_entered: done.event.is_some(),
                            before,
                            after: copy(view),
                            since,
                        },
                    ));
                }
            };
            tasks.push(Task::new(*group, own, Box::new(apply)));
        }
        self.drive(Script::Claim, &mut tasks, now);
        let ends = tasks.into_iter().map(Task::into_end).collect();
        (ends, made)
    }

    /// Enters the facts of claims that were entered, and takes back what a fact forbids.
    fn reserve_facts(
        &self,
        claims: &[Claim],
        fences: &[u64],
        entered: Vec<(usize, Made)>,
        outcomes: &mut [Option<Outcome>],
        now: Timestamp,
    ) {
        if entered.is_empty() {
            return;
        }
        let mut by_fact = Vec::<(Group, Vec<usize>)>::new();
        let mut index = HashMap::new();
        for (number, (at, _)) in entered.iter().enumerate() {
            let Some(fact) = claims.get(*at).and_then(Group::of_fact) else { continue };
            let place = *index.entry(fact).or_insert(by_fact.len());
            match by_fact.get_mut(place) {
                Some((_, members)) => members.push(number),
                None => by_fact.push((fact, vec![number])),
            }
        }
        let entered_ref = &entered;
        let mut judged: Vec<Vec<(usize, Outcome, Records)>> =
            by_fact.iter().map(|_| Vec::new()).collect();
        let mut tasks: Vec<Task<'_>> = Vec::new();
        for ((fact, members), judged) in by_fact.iter().zip(&mut judged) {
            let own = members
                .iter()
                .filter_map(|number| fences.get(entered_ref.get(*number)?.0).copied())
                .collect();
            let apply = move |view: &mut View, turn: &Turn<'_>| {
                judged.clear();
                for &number in members {
                    let Some((at, made)) = entered_ref.get(number) else { continue };
                    let (Some(claim), Some(fence)) = (claims.get(*at), fences.get(*at)) else {
                        continue;
                    };
                    let mut events = made.before.clone();
                    let done = rules::reserve(
                        turn.windows,
                        claim,
                        &mut events,
                        &mut view.known,
                        made.since.max(turn.since),
                        *fence,
                        turn.now,
                    );
                    judged.push((number, done.outcome, events));
                }
            };
            tasks.push(Task::new(*fact, own, Box::new(apply)));
        }
        self.drive(Script::Claim, &mut tasks, now);
        let ends: Vec<End> = tasks.into_iter().map(Task::into_end).collect();
        let mut back = Vec::new();
        for ((end, judged), (_, members)) in ends.into_iter().zip(judged).zip(&by_fact) {
            match end {
                End::Done => {
                    for (number, outcome, events) in judged {
                        let Some((at, made)) = entered.get(number) else { continue };
                        if encode(&events) != encode(&made.after) {
                            back.push((*at, events, made.after.clone()));
                        }
                        if let Some(place) = outcomes.get_mut(*at) {
                            *place = Some(outcome);
                        }
                    }
                }
                End::Failed(unknown) => {
                    for (at, made) in members.iter().filter_map(|number| entered.get(*number)) {
                        back.push((*at, made.before.clone(), made.after.clone()));
                        if let (Some(place), Some(claim)) = (outcomes.get_mut(*at), claims.get(*at))
                        {
                            *place = Some(Outcome::unknown(claim.destinations, unknown));
                        }
                    }
                }
            }
        }
        self.take_back(claims, fences, back, now);
    }

    /// Makes events what they should have been. What can't be reached times out by itself.
    fn take_back(
        &self,
        claims: &[Claim],
        fences: &[u64],
        back: Vec<(usize, Records, Records)>,
        now: Timestamp,
    ) {
        let tasks = back.into_iter().filter_map(|(at, should_be, was)| {
            let (claim, fence) = (claims.get(at)?, *fences.get(at)?);
            let apply = move |view: &mut View, _: &Turn<'_>| {
                // As bytes: what a record does not have leaves no trace there.
                if encode(&view.known) == encode(&was) {
                    view.known = should_be.clone();
                    return;
                }
                // Somebody else was here meanwhile: only our own hold is ours to change.
                let keeps = should_be.iter().flat_map(|record| &record.holds);
                let kept = keeps.filter(|hold| hold.fence == fence).map(|hold| hold.destinations);
                let kept = kept.fold(crate::Destinations::NONE, |set, these| set | these);
                for record in &mut view.known {
                    for hold in record.holds.iter_mut().filter(|hold| hold.fence == fence) {
                        hold.destinations = hold.destinations & kept;
                    }
                    record.holds.retain(|hold| !hold.destinations.is_empty());
                }
            };
            Some(Task::new(Group::of_event(claim.key), Vec::new(), Box::new(apply)))
        });
        self.drive(Script::Settle, &mut tasks.collect::<Vec<_>>(), now);
    }
}

/// How many of the first claims can be made together: an id stands among them twice only without
/// facts.
pub(super) fn apart(claims: &[Claim]) -> usize {
    if claims.iter().all(|claim| claim.fact.is_none()) {
        return claims.len();
    }
    let mut ids = HashSet::new();
    let mut with_facts = HashSet::new();
    for (at, claim) in claims.iter().enumerate() {
        let id = claim.key.id_part();
        let is_new = ids.insert(id);
        if !is_new && (claim.fact.is_some() || with_facts.contains(&id)) {
            return at;
        }
        if claim.fact.is_some() {
            with_facts.insert(id);
        }
    }
    claims.len()
}

/// What became of a claim without its fact.
struct Made {
    outcome: Outcome,
    is_entered: bool,
    before: Records,
    after: Records,
    since: Timestamp,
}

impl Made {
    fn failed(claim: &Claim, why: Unknown) -> Self {
        Self {
            outcome: Outcome::unknown(claim.destinations, why),
            is_entered: false,
            before: Records::new(),
            after: Records::new(),
            since: Timestamp::UNIX_EPOCH,
        }
    }
}
