//! Applies the configuration's records: creates those that are absent and updates those that differ. Rules for token
//! exchange and trusted issuers that were removed from it end; clients, users, groups and services stay.

mod addresses;
mod client;
mod rehearse;
mod service;
mod trust;
mod user;

use std::collections::BTreeSet;
use std::sync::Arc;

use jeton_core::administration::{Caller, KeepTokens, NewClient, NewUser};
use jeton_core::exchange::ExchangeRule;
use jeton_core::ids::ServiceId;
use jeton_core::refusals::CONFLICT;
use jeton_core::trusted_issuers::TrustedIssuer;
use jeton_core::{Jeton, Refusal};
use jeton_jose::Algorithm;
use jeton_server::config::{Config, Group};

use super::{api_tokens, node::fault};
use crate::exit::{Done, Failure};
pub(crate) use rehearse::rehearse;
use service::{DeclaredServices, DefaultService};

/// The number of the default service: fixed, so that it stays the same one when its issuer changes.
pub(crate) const DEFAULT_SERVICE: ServiceId = ServiceId::new(1);

/// How often something is written again when another node was faster.
const TRIES: usize = 5;

/// A user to be written: whether they are enabled, if the file says so, and which tokens stay when their password
/// changes.
struct DeclaredUser {
    new: NewUser,
    enabled: Option<bool>,
    keep: KeepTokens,
}

/// What a configuration declares, read and found sound.
pub(crate) struct Declared {
    services: DeclaredServices,
    /// With the members that the file sets.
    clients: Vec<(NewClient, BTreeSet<String>)>,
    users: Vec<DeclaredUser>,
    rules: Vec<(String, ExchangeRule)>,
    issuers: Vec<(String, TrustedIssuer)>,
    /// What API tokens are signed with.
    api_tokens: Option<Algorithm>,
    groups: Vec<Group>,
}

impl Declared {
    /// Reads it: all of it, or every problem as a line.
    pub(crate) fn read(config: &Config) -> Done<Self> {
        let mut problems = Vec::new();
        let services = service::all(config).inspect_err(|failure| problems.extend(failure.lines().iter().cloned()));
        problems.extend(addresses::problems(config));
        let mut keep = |place: String, refusal: Refusal| problems.push(format!("{place}: {refusal}"));
        let mut clients = Vec::new();
        for (position, client) in config.client.iter().enumerate() {
            match client::read(config, client) {
                Ok(client) => clients.push(client),
                Err(refusal) => keep(format!("client[{position}] (`{}`)", client.client_id), refusal),
            }
        }
        let mut users = Vec::new();
        for (position, user) in config.user.iter().enumerate() {
            match user::read(user) {
                Ok(new) => users.push(DeclaredUser { new, enabled: user.enabled, keep: user::keep(user) }),
                Err(refusal) => keep(format!("user[{position}] (`{}`)", user.username), refusal),
            }
        }
        let mut rules = Vec::new();
        for (position, rule) in config.exchange.iter().enumerate() {
            match trust::rule(rule) {
                Ok(rule) => rules.push(rule),
                Err(refusal) => keep(format!("exchange[{position}]"), refusal),
            }
        }
        let mut issuers = Vec::new();
        for (position, issuer) in config.trusted_issuer.iter().enumerate() {
            match trust::issuer(issuer) {
                Ok(issuer) => issuers.push(issuer),
                Err(refusal) => keep(format!("trusted_issuer[{position}]"), refusal),
            }
        }
        if let Err(failure) = api_tokens::token_api(config) {
            problems.extend(failure.lines().iter().cloned());
        }
        match services {
            Ok(services) if problems.is_empty() => Ok(Self {
                services,
                clients,
                users,
                rules,
                issuers,
                groups: config.group.clone(),
                api_tokens: api_tokens::own_key(config),
            }),
            _ => Err(Failure::misuses(problems)),
        }
    }

    /// Applies it.
    pub(crate) async fn apply(&self, jeton: &Arc<Jeton>) -> Done {
        self.write(jeton).await.map_err(|Unapplied { place, refusal }| {
            fault(&refusal).context(&format!("cannot apply the configuration: {place}: "))
        })
    }

    /// All of it as one text, including secrets, to compare two configurations.
    #[cfg(test)]
    pub(crate) fn to_compare(&self) -> String {
        let exposed = |secret: &Option<jeton_core::Secret>| secret.as_ref().map(|s| s.expose().to_owned());
        let clients: Vec<_> =
            self.clients.iter().map(|(new, _)| (serde_json::to_string(&new.client), exposed(&new.secret))).collect();
        let users: Vec<_> = self
            .users
            .iter()
            .map(|DeclaredUser { new, keep, .. }| (serde_json::to_string(&new.user), exposed(&new.password), keep))
            .collect();
        let rest = (&self.services, &self.rules, &self.issuers, &self.groups);
        format!("{clients:?} {users:?} {rest:?}")
    }

