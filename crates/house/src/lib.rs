//! The repository's own rules, as tests: see `tests/house`.
//!
//! This crate has no code that ships. It depends on crates that must not depend on each other, so that a route, a
//! refusal, a key or a metric without a page and a test fails the build.
