//! The robots' face, from the configuration.

use jeton_core::Secret;
use jeton_core::robots::identity::Authorities;
use jeton_core::robots::settings::{AppKey, AppScope, SHIPPED};
use jeton_core::robots::{RobotSettings, StsOptions, StsSettings};
use jeton_server::config::Config;

use super::DEFAULT_SERVICE;
use crate::exit::{Done, Failure};

/// What the robots' feature is to know. Reads the file of the authorities.
pub(crate) fn settings(config: &Config) -> Done<RobotSettings> {
    let vector = &config.vector;
    let authorities = vector.client_ca.as_ref().map(|path| {
        let unusable = |error: &dyn std::fmt::Display| {
            Failure::misuse(format_args!("`vector.client_ca`: {} cannot be used: {error}", path.display()))
        };
        let pem = std::fs::read(path).map_err(|error| unusable(&error))?;
        Authorities::from_pem(&pem).map_err(|error| unusable(&error))
    });
    let defaults = RobotSettings::default();
    Ok(RobotSettings {
        service: DEFAULT_SERVICE,
        app_keys: app_keys(config),
        session_tokens: vector.session_tokens.clone(),
        authorities: authorities.transpose()?,
        jwt_lifetime: vector.token_lifetime,
        session_lifetime: vector.session_lifetime,
        sign_up: vector.sign_up,
        robots_per_account: vector.robots_per_account,
        associations: vector.associations,
        association_interval: vector.association_interval,
        sts: sts(config)?,
        ..defaults
    })
}

/// Who gives AWS credentials, if somebody does.
fn sts(config: &Config) -> Done<Option<StsSettings>> {
    let aws = &config.vector.aws;
    let Some(endpoint) = &aws.sts else { return Ok(None) };
    let options = StsOptions {
        endpoint: endpoint.clone(),
        region: aws.region.clone(),
        access_key_id: aws.access_key_id.clone().unwrap_or_default(),
        secret_access_key: aws.secret_access_key.clone().unwrap_or_default(),
        role: aws.role.clone(),
        logfiles: aws.logfiles.clone().unwrap_or_default(),
        lifetime: aws.lifetime,
    };
    let settings = StsSettings::read(options);
    settings.map(Some).map_err(|error| Failure::misuse(format_args!("`vector.aws`: {error}")))
}

/// The keys of the file, and of those that robots and apps have built in the ones that it does not name.
fn app_keys(config: &Config) -> Vec<AppKey> {
    let listed = config.vector.app_keys.iter().map(|app_key| AppKey {
        key: app_key.key.clone(),
        // A scope of another name was refused when the configuration was read.
        scopes: app_key.scopes.iter().filter_map(|scope| AppScope::parse(scope)).collect(),
    });
    let named = |key: &&&str| config.vector.app_keys.iter().any(|listed| listed.key.expose() == **key);
    let built_in = SHIPPED.iter().filter(|key| !named(key));
    let built_in =
        built_in.map(|key| AppKey { key: Secret::new(*key), scopes: [AppScope::User].into_iter().collect() });
    listed.chain(built_in).collect()
}
