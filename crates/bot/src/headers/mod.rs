//! A request's headers beside its user agent.
