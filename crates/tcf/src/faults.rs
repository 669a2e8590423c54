//! What to do with a fault that can be lived with.

use core::mem;

use crate::ReadError;

/// Strict reading refuses; lenient reading notes and goes on.
pub(crate) struct Faults {
    tolerated: Option<Vec<ReadError>>,
}

impl Faults {
    pub(crate) const fn refused() -> Self {
        Self { tolerated: None }
    }

    pub(crate) const fn noted() -> Self {
        Self { tolerated: Some(Vec::new()) }
    }

    /// Gives `fault` back in strict mode.
    ///
    /// A hostile text can hold thousands of equal faults, so each kind is kept only
    /// [`MAX_OF_A_KIND`] times.
    pub(crate) fn tolerate(&mut self, fault: ReadError) -> Result<(), ReadError> {
        let Some(tolerated) = &mut self.tolerated else { return Err(fault) };
        // Five kinds are tolerated, so this looks at 20 elements at most.
        let kind = mem::discriminant(&fault);
        let of_this_kind =
            tolerated.iter().filter(|known| mem::discriminant(*known) == kind).count();
        if of_this_kind < MAX_OF_A_KIND {
            tolerated.push(fault);
        }
        Ok(())
    }

    pub(crate) fn into_tolerated(self) -> Vec<ReadError> {
        self.tolerated.unwrap_or_default()
    }
}

const MAX_OF_A_KIND: usize = 4;
