//! Whole-product tests with real clients.
