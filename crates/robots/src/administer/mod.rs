//! What administrators see of robots, and what they change.

mod change;
mod summary;

pub use summary::{AppSummary, RobotSummary};
