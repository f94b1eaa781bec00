//! Which clients take part in a session, and the notices to them when it ends.

mod notice;
mod participants;

pub use notice::{LogoutNotices, Notice, write_notice};
pub(crate) use participants::pass_on;
pub use participants::{Participant, address, note, of};
