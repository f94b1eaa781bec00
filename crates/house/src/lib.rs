//! The house's own rules, as tests: see `tests/house`.
//!
//! This crate has no code that ships. It sees every crate that others must not see together, so that a route, a
//! refusal, a key or a measurement without a page and a test fails the build.
