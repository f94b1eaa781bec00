//! The scope of a client of a managed service: what it may ask for, and what it gets when it asks for nothing.

use jeton_administration::is_scope_name;
use jeton_ledger::rights::is_of_this_server;
use jeton_model::records::{BackendClient, Service};
use jeton_model::scope::Scope;
use serde_json::Value;

/// The scopes of a service that lists none (OIDC Core sections 5.4 and 11).
const STANDARD: &str = "openid profile email address phone offline_access";

/// The scopes of a service, and those of them that a request without scopes gets; none: such a request is refused. What opens this
/// server's own interfaces is none of them.
pub(crate) fn of_service(service: &Service) -> (Scope, Option<Scope>) {
    let (all, usual) = listed(service);
    let is_refused = usual.is_empty() && service.settings.backend.scope_required;
    (all, (!is_refused).then_some(usual))
}

fn listed(service: &Service) -> (Scope, Scope) {
    let listed = service.settings.other.get("supportedScopes").and_then(Value::as_array);
    let Some(listed) = listed.filter(|all| !all.is_empty()) else {
        return (Scope::from_words(STANDARD.split(' ')), Scope::empty());
    };
    let name = |scope: &'_ Value| scope.get("name").and_then(Value::as_str).map(str::to_owned);
    let is_default = |scope: &&Value| scope.get("defaultEntry").and_then(Value::as_bool) == Some(true);
    let words = |names: Vec<String>| {
        // A name that is none is kept out: nobody could ask for it, and the record of a client with it could not be read.
        let open = names.iter().map(String::as_str).filter(|name| is_scope_name(name) && !is_of_this_server(name));
        Scope::from_words(open)
    };
    (
        words(listed.iter().filter_map(name).collect()),
        words(listed.iter().filter(is_default).filter_map(name).collect()),
    )
}

/// The scope of a client, and its default scope.
pub(super) fn of_client(service: &Service, own: &BackendClient) -> (Scope, Option<Scope>) {
    let (all, usual) = of_service(service);
    let Some(limit) = &own.requestable_scopes else { return (all, usual) };
    let limited = |scope: &Scope| {
        let among = |word: &&str| limit.iter().any(|known| known == word);
        Scope::from_words(scope.words().filter(among))
    };
    (limited(&all), usual.as_ref().map(limited))
}
