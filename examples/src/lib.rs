//! The examples of `predispatch`; each is a task. See `examples/README.md`.
