//! Listeners, TLS, limits, configuration and drain.
