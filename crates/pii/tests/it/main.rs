//! Integration tests of `predispatch-pii`; the modules mirror `src/`.

mod scrub;
