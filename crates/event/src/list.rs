//! Several values of one field.

use core::{fmt, ops::Deref};

use smallvec::SmallVec;

/// The values of a field that may have several. One value needs no allocation.
///
/// It is a slice in every other respect; at most [`MAX`](Self::MAX) values fit.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct List<T>(SmallVec<[T; 1]>);

impl<T> List<T> {
    /// As many values as one field may have.
    pub const MAX: usize = 20;

    /// Appends `value`; hands it back if the list is full.
    ///
    /// # Errors
    /// The value, if there are [`MAX`](Self::MAX) already.
    pub fn push(&mut self, value: T) -> Result<(), T> {
        if self.0.len() >= Self::MAX {
            return Err(value);
        }
        self.0.push(value);
        Ok(())
    }

    /// Orders the values by `key`; equal ones stay as they stand.
    pub(crate) fn sort_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K) {
        self.0.sort_by_key(key);
    }

    /// The values.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(SmallVec::new())
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> From<T> for List<T> {
    fn from(value: T) -> Self {
        Self(SmallVec::from_buf([value]))
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = core::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: fmt::Debug> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}
