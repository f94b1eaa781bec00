//! The default service and `[[service]]`.

use jeton_core::Scope;
use jeton_core::backend::services::{DeclaredService, ServiceDocument};
use jeton_core::ids::ServiceId;
use jeton_core::model::{
    AccessTokenTyp, ApiTokenPolicy, CompatibilityMode, GridSettings, RegistrationPolicy, RoleAccess, Rotation,
    Settings, TokenFormat, UmaDefault, UmaSettings,
};
use jeton_jose::Algorithm;
use jeton_server::config::{self, AccessTokenFormat, ClientProfile, Config, RefreshRotation};
use url::Url;

use super::DEFAULT_SERVICE;
use crate::exit::{Done, Failure};

/// The services to be written.
#[derive(Debug)]
pub(super) struct DeclaredServices {
    pub(super) default: DefaultService,
    pub(super) further: Vec<DeclaredService>,
}

/// The default service, which is as the file says.
#[derive(Debug)]
pub(super) struct DefaultService {
    pub(super) name: String,
    pub(super) issuer: String,
    pub(super) settings: Settings,
}

pub(super) fn all(config: &Config) -> Done<DeclaredServices> {
    let settings = settings(config)?;
    let default = DefaultService {
        name: host(&config.issuer),
        issuer: config.issuer.clone(),
        settings: Settings { by_hash: config.organization.access_token.is_some(), ..settings.clone() },
    };
    let mut further = Vec::new();
    for (position, service) in config.service.iter().enumerate() {
        let id = ServiceId::new(service.id);
        if id == DEFAULT_SERVICE {
            return Err(Failure::misuse(format_args!(
                "service[{position}].id: 1 is the default service: choose another"
            )));
        }
        further.push(DeclaredService {
            id,
            name: service.name.clone(),
            usual_name: host(&service.issuer),
            issuer: service.issuer.clone(),
            usual: settings.clone(),
            document: document(position, service, &settings)?,
        });
    }
    Ok(DeclaredServices { default, further })
}

/// What the file says about the settings of a further service.
fn document(position: usize, service: &config::Service, settings: &Settings) -> Done<ServiceDocument> {
    let document = ServiceDocument::new(service.settings.0.clone());
    if document.has_keys() {
        return Err(Failure::misuse(format_args!(
            "service[{position}].settings.jwks: keys are taken over by service/update only, so that they are sealed"
        )));
    }
    match document.settings(settings, settings) {
        Ok(_) => Ok(document),
        Err(refusal) => Err(Failure::misuse(format_args!("service[{position}].settings: {}", refusal.message()))),
    }
}

fn settings(config: &Config) -> Done<Settings> {
    let (tokens, keys) = (&config.tokens, &config.keys);
    let algorithm = |key: &str, name: &str| {
        name.parse::<Algorithm>().map_err(|error| Failure::misuse(format_args!("tokens.{key}: {error}")))
    };
    Ok(Settings {
        access_token_format: match tokens.access_token_format {
            AccessTokenFormat::Jwt => TokenFormat::Jwt,
            AccessTokenFormat::Opaque => TokenFormat::Opaque,
        },
        access_token_typ: match tokens.access_token_typ {
            config::AccessTokenTyp::AtJwt => AccessTokenTyp::AtJwt,
            config::AccessTokenTyp::Jwt => AccessTokenTyp::Jwt,
        },
        access_token_lifetime: tokens.access_token_lifetime,
        refresh_token_lifetime: tokens.refresh_token_lifetime,
        refresh_token_idle: tokens.refresh_token_idle,
        id_token_lifetime: tokens.id_token_lifetime,
        code_lifetime: tokens.code_lifetime,
        signing_alg: algorithm("signing_alg", &tokens.signing_alg)?,
        id_token_signing_alg: algorithm("id_token_signing_alg", &tokens.id_token_signing_alg)?,
        rotation: match tokens.refresh_rotation {
            RefreshRotation::Always => Rotation::Always,
            RefreshRotation::Public => Rotation::Public,
        },
        refresh_grace: tokens.refresh_reuse_grace,
        audience: tokens.audience.join(" ").into(),
        default_audience: tokens.default_audience.join(" ").into(),
        require_pushed_authorization_requests: tokens.require_pushed_authorization_requests,
        key_publish_ahead: keys.publish_ahead,
        key_grace: keys.grace,
        profile: match tokens.profile {
            ClientProfile::Standard => CompatibilityMode::Standard,
            ClientProfile::Classic => CompatibilityMode::Classic,
        },
        registration: registration(config)?,
        api_tokens: api_tokens(config)?,
        uma: UmaSettings {
            by_default: match config.uma.by_default {
                config::UmaDefault::Deny => UmaDefault::Deny,
                config::UmaDefault::Allow => UmaDefault::Allow,
            },
            ticket_lifetime: config.uma.ticket_lifetime,
        },
        show_values: tokens.show_values,
        show_values_to: config.admin.show_values_to.clone(),
        role_doors: RoleAccess {
            management: config.admin.accept_manager_role,
            bare_paths_closed: config.iam.bare_paths_need_scope,
        },
        grid: grid(config),
        ..Settings::default()
    })
}

fn grid(config: &Config) -> GridSettings {
    let iam = &config.iam;
    GridSettings {
        default_profile: iam.default_profile.map(|profile| profile.name().to_owned()),
        scope: iam.token_scope,
        nbf: iam.token_nbf,
        user_data: iam.token_user_data,
        entitlement_namespace: iam.entitlement_namespace.clone(),
    }
}

fn registration(config: &Config) -> Done<RegistrationPolicy> {
    let registration = &config.registration;
    let scope = Scope::parse(&registration.scope)
        .map_err(|error| Failure::misuse(format_args!("registration.scope: {error}")))?;
    Ok(RegistrationPolicy {
        open: registration.open,
        users: registration.users,
        indigo_paths: registration.indigo_paths,
        scope,
        grant_types: registration.grant_types.clone(),
        quota: registration.quota,
        quota_per_address: registration.quota_per_address,
        attempts: registration.attempts,
        attempt_interval: registration.attempt_interval,
        changes: registration.changes,
        change_interval: registration.change_interval,
        unused: registration.unused,
        idle: registration.idle,
        allow_http: registration.allow_http,
        private_schemes: registration.private_schemes.clone(),
        client_id_documents: registration.client_id_documents,
        client_id_hosts: registration.client_id_hosts.clone(),
    })
}

fn api_tokens(config: &Config) -> Done<ApiTokenPolicy> {
    let api_tokens = &config.api_tokens;
    let user_scope = Scope::parse(&api_tokens.user_scope)
        .map_err(|error| Failure::misuse(format_args!("api_tokens.user_scope: {error}")))?;
    Ok(ApiTokenPolicy {
        max_lifetime: api_tokens.max_lifetime,
        default_lifetime: api_tokens.default_lifetime,
        allow_never: api_tokens.allow_never,
        max_overlap: api_tokens.max_overlap,
        user_scope,
    })
}

/// The name of a service that has none.
fn host(issuer: &str) -> String {
    let url = Url::parse(issuer).ok();
    let host = url.as_ref().and_then(|url| Some((url.host_str()?, url.port())));
    match host {
        Some((host, Some(port))) => format!("{host}:{port}"),
        Some((host, None)) => host.to_owned(),
        None => issuer.to_owned(),
    }
}
