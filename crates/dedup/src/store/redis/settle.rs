//! Receipts: what was sent stays, what was not is given back.

use std::collections::HashMap;

use predispatch_types::Timestamp;

use super::{
    RedisStore,
    exchange::Script,
    task::{End, Task, Turn},
};
use crate::{
    Receipt, SettleError,
    rules::{self, Settlement},
    store::group::{Group, View},
};

impl RedisStore {
    pub(super) fn settle(
        &self,
        receipts: &[Receipt],
        how: Settlement,
        now: Timestamp,
    ) -> Vec<Result<(), SettleError>> {
        let mut groups = Vec::<(Group, Vec<usize>)>::new();
        let mut index = HashMap::new();
        for (at, receipt) in receipts.iter().enumerate() {
            let event = Group::of_event(receipt.key());
            for group in [Some(event), Group::of_receipt_fact(receipt)].into_iter().flatten() {
                let place = *index.entry(group).or_insert(groups.len());
                match groups.get_mut(place) {
                    Some((_, members)) => members.push(at),
                    None => groups.push((group, vec![at])),
                }
            }
        }
        let mut settled: Vec<Vec<(usize, Result<(), SettleError>)>> =
            groups.iter().map(|_| Vec::new()).collect();
        let mut tasks: Vec<Task<'_>> = Vec::new();
        for ((group, members), settled) in groups.iter().zip(&mut settled) {
            let apply = move |view: &mut View, turn: &Turn<'_>| {
                settled.clear();
                for &at in members {
                    let Some(receipt) = receipts.get(at) else { continue };
                    if group.is_fact() {
                        rules::settle_fact(receipt, how, &mut view.known, turn.now);
                        continue;
                    }
                    let result = rules::settle(receipt, how, &mut view.known, turn.now).result;
                    // Within its time nobody else can have taken it: the lost answer was "done".
                    let was_ours = turn.after_loss
                        && result == Err(SettleError::Superseded)
                        && turn.now <= receipt.until();
                    settled.push((at, if was_ours { Ok(()) } else { result }));
                }
            };
            tasks.push(Task::new(*group, Vec::new(), Box::new(apply)));
        }
        self.drive(Script::Settle, &mut tasks, now);
        let ends: Vec<End> = tasks.into_iter().map(Task::into_end).collect();
        let mut results = vec![Err(SettleError::Unreachable); receipts.len()];
        for (end, settled) in ends.iter().zip(settled) {
            for (at, result) in settled {
                if let (Some(place), End::Done) = (results.get_mut(at), end) {
                    *place = result;
                }
            }
        }
        // Settled is what is written down whole: who asks again writes the rest.
        for (end, (group, members)) in ends.iter().zip(&groups) {
            if group.is_fact() && matches!(end, End::Failed(_)) {
                for place in members {
                    if let Some(result) = results.get_mut(*place) {
                        *result = Err(SettleError::Unreachable);
                    }
                }
            }
        }
        results
    }
}
