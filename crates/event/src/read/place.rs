//! Where in the schema the reader stands.

use crate::error::Pointer;

/// A place, by a chain of those above it. It is told at every value and needed for none but a wrong
/// one: only then a [`Pointer`] is made of it.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    above: Option<&'p Self>,
    step: Step,
}

#[derive(Clone, Copy)]
enum Step {
    Root,
    Key(&'static str),
    Index(usize),
}

impl<'p> Place<'p> {
    /// The event itself.
    pub(super) const ROOT: Self = Self { above: None, step: Step::Root };

    pub(super) const fn key(&'p self, key: &'static str) -> Self {
        Self { above: Some(self), step: Step::Key(key) }
    }

    pub(super) const fn index(&'p self, index: usize) -> Self {
        Self { above: Some(self), step: Step::Index(index) }
    }

    pub(super) fn pointer(&self) -> Pointer {
        let above = self.above.map_or(Pointer::ROOT, Self::pointer);
        match self.step {
            Step::Root => above,
            Step::Key(key) => above.key(key),
            Step::Index(index) => above.index(index),
        }
    }
}
