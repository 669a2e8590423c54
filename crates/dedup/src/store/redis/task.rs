//! What a group is to become: judged here, tried at the server until nobody came between.

use predispatch_types::Timestamp;

use super::{
    RedisError,
    exchange::{Answer, Change, Terms},
};
use crate::{
    Unknown, Windows,
    store::group::{Group, GroupBytes, View, decode, keep_all_until},
};

/// What a group is to become, tried until nobody came between.
pub(super) struct Task<'a> {
    pub(super) group: Group,
    /// Our own grants: who finds them was here before.
    own: Vec<u64>,
    pub(super) base: GroupBytes,
    /// The last try's, while its answer is lost.
    lost: Option<Change>,
    /// When the try was judged whose answer was lost first.
    lost_judged: Option<Timestamp>,
    why: Unknown,
    apply: Apply<'a>,
    pub(super) end: Option<End>,
}

/// Changes a view to what the group is to become.
pub(super) type Apply<'a> = Box<dyn FnMut(&mut View, &Turn<'_>) + 'a>;

pub(super) struct Turn<'a> {
    pub(super) windows: &'a Windows,
    pub(super) since: Timestamp,
    pub(super) now: Timestamp,
    pub(super) after_loss: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    Done,
    Failed(Unknown),
}

impl<'a> Task<'a> {
    pub(super) fn new(group: Group, own: Vec<u64>, apply: Apply<'a>) -> Self {
        Self {
            group,
            own,
            base: GroupBytes::new(),
            lost: None,
            lost_judged: None,
            why: Unknown::Unreachable,
            apply,
            end: None,
        }
    }

    pub(super) fn into_end(self) -> End {
        self.end.unwrap_or(End::Failed(self.why))
    }

    /// The change to try next, judged by `now`, when the clock that is compared with the server's said
    /// `judged`.
    pub(super) fn next(
        &mut self,
        windows: &Windows,
        remembers_from: Timestamp,
        terms: Terms,
        [now, judged]: [Timestamp; 2],
    ) -> Result<Change, End> {
        if let Some(change) = self.lost.take() {
            // The same once more: if it was done, the answer is what it made.
            self.lost_judged = Some(change.judged);
            return Ok(change);
        }
        let expected = self.base.clone();
        let unreadable = |_| End::Failed(Unknown::Unreachable);
        let Terms { marker, offset } = terms;
        let records = offset.read(self.group, &expected).map_err(unreadable)?;
        let mut view = View::new(records, windows, now);
        let since = marker.since().max(remembers_from);
        let after_loss = self.is_after_loss();
        (self.apply)(&mut view, &Turn { windows, since, now, after_loss });
        let new = offset.write(view.into_records(windows, now));
        // As it will be read: moments are cut off when they are written.
        let records = offset.read(self.group, &new).map_err(unreadable)?;
        let until = keep_all_until(&records, windows).unwrap_or(now);
        Ok(Change { group: self.group, expected, new, until, terms, judged })
    }

    pub(super) fn hear(&mut self, answer: Answer, change: &Change) {
        match answer {
            Answer::Done => self.end = Some(End::Done),
            Answer::Is(bytes) if self.is_after_loss() && bytes == change.new => {
                self.end = Some(End::Done);
            }
            Answer::Is(bytes) if self.is_after_loss() && self.has_own_grant(&bytes) => {
                // Judged anew since, what is held ends later in the receipt than there: nobody's, then,
                // until it ends there.
                let is_the_lost = self.lost_judged == Some(change.judged);
                self.end = Some(if is_the_lost { End::Done } else { End::Failed(self.why) });
            }
            Answer::Is(bytes) => self.base = bytes,
            Answer::OtherTerms => {}
            Answer::NotDone(RedisError::Full) => self.end = Some(End::Failed(Unknown::Full)),
            Answer::NotDone(_) | Answer::NotCopied => {
                self.end = Some(End::Failed(Unknown::Unreachable));
            }
            Answer::Lost if self.is_after_loss() => self.end = Some(End::Failed(self.why)),
            Answer::Lost => self.lost = Some(change.clone()),
        }
    }

    const fn is_after_loss(&self) -> bool {
        self.lost_judged.is_some()
    }

    /// Whether a try whose answer was lost was done after all, whatever came later.
    fn has_own_grant(&self, bytes: &GroupBytes) -> bool {
        let records = decode(self.group, bytes).unwrap_or_default();
        let mut holds = records.iter().flat_map(|record| &record.holds);
        holds.any(|hold| self.own.contains(&hold.fence))
    }
}
