//! The ledger's records, and the port to the store.
//!
//! Records with their ids, the scopes they carry, the commands that change them and the filters that select them. Time
//! and randomness are parameters ([`Clock`], [`Entropy`]). A store implements [`Store`] and depends on no other crate
//! of the product; neither does the guarded HTTP client, which implements [`Outbound`]. Nothing here knows a protocol,
//! a face or a permission.

pub mod capability;
pub mod clock;
pub mod entropy;
pub mod ids;
pub mod name_key;
pub mod outbound;
pub mod readable;
pub mod records;
pub mod refusal;
pub mod scope;
pub mod store;
pub mod terms;
pub mod type_error;
pub mod worker_loss;

pub use clock::{Clock, SystemClock, Timestamp};
pub use entropy::{Entropy, SystemEntropy};
pub use outbound::Outbound;
pub use refusal::{Refusal, general as refusals};
pub use scope::Scope;
pub use store::{Store, StoreReads};
pub use worker_loss::WorkerLoss;
