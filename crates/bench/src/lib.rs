//! The load generator and the bare server of the performance work.
