//! User agents: who they say they are, and whether that can be true.
