//! What a check comes to.

/// A difference in words. Not a panic: the search for the shortest run would print hundreds of them.
pub(super) type Checked<T> = Result<T, String>;
