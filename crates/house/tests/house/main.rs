//! The repository's own rules. Each failure says what to do.

#![expect(clippy::expect_used, reason = "these are tests: they may stop at any point")]

mod circles;
mod configuration_page;
mod dependencies;
mod effects;
mod extractors;
mod filter_page;
mod foundations;
mod generated;
mod http_page;
mod imports;
mod kinds;
mod links;
mod measurements;
mod packages;
mod paths;
mod picture;
mod refusals;
mod rust_words;
mod shape;
mod snippets;
mod sources;
mod tree;
mod writes;
