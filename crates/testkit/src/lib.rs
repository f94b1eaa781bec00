//! Test server, fake clock, model store and the store conformance suite.
