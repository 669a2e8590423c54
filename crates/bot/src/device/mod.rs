//! Signals that a script in the page measured.
