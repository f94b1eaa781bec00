//! The `jeton` binary: commands and the wiring.
fn main() {}
