//! Every group that must be remembered, and when it may be forgotten.

use std::collections::{BTreeMap, HashMap};

use predispatch_types::Timestamp;

use super::log::Change;
use crate::{
    Windows,
    rules::Records,
    store::group::{self, CLOCK_SLACK_SECS, Group, GroupBytes},
};

/// Buckets of six hours: 360 of them in 90 days.
const BUCKET_SECS: i64 = 6 * 3_600;

/// How many groups a call drops at most: whole buckets expire without a pause.
const DROPS_A_CALL: usize = 64;

/// So many groups may be listed, whatever there is; see [`Index::list`].
const MIN_LISTED: usize = 1_024;

pub(super) struct Index {
    max_entries: usize,
    groups: HashMap<Group, Entry>,
    /// By the bucket in which they may go. One that moved is still listed where it was.
    by_bucket: BTreeMap<i64, Vec<Group>>,
    /// How many are listed, those that are not there any more among them.
    listed: usize,
    /// Buckets before this one are gone.
    dropped_before: i64,
}

struct Entry {
    bytes: GroupBytes,
    bucket: i64,
}

impl Index {
    pub(super) fn new(max_entries: usize) -> Self {
        Self {
            max_entries,
            groups: HashMap::new(),
            by_bucket: BTreeMap::new(),
            listed: 0,
            dropped_before: i64::MIN,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.groups.len()
    }

    pub(super) fn contains(&self, group: Group) -> bool {
        self.groups.contains_key(&group)
    }

    pub(super) fn room(&self) -> usize {
        self.max_entries.saturating_sub(self.groups.len())
    }

    /// The records of a group, expired ones too.
    pub(super) fn records(&self, group: Group) -> Records {
        let Some(entry) = self.groups.get(&group) else { return Records::new() };
        // Our own bytes: those of a file were decoded once when it was read.
        group::decode(group, &entry.bytes).unwrap_or_default()
    }

    /// Replaces a group that has to be known until a moment; no bytes remove it.
    ///
    /// Its bucket never becomes an earlier one: what a log says of a group must not outlive what it
    /// says of it later.
    pub(super) fn put(
        &mut self,
        group: Group,
        bytes: GroupBytes,
        until: Option<Timestamp>,
    ) -> Change {
        let old = self.groups.get(&group).map(|entry| entry.bucket);
        let new = until.map(bucket_of);
        let bucket = old.max(new).unwrap_or(self.dropped_before);
        self.load(group, bucket, bytes.clone());
        Change { group, bucket, bytes }
    }

    /// As [`put`](Self::put), with what a log holds.
    pub(super) fn load(&mut self, group: Group, bucket: i64, bytes: GroupBytes) {
        if bytes.is_empty() {
            self.groups.remove(&group);
            return;
        }
        let old = self.groups.insert(group, Entry { bytes, bucket });
        if old.is_none_or(|old| old.bucket != bucket) {
            self.list(group, bucket);
        }
    }

    /// Notes in which bucket a group may go. Of a group that is given back and claimed again and again
    /// there is a line for each time, so all are listed anew when most lines say nothing.
    fn list(&mut self, group: Group, bucket: i64) {
        self.by_bucket.entry(bucket).or_default().push(group);
        self.listed = self.listed.saturating_add(1);
        if self.listed > self.groups.len().saturating_mul(2).saturating_add(MIN_LISTED) {
            self.list_anew();
        }
    }

    fn list_anew(&mut self) {
        self.by_bucket.clear();
        for (group, entry) in &self.groups {
            self.by_bucket.entry(entry.bucket).or_default().push(*group);
        }
        self.listed = self.groups.len();
    }

    /// Keeps every group for as long as these windows ask for, if that is longer.
    pub(super) fn keep_by(&mut self, windows: &Windows) {
        for (group, entry) in &mut self.groups {
            let records = group::decode(*group, &entry.bytes).unwrap_or_default();
            let until = group::keep_all_until(&records, windows).map(bucket_of);
            entry.bucket = until.map_or(entry.bucket, |until| entry.bucket.max(until));
        }
        self.list_anew();
    }

    /// Drops some of what need not be known any more. `false` if there is nothing left to drop.
    pub(super) fn expire(&mut self, now: Timestamp) -> bool {
        let end = expired_before(now);
        for _ in 0..DROPS_A_CALL {
            let Some(mut oldest) = self.by_bucket.first_entry() else { return false };
            let bucket = *oldest.key();
            if bucket >= end {
                return false;
            }
            self.dropped_before = self.dropped_before.max(bucket.saturating_add(1));
            let group = oldest.get_mut().pop();
            self.listed = self.listed.saturating_sub(1);
            if oldest.get().is_empty() {
                oldest.remove();
            }
            if let Some(group) = group
                && self.groups.get(&group).is_some_and(|entry| entry.bucket == bucket)
            {
                self.groups.remove(&group);
            }
        }
        true
    }

    /// The moment from which on nothing is forgotten that the windows ask for. A clock that has gone
    /// back to before what was dropped finds nothing to be proof of anything.
    pub(super) fn remembered_from(&self, now: Timestamp) -> Timestamp {
        if now.unix_secs() < self.dropped_before.saturating_mul(BUCKET_SECS) {
            return Timestamp::from_unix_secs(i64::MAX);
        }
        Timestamp::from_unix_secs(i64::MIN)
    }

    pub(super) fn has_dropped_before(&mut self, bucket: i64) {
        self.dropped_before = self.dropped_before.max(bucket);
    }

    /// Every group, to be written anew.
    pub(super) fn changes(&self) -> impl Iterator<Item = Change> {
        self.groups.iter().map(|(&group, entry)| Change {
            group,
            bucket: entry.bucket,
            bytes: entry.bytes.clone(),
        })
    }
}

/// The bucket at whose end a moment has passed.
fn bucket_of(until: Timestamp) -> i64 {
    until.unix_secs().div_euclid(BUCKET_SECS)
}

/// Buckets before this one have ended.
pub(super) fn expired_before(now: Timestamp) -> i64 {
    now.unix_secs().saturating_sub(CLOCK_SLACK_SECS).div_euclid(BUCKET_SECS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_again_and_again_takes_no_room() {
        let mut index = Index::new(10);
        let until = Timestamp::from_unix_secs(1_795_197_791);
        let [held, retried] = [1, 2].map(|id| Group::from_parts(false, [id; 12]));
        let bytes = GroupBytes::from_slice(&[1]);
        index.put(held, bytes.clone(), Some(until));
        for _ in 0..10_000 {
            index.put(retried, bytes.clone(), Some(until));
            index.put(retried, GroupBytes::new(), None);
        }
        let listed: usize = index.by_bucket.values().map(Vec::len).sum();
        assert!(listed <= 2 * MIN_LISTED, "{listed}");
        assert!(index.contains(held) && index.len() == 1);
        while index.expire(until.plus_secs(2 * BUCKET_SECS)) {}
        assert_eq!(index.len(), 0);
    }
}
