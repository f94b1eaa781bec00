//! One sample of each record, to be varied by struct update: `Token { kind: TokenKind::Refresh, ..sample::token(7) }`.
//!
//! A number determines a record: equal numbers give equal records, different numbers records without conflicts. `x(n)`
//! leaves out optional members, `full_x(n)` has every member.

mod client;
mod entities;
mod grant;
mod service;
mod single_use;
mod token;

use std::time::Duration;

pub use client::{client, full_client, secret};
pub use entities::{device, document, event, full_device, full_document, full_event, full_user, user};
pub use grant::{full_grant, grant};
pub use service::{full_key, full_service, key, service};
pub use single_use::{OTHER_SINGLE_USE, SINGLE_USE, THIRD_SINGLE_USE, full_single_use, single_use, single_use_key};
pub use token::{full_details, full_token, token};

use jeton_core::ids::{ClientKey, ServiceId};
use jeton_core::{Scope, Timestamp};

/// The moment that samples are built around: 2025-06-15T15:06:40Z. They are issued then and live for an hour.
pub const T0: Timestamp = Timestamp::from_seconds(1_750_000_000);

/// The service that samples belong to.
pub const SERVICE: ServiceId = ServiceId::new(1);

/// Another one.
pub const OTHER_SERVICE: ServiceId = ServiceId::new(2);

/// The client that tokens and grants are issued to.
pub const CLIENT: ClientKey = ClientKey::new(10);

/// So many seconds after [`T0`], or before it.
#[must_use]
pub const fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(T0.millis() + seconds * 1000)
}

/// A scope list.
#[must_use]
pub fn scope(words: &str) -> Scope {
    Scope::parse(words).unwrap()
}

/// 32 bytes that only this number has.
#[must_use]
pub fn hash(n: u64) -> [u8; 32] {
    let mut out = [0xA5; 32];
    // At both ends, so that neither a prefix nor a suffix distinguishes two.
    out[..8].copy_from_slice(&n.to_le_bytes());
    out[24..].copy_from_slice(&n.to_be_bytes());
    out
}

/// Text of this many bytes that compresses badly.
#[must_use]
pub fn noise(bytes: usize) -> String {
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'!' + u8::try_from((seed >> 33) % 94).unwrap())
    })
    .take(bytes)
    .collect()
}

const HOUR: Duration = Duration::from_secs(3600);

fn object(value: serde_json::Value) -> serde_json::Map<String, serde_json::Value> {
    value.as_object().unwrap().clone()
}
