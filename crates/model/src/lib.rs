//! What the ledger keeps, and the port to where it keeps it.
//!
//! Records with their ids, the scope words they carry, the commands that change them and the filters that find them. Time and
//! randomness come in through [`Clock`] and [`Entropy`]. A store implements [`Store`] and knows this crate and no other of the
//! product, and so does the guarded way to other machines, which implements [`Outbound`]. Nothing here knows a protocol, a face or a rule of who may do what.

pub mod capability;
pub mod clock;
pub mod entropy;
pub mod ids;
pub mod outbound;
pub mod records;
pub mod scope;
pub mod store;
pub mod terms;
pub mod worker_loss;

pub use clock::{Clock, SystemClock, Timestamp};
pub use entropy::{Entropy, SystemEntropy};
pub use outbound::Outbound;
pub use scope::Scope;
pub use store::{Store, StoreReads};
pub use worker_loss::WorkerLoss;
