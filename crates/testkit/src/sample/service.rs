//! Services and their keys.

use std::time::Duration;

use jeton_core::ids::{KeyId, ServiceId};
use jeton_core::model::{
    AccessTokenTyp, ApiTokenPolicy, BackendSettings, CompatibilityMode, GridSettings, KeyRecord, KeyUse,
    RegistrationPolicy, RoleAccess, Rotation, ScopeLifetimes, Service, Settings, TokenFormat, UmaDefault, UmaSettings,
};
use jeton_jose::Algorithm;
use serde_json::json;

use super::{HOUR, SERVICE, T0, object};

/// A service with the default policy.
#[must_use]
pub fn service(id: u64) -> Service {
    Service {
        id: ServiceId::new(id),
        name: format!("service {id}"),
        issuer: format!("https://issuer-{id}.example").into(),
        enabled: true,
        settings: Settings::default(),
        created: T0,
    }
}

/// A disabled service whose policy is the default in nothing.
#[must_use]
pub fn full_service(id: u64) -> Service {
    let settings = Settings {
        access_token_format: TokenFormat::Opaque,
        access_token_typ: AccessTokenTyp::Jwt,
        access_token_lifetime: HOUR * 2,
        refresh_token_lifetime: HOUR * 3,
        refresh_token_idle: Some(HOUR),
        id_token_lifetime: HOUR * 4,
        code_lifetime: Duration::from_secs(30),
        session_lifetime: HOUR * 5,
        signing_alg: Algorithm::RS256,
        id_token_signing_alg: Algorithm::PS256,
        rotation: Rotation::Public,
        refresh_grace: Duration::ZERO,
        audience: "https://api.example".into(),
        default_audience: "https://default.example".into(),
        key_publish_ahead: HOUR * 6,
        key_grace: HOUR * 7,
        profile: CompatibilityMode::Classic,
        registration: RegistrationPolicy {
            open: true,
            users: true,
            scope: super::scope("openid api"),
            grant_types: vec!["implicit".into()],
            quota: 7,
            quota_per_address: 2,
            attempts: 3,
            attempt_interval: HOUR,
            changes: 4,
            change_interval: HOUR * 2,
            unused: HOUR,
            idle: HOUR * 2,
            indigo_paths: true,
            allow_http: true,
            private_schemes: vec!["cursor".into(), "myapp".into()],
            client_id_documents: true,
            client_id_hosts: vec!["localhost:3000".into()],
        },
        require_pushed_authorization_requests: true,
        api_tokens: ApiTokenPolicy {
            max_lifetime: HOUR * 8,
            default_lifetime: HOUR * 2,
            allow_never: true,
            max_overlap: HOUR,
            user_scope: super::scope("api"),
        },
        uma: UmaSettings { by_default: UmaDefault::Allow, ticket_lifetime: HOUR },
        show_values: true,
        show_values_to: vec!["auditor".into()],
        role_doors: RoleAccess { management: true, bare_paths_closed: true },
        grid: GridSettings {
            default_profile: Some("wlcg".into()),
            scope: true,
            nbf: true,
            user_data: true,
            entitlement_namespace: Some("urn:geant:example".into()),
        },
        backend: BackendSettings {
            is_managed: true,
            no_refresh_tokens: true,
            grant_types: Some(vec!["client_credentials".to_owned()]),
            single_access_token_per_subject: true,
            id_token_reissuable: true,
            endpoints: vec!["https://as.example/token".to_owned()],
            access_token_type: Some("bearer".to_owned()),
            pkce_required: true,
            pkce_s256_required: true,
            client_aliases: true,
            dynamic_registration: true,
            hides_client_secrets: true,
            scope_required: true,
            access_ends_with_refresh: true,
            refresh_lifetime_kept: true,
            refresh_lifetime_reset: true,
            identity_needs_offline_access: true,
            missing_client_id_allowed: true,
            pushed_request_lifetime: Some(90),
            device_code_lifetime: Some(100),
            device_poll_interval: Some(1),
            access_token_key: Some("one".to_owned()),
            id_token_key: Some("two".to_owned()),
            introspection_key: Some("three".to_owned()),
            authorization_details_types: Some(vec!["payment".to_owned()]),
            id_token_audience_as_text: true,
            scope_lifetimes: [("pay".to_owned(), ScopeLifetimes { access: Some(60), refresh: Some(70), id: Some(80) })]
                .into(),
        },
        by_hash: true,
        signed_copy: true,
        other: object(json!({ "authlete": { "accessTokenType": "Bearer" } })),
    };
    Service { enabled: false, settings, ..service(id) }
}

/// The key of generation `id` that signs from [`T0`] on.
#[must_use]
pub fn key(id: u64) -> KeyRecord {
    KeyRecord {
        id: KeyId::new(id),
        kid: None,
        service: SERVICE,
        alg: "ES256".into(),
        generation: i64::try_from(id).unwrap(),
        usage: KeyUse::Signature,
        sealed: vec![0, 1, 255],
        published: T0,
        active: T0,
        retired: None,
    }
}

/// A key with every member.
#[must_use]
pub fn full_key(id: u64) -> KeyRecord {
    KeyRecord {
        active: super::at(60),
        retired: Some(super::at(600)),
        usage: KeyUse::Foreign,
        kid: Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k".into()),
        sealed: (0..=255).collect(),
        ..key(id)
    }
}
