//! The policy of a service for clients that register themselves.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::scope::Scope;

/// How clients may register themselves (RFC 7591).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RegistrationPolicy {
    /// Whether anyone may, without an initial access token.
    pub open: bool,
    /// Whether every user may register clients at INDIGO IAM's path, with a token in their name.
    pub users: bool,
    /// What a registered client may ask for at most, and gets when its metadata names no scope.
    pub scope: Scope,
    /// Grant types that anyone may register beside those in which a person decides: `client_credentials`, `implicit`.
    pub grant_types: Vec<String>,
    /// How many clients of open registration there may be in all.
    pub quota: u32,
    /// How many of them one address may have made; an IPv6 network of 64 bits counts as one.
    pub quota_per_address: u32,
    /// How many registrations and changes one address or person may attempt at once, and in what time one more.
    pub attempts: u32,
    /// See `attempts`.
    pub attempt_interval: Duration,
    /// How many changes of one client at once, and in what time one more.
    pub changes: u32,
    /// See `changes`.
    pub change_interval: Duration,
    /// How long such a client is kept if it was never used.
    pub unused: Duration,
    /// How long such a client is kept after its last use.
    pub idle: Duration,
    /// Whether discovery names INDIGO IAM's paths instead of the usual ones, for software that must register by its rules.
    pub indigo_paths: bool,
    /// Whether registrants may name addresses without TLS: for development.
    pub allow_http: bool,
    /// Schemes without a period that redirect URIs of clients which registered themselves may have.
    pub private_schemes: Vec<String>,
    /// Whether clients may be known by a document at their client id, which is a URL.
    pub client_id_documents: bool,
    /// Hosts, with or without a port, whose documents may be without TLS and at addresses that are not public.
    pub client_id_hosts: Vec<String>,
}

impl RegistrationPolicy {
    /// The scope of registered clients by default.
    pub const SCOPE: &'static str = "openid profile email address phone offline_access";

    /// Schemes of editors and assistants that register themselves (clients of the Model Context Protocol).
    pub const PRIVATE_SCHEMES: [&'static str; 16] = [
        "claude",
        "code-oss",
        "cursor",
        "goose",
        "jetbrains",
        "kiro",
        "positron",
        "raycast",
        "trae",
        "vscode",
        "vscode-insiders",
        "vscodium",
        "warp",
        "windsurf",
        "windsurf-next",
        "zed",
    ];
}

impl Default for RegistrationPolicy {
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(86_400);
        Self {
            open: false,
            users: false,
            scope: Scope::from_words(Self::SCOPE.split(' ')),
            grant_types: Vec::new(),
            quota: 1000,
            quota_per_address: 20,
            attempts: 30,
            attempt_interval: Duration::from_secs(2),
            changes: 20,
            change_interval: Duration::from_secs(300),
            unused: DAY,
            idle: DAY * 90,
            indigo_paths: false,
            allow_http: false,
            private_schemes: Self::PRIVATE_SCHEMES.map(str::to_owned).to_vec(),
            client_id_documents: false,
            client_id_hosts: Vec::new(),
        }
    }
}
