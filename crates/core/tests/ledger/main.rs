//! The ledger as faces call it: what issues tokens and what must not, and what holds after any sequence of verbs.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod admin_tokens;
mod amend_family;
mod bounds;
mod catalog;
mod fixture;
mod given_texts;
mod held_store;
mod hooks;
mod lost_races;
mod matrix;
mod new_grant;
mod new_refusal;
mod new_single_use_kind;
mod one_at_a_time;
mod other_node;
mod overwritten;
mod passwords;
mod properties;
mod renewed;
mod reserved;
mod revoke_many;
mod sequences;
mod signed_copies;
mod suspension;
mod trusted_keys;
mod unknown;
