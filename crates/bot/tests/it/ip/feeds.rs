//! Each format, with its traps.
