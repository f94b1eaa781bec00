//! The house's own rules. Each failure says what to do.

#![expect(clippy::expect_used, reason = "these are tests: they may stop at any point")]

mod coverage;
mod dependencies;
mod effects;
mod http_page;
mod links;
mod measurements;
mod refusals;
mod sources;
mod tree;
mod wire_coverage;