    async fn write(&self, jeton: &Arc<Jeton>) -> Result<(), Unapplied> {
        let caller = Caller::configuration();
        let DeclaredServices { default: DefaultService { name, issuer, settings }, further } = &self.services;
        let id = Some(DEFAULT_SERVICE);
        let service = jeton.administration.put_service(&caller, id, name, issuer, settings.clone()).await;
        let service = service.map_err(at("the default service"))?;
        // The first request of the default service does not wait for its keys.
        jeton.ledger.keys_to_publish(&service).await.map_err(at("the keys of the default service"))?;
        for (position, service) in further.iter().enumerate() {
            let place = format!("service[{position}] ({})", service.id);
            jeton.backend.declare_service(&caller, service).await.map_err(at(place))?;
        }
        for alg in self.algorithms() {
            jeton
                .administration
                .ensure_key(DEFAULT_SERVICE, alg)
                .await
                .map_err(at("the keys of the default service"))?;
        }
        for (position, (NewClient { client, secret }, says)) in self.clients.iter().enumerate() {
            let mut tries = Tries::default();
            loop {
                let new = NewClient { client: client.clone(), secret: secret.clone() };
                let again = tries.again(jeton.administration.declare_client(&caller, new, says).await);
                if !again.map_err(at(format!("client[{position}] (`{}`)", client.client_id)))? {
                    break;
                }
            }
        }
        self.trust(jeton, &caller).await.map_err(at("exchange and trusted_issuer"))?;
        for (position, Group { path, labels }) in self.groups.iter().enumerate() {
            let written = jeton.administration.put_group(&caller, DEFAULT_SERVICE, path, labels).await;
            written.map_err(at(format!("group[{position}] (`{path}`)")))?;
        }
        for (position, DeclaredUser { new: NewUser { user, password }, enabled, keep }) in self.users.iter().enumerate()
        {
            let mut tries = Tries::default();
            loop {
                let new = NewUser { user: user.clone(), password: password.clone() };
                let again = tries.again(jeton.administration.declare_user(&caller, new, *enabled, *keep).await);
                if !again.map_err(at(format!("user[{position}] (`{}`)", user.username)))? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// The same without passwords, which are hashed one by one.
    fn without_passwords(mut self) -> Self {
        for DeclaredUser { new, .. } in &mut self.users {
            new.password = None;
        }
        self
    }

    /// Exchange rules and trusted issuers: exactly those in the file.
    async fn trust(&self, jeton: &Arc<Jeton>, caller: &Caller) -> Result<(), Refusal> {
        let mut tries = Tries::default();
        loop {
            let ended = jeton.oauth.declare_exchange_rules(caller, DEFAULT_SERVICE, &self.rules).await;
            for name in ended.iter().flatten() {
                tracing::info!(
                    name,
                    "the rule of [[exchange]] was removed from the configuration and is no longer in force"
                );
            }
            if !tries.again(ended)? {
                break;
            }
        }
        let mut tries = Tries::default();
        loop {
            let ended = jeton.oauth.declare_trusted_issuers(caller, DEFAULT_SERVICE, &self.issuers).await;
            for issuer in ended.iter().flatten() {
                tracing::info!(
                    issuer,
                    "the [[trusted_issuer]] was removed from the configuration and is no longer trusted"
                );
            }
            if !tries.again(ended)? {
                return Ok(());
            }
        }
    }

    /// The algorithms that clients want for their ID tokens, and that of API tokens. A MAC for a client is keyed by its secret.
    fn algorithms(&self) -> Vec<Algorithm> {
        let named = self.clients.iter().filter_map(|(new, _)| new.client.id_token_signed_response_alg);
        let mut all: Vec<_> = named.filter(|alg| !alg.is_symmetric()).collect();
        all.extend(self.api_tokens);
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// What of the configuration cannot be written, and why.
struct Unapplied {
    place: String,
    refusal: Refusal,
}

fn at(place: impl Into<String>) -> impl FnOnce(Refusal) -> Unapplied {
    move |refusal| Unapplied { place: place.into(), refusal }
}

/// Two nodes that start together may create the same record: the slower one then finds it and updates it.
#[derive(Default)]
struct Tries(usize);

impl Tries {
    /// Whether to write again.
    fn again<T>(&mut self, outcome: Result<T, Refusal>) -> Result<bool, Refusal> {
        self.0 += 1;
        match outcome {
            Ok(_) => Ok(false),
            Err(refusal) if refusal.is(&CONFLICT) && self.0 < TRIES => Ok(true),
            Err(refusal) => Err(refusal),
        }
    }
}
