//! Verdicts of user agents that were seen before.

use std::{
    fmt,
    hash::BuildHasher,
    sync::{Arc, Mutex, PoisonError},
};

use foldhash::fast::FixedState;

use super::{UaClassifier, UaVerdict};
use crate::words::Words;

/// A classifier with a bounded memory of its verdicts.
///
/// Memory: at most `slots` texts of [`UaCache::MAX_CACHED`] bytes each, whatever arrives. A flood of
/// random user agents costs one classification and one replaced slot for each; a slot's own lock is
/// the only one that is taken.
///
/// ```
/// # #[cfg(feature = "bundled")] {
/// use std::sync::Arc;
/// use predispatch_bot::ua::{UaCache, UaClassifier};
///
/// let cache = UaCache::new(Arc::new(UaClassifier::bundled()), 4_096, 0x5eed);
/// assert!(cache.classify("curl/8.5.0").is_bot());
/// assert!(cache.classify("curl/8.5.0").is_bot()); // from memory
/// # }
/// ```
pub struct UaCache {
    classifier: Arc<UaClassifier>,
    hasher: FixedState,
    slots: Box<[Mutex<Option<Slot>>]>,
}

struct Slot {
    text: Box<str>,
    verdict: UaVerdict,
    /// For the rules about headers and device signals, which ask what the same text says.
    words: Words,
}

impl UaCache {
    /// A longer user agent is classified each time, so that a slot's size is bounded.
    pub const MAX_CACHED: usize = 512;

    /// A memory of `slots` verdicts, at least one. `seed` decides which texts share a slot: give a
    /// random one, so that nobody outside can choose texts that push others out.
    pub fn new(classifier: Arc<UaClassifier>, slots: usize, seed: u64) -> Self {
        let slots = (0..slots.max(1)).map(|_| Mutex::new(None)).collect();
        Self { classifier, hasher: FixedState::with_seed(seed), slots }
    }

    /// As [`UaClassifier::classify`], from memory if the same text was there last.
    pub fn classify(&self, user_agent: &str) -> UaVerdict {
        self.classify_and_read(user_agent).0
    }

    /// The same with the text's words.
    pub(crate) fn classify_and_read(&self, user_agent: &str) -> (UaVerdict, Words) {
        let anew = || (self.classifier.classify(user_agent), Words::of(user_agent));
        if user_agent.len() > Self::MAX_CACHED {
            return anew();
        }
        let Some(slot) = self.slot(user_agent) else {
            return anew();
        };
        // A panic while the lock was held can't leave a slot half written: it is one assignment.
        if let Some(known) = &*slot.lock().unwrap_or_else(PoisonError::into_inner)
            && *known.text == *user_agent
        {
            return (known.verdict.clone(), known.words);
        }
        let (verdict, words) = anew();
        let known = Slot { text: user_agent.into(), verdict: verdict.clone(), words };
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
        (verdict, words)
    }

    /// The classifier behind it.
    pub const fn classifier(&self) -> &Arc<UaClassifier> {
        &self.classifier
    }

    fn slot(&self, text: &str) -> Option<&Mutex<Option<Slot>>> {
        let slots = u128::try_from(self.slots.len()).ok()?;
        // The high half of hash times slots is uniform below slots, without a division.
        let index = u128::from(self.hasher.hash_one(text)).wrapping_mul(slots) >> 64;
        self.slots.get(usize::try_from(index).ok()?)
    }
}

impl fmt::Debug for UaCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UaCache").field("slots", &self.slots.len()).finish_non_exhaustive()
    }
}
