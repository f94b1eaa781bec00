//! The closed loop: N connections, each sending its next request when the last one was answered.

mod drive;
mod tally;
#[cfg(test)]
mod tests;
mod work;

pub(crate) use self::{
    drive::{drive, once},
    tally::{Tally, in_words},
    work::{Collect, Cycle, Drain, Fixed, Rotate, Workload, encoded},
};
