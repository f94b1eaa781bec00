//! When tokens were last used, how often, from where, and with which scopes: recorded in memory and written in batches.

mod recent;

pub use recent::TrackUse;
pub(crate) use recent::{Recent, RecentUses};
