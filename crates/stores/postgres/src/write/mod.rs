//! The write path.
//!
//! 1. Commands wait in one queue; a writer that is free takes all of them (`writer`).
//! 2. It locks the rows their preconditions and changes look at, in key order, and reads them (`needs`, `known`).
//! 3. In memory it plays the commands one after the other over these rows: who wins, who loses and why (`plan`).
//! 4. It sends what the winners write, a statement per table with an array per column, and the commit behind it without
//!    waiting in between (`flush`).
//! 5. The answers go out. A batch that another transaction crossed is done again; one that holds a bad command is
//!    halved until that one stands alone.
//!
//! Step 2 is skipped if no row has to be read, as when tokens are issued.

mod entities;
mod flush;
mod job;
mod known;
mod known_record;
mod needs;
mod plan;
mod session;
mod statements;
mod writer;

pub(crate) use job::{Claim, Job, outcome};
pub(crate) use session::OwnStreams;
pub(crate) use writer::Writer;
