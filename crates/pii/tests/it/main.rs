//! Integration tests of `predispatch-pii`, one binary; modules mirror `src/`.

mod phone;
