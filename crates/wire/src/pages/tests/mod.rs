//! What the frame of the pages promises.

mod names;
mod targets;
