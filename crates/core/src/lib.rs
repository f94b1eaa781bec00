//! The ledger: its nouns, its rules, its ports. No HTTP, no SQL, no wall clock.
