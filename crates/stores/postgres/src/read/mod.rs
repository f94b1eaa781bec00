//! The read path: by number in batches (`points`), by name one by one (`names`), and lists (`lists`).

mod filter;
mod lists;
mod live;
mod live_sql;
#[cfg(test)]
mod live_tests;
mod live_window;
pub(crate) mod names;
mod numbered;
mod points;
mod pool;

pub(crate) use points::{Ask, Reader, ask};
pub(crate) use pool::{Pool, open_pool};
