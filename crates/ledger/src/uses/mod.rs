//! When tokens were last used, how often, from where, and what of their scope that needed: remembered here and written in batches.

mod recent;

pub use recent::TrackUse;
pub(crate) use recent::{Recent, RecentUses};
