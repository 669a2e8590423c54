//! E-mail domains: disposable, relay, role.
