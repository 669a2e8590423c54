//! What can't be written.

use crate::{Field, Purpose, TcString};

/// Why a string can't be written.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WriteError {
    /// CMP ids start at 2.
    #[error("CmpId is below 2, which no CMP has")]
    CmpIdUnassigned,
    /// Legitimate interest is no basis for this purpose.
    #[error("purpose {purpose} can't have legitimate interest as its basis")]
    LegitimateInterestNotAllowed {
        /// 1 or 3 to 6.
        purpose: Purpose,
    },
    /// A value over its field's maximum.
    #[error("{} is {value}, limit {max}", .field.as_str())]
    OutOfRange {
        /// Which field.
        field: Field,
        /// What was given.
        value: u16,
        /// What fits.
        max: u16,
    },
    /// Strings of policy versions before 4 are invalid since 30 September 2023.
    #[error("TcfPolicyVersion is below 4")]
    PolicyTooOld,
    /// Before 1970 or after 2187.
    #[error("LastUpdated can't carry this time")]
    TimeOutOfRange,
    /// Over [`TcString::MAX_LEN`], by restrictions without pattern on tens of thousands of vendors.
    #[error("text is {len} bytes long, limit {}", TcString::MAX_LEN)]
    TooLong {
        /// Bytes.
        len: usize,
    },
}

impl WriteError {
    /// A stable name, lower-case with underscores.
    pub const fn code(self) -> &'static str {
        match self {
            Self::CmpIdUnassigned => "cmp_id_zero",
            Self::LegitimateInterestNotAllowed { .. } => "legitimate_interest_not_allowed",
            Self::OutOfRange { .. } => "out_of_range",
            Self::PolicyTooOld => "policy_too_old",
            Self::TimeOutOfRange => "time_out_of_range",
            Self::TooLong { .. } => "too_long",
        }
    }
}

pub(super) fn fit(value: u16, max: u16, field: Field) -> Result<u64, WriteError> {
    if value > max { Err(WriteError::OutOfRange { field, value, max }) } else { Ok(value.into()) }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<WriteError>();
