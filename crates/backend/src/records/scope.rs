//! What scope a record may have: what its client may request, or, without a client, what its service has; and never what gives
//! access to endpoints of this server, whoever its subject and its client are.

use jeton_ledger::rights::{for_other_apis, is_of_this_server};
use jeton_model::Refusal;
use jeton_model::records::{Client, Service};
use jeton_model::scope::Scope;

use super::Record;
use crate::clients::of_service;
use crate::refusals::{RECORD_RIGHTS_EXCEEDED, RECORD_SCOPE_UNSUPPORTED};

/// Checks the scope of a new record.
///
/// # Errors
/// [`RECORD_SCOPE_UNSUPPORTED`] that names the first word that the record may not have.
pub(super) fn check(service: &Service, client: Option<&Client>, scope: &Scope) -> Result<(), Refusal> {
    let beyond = most(service, client).and_then(|most| scope.beyond(&most));
    let beyond = beyond.or_else(|| scope.words().find(|word| is_of_this_server(word)).map(str::to_owned));
    beyond.map_or(Ok(()), |word| Err(RECORD_SCOPE_UNSUPPORTED.with(word)))
}

/// A new scope of a record, without what the record may not have.
pub(super) fn fitting(service: &Service, client: Option<&Client>, scope: &Scope) -> Scope {
    let scope = for_other_apis(scope);
    most(service, client).map_or_else(|| scope.clone(), |most| scope.intersect(&most))
}

/// Checks that a record gives no access to endpoints of this server, so that a caller neither gets the text of one that does nor
/// lets it live longer.
///
/// # Errors
/// [`RECORD_RIGHTS_EXCEEDED`] that names the word.
pub(super) fn opens_nothing_here(record: &Record) -> Result<(), Refusal> {
    let refresh = record.refresh.as_ref().map(|token| &token.scope);
    let scopes = [Some(&record.token.scope), refresh, record.grant.as_ref().map(|grant| &grant.scope)];
    let mut words = scopes.into_iter().flatten().flat_map(Scope::words);
    let own = words.find(|word| is_of_this_server(word));
    own.map_or(Ok(()), |word| Err(RECORD_RIGHTS_EXCEEDED.with(word.to_owned())))
}

/// All that a record may have; none: the service does not list its scopes, and the record has no client.
fn most(service: &Service, client: Option<&Client>) -> Option<Scope> {
    match client {
        Some(client) => Some(client.scope.clone()),
        None => service.settings.backend.is_managed.then(|| of_service(service).0),
    }
}
