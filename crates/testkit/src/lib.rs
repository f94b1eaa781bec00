//! Tools for tests: a clock moved by hand, entropy that counts, a sample of each record, a simple model store, and the
//! conformance suite of stores.
//!
//! A store proves itself in one line of its `tests/conformance.rs`:
//!
//! ```ignore
//! jeton_testkit::conformance_suite!(make_store);
//! ```

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test support: it may stop a test at any point"
)]

mod clock;
pub mod conformance;
pub mod coverage;
mod entropy;
mod faulty_store;
mod ledger;
pub mod machine;
pub mod model_store;
mod outbound;
mod ports;
pub mod postgres;
pub mod sample;

pub use clock::FakeClock;
pub use entropy::{BrokenEntropy, CountingEntropy};
pub use faulty_store::{Fault, FaultyStore};
pub use ledger::TestLedger;
pub use model_store::ModelStore;
pub use outbound::{Asked, FakeOutbound};
pub use ports::free_port;
