//! One class and score with every reason.
