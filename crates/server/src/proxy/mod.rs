//! What a trusted proxy in front reports about the client.

mod address;
mod certificate;
mod client_addr;
mod forwarded;
mod network;

pub use address::reported_address;
pub use certificate::{ForwardedCertificates, client_certificate};
pub use client_addr::client_addr;
pub use network::{InvalidNetwork, Network, TrustedProxies};
