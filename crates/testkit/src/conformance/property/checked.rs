//! The result of a check.

/// A description of a difference. Not a panic: the search for the shortest run would print hundreds of them.
pub(super) type Checked<T> = Result<T, String>;
