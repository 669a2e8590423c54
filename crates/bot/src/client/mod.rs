//! What an event tells about its sender.
