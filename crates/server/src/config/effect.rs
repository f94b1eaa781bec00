//! When a change of a key takes effect.

use jeton_core::model::{Mark, client_property};
use serde::Serialize;

/// When a key's value counts: decided here for every key of the schema. A key without a decision fails the tests of this
/// module, and those of the binary's reload prove each decision on a running configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// At a start, and when SIGHUP makes a running server read the configuration again.
    Reload,
    /// At a start only: SIGHUP names the key when its value changed.
    Restart,
    /// Never: nothing in this version reads it. `jeton check` and SIGHUP name it when it is set.
    Nothing,
}

impl Effect {
    /// Its name in the reference of all keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reload => "SIGHUP",
            Self::Restart => "start",
            Self::Nothing => "never",
        }
    }

    /// When the key of this path ([`super::KeyDoc::path`]) takes effect. A secret's `…_file` is like the secret.
    pub(crate) fn of(path: &str) -> Option<Self> {
        // A client's metadata says of itself what nothing reads.
        let property = path.strip_prefix("client[].").and_then(client_property);
        if property.is_some_and(|property| property.is(Mark::Unread)) {
            return Some(Self::Nothing);
        }
        // A decision for a key takes precedence over one for its whole table.
        let exact = |path: &str| decided(|name| name == path);
        let known = |path: &str| exact(path).or_else(|| decided(|name| is(name, path)));
        known(path).or_else(|| known(path.strip_suffix("_file")?))
    }
}

/// The decision with such a name.
fn decided(is_it: impl Fn(&str) -> bool) -> Option<Effect> {
    EFFECTS.iter().find(|(names, _)| names.iter().any(|name| is_it(name))).map(|(_, effect)| *effect)
}

/// Whether an entry of the table below applies to this path: an entry that ends in `[]` applies to all keys of such
/// tables.
pub(super) fn is(name: &str, path: &str) -> bool {
    name == path || (name.ends_with("[]") && path.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}

/// The decisions. The tables that declare records (`client[]`, …) are applied as a whole.
pub(super) const EFFECTS: &[(&[&str], Effect)] = &[
    (
        &[
            "issuer",
            "allow_http_issuer",
            "tokens.access_token_format",
            "tokens.access_token_lifetime",
            "tokens.access_token_typ",
            "tokens.audience",
            "tokens.code_lifetime",
            "tokens.default_audience",
            "tokens.id_token_lifetime",
            "tokens.id_token_signing_alg",
            "tokens.profile",
            "tokens.refresh_reuse_grace",
            "tokens.refresh_rotation",
            "tokens.refresh_token_idle",
            "tokens.refresh_token_lifetime",
            "tokens.require_pushed_authorization_requests",
            "tokens.show_values",
            "tokens.signing_alg",
            "client[]",
            "user[]",
            "group[]",
            "exchange[]",
            "trusted_issuer[]",
            "service[].id",
            "service[].access_token",
            "service[].api_secret",
            "service[].issuer",
            "service[].name",
            "service[].settings",
            "organization.access_token",
            "registration.allow_http",
            "registration.attempt_interval",
            "registration.attempts",
            "registration.change_interval",
            "registration.changes",
            "registration.client_id_documents",
            "registration.client_id_hosts",
            "registration.grant_types",
            "registration.idle",
            "registration.indigo_paths",
            "registration.open",
            "registration.private_schemes",
            "registration.quota",
            "registration.quota_per_address",
            "registration.scope",
            "registration.unused",
            "registration.users",
            "uma.default",
            "uma.ticket_lifetime",
            "admin.accept_manager_role",
            "admin.show_values_to",
            "keys.grace",
            "keys.publish_ahead",
            "iam.accept_admin_role",
            "iam.bare_paths_need_scope",
            "iam.default_profile",
            "iam.entitlement_namespace",
            "iam.keep_access_tokens",
            "iam.token_nbf",
            "iam.token_scope",
            "iam.token_user_data",
            "api_tokens.allow_never",
            "api_tokens.allow_weak_secret",
            "api_tokens.default_lifetime",
            "api_tokens.max_lifetime",
            "api_tokens.max_overlap",
            "api_tokens.user_scope",
            "vector.app_keys[]",
            "vector.association_interval",
            "vector.associations",
            "vector.aws.access_key_id",
            "vector.aws.lifetime",
            "vector.aws.logfiles",
            "vector.aws.region",
            "vector.aws.role",
            "vector.aws.secret_access_key",
            "vector.aws.sts",
            "vector.client_ca",
            "vector.robots_per_account",
            "vector.session_lifetime",
            "vector.session_tokens",
            "vector.sign_up",
            "vector.token_lifetime",
        ],
        Effect::Reload,
    ),
    (
        &[
            "data_dir",
            "http.answer_timeout",
            "http.client_ca",
            "http.client_certificate_header",
            "http.header_timeout",
            "http.idle_timeout",
            "http.listen",
            "http.max_body",
            "http.max_connections",
            "http.max_connections_per_address",
            "http.proxies_verify_client_certificates",
            "http.request_timeout",
            "http.self_signed_client_certificates",
            "http.tls_cert",
            "http.tls_key",
            "http.trusted_proxies",
            "http.workers",
            "store.readers",
            "store.revocation_bound",
            "store.seal_key",
            "store.url",
            "tokens.track_use",
            "index.max_tokens",
            "internal.listen",
            "internal.only",
            "internal.tls_cert",
            "internal.tls_key",
            "internal.url",
            "metrics.listen",
            "api_tokens.algorithm",
            "api_tokens.issuer",
            "api_tokens.permissions",
            "api_tokens.rate_limit",
            "api_tokens.rate_limit_default",
            "api_tokens.rate_limit_logged",
            "api_tokens.rate_limit_period",
            "api_tokens.secret",
            "api_tokens.shared_secret",
            "api_tokens.strict_lengths",
            "sms.file",
            "sms.from",
            "sms.gap",
            "sms.password",
            "sms.per_address",
            "sms.per_day",
            "sms.per_number",
            "sms.sign_up",
            "sms.template",
            "sms.url",
            "sms.username",
            "sms.webhook",
            "outbound.allow",
            "outbound.ca",
            "outbound.timeout",
            "vector.listen",
            "vector.tls_cert",
            "vector.tls_key",
        ],
        Effect::Restart,
    ),
];
