//! Who may call the protection API: the holder of a PAT, or for SimpleIdServer clients an administrator.

use super::{Owner, PROTECTION_SCOPE};
use jeton_administration::{ADMIN_ROLE, Caller, MANAGER_ROLE, MANAGER_SCOPE};
use jeton_ledger::ledger::Inspection;
use jeton_ledger::refusals::{BEARER_INVALID, BEARER_SCOPE};
use jeton_ledger::request_source::RequestSource;
use jeton_model::Refusal;
use jeton_model::ids::{ClientKey, ServiceId};
use jeton_model::records::{Actor, Client, CompatibilityMode, User};
use jeton_oauth::OAuth;

/// Admits a bearer token with the scope `uma_protection`; or, for SimpleIdServer clients, one with the scope `manager` for a user
/// whose role is `administrator` or `admin`. Where the operator lets the role suffice (`admin.accept_manager_role`), the scope
/// `manager` is not needed.
///
/// A PAT represents one resource server (its client) and one resource owner: the person it was issued for, or the client itself
/// when there is none. It sees what was registered for exactly these two. An administrator's token sees everything. With
/// `uma_protection` it is a PAT like any other: a resource server does not see other people's resources because one of its users
/// is an administrator.
///
/// # Errors
/// [`BEARER_INVALID`], [`BEARER_SCOPE`], or a fault.
pub async fn admit(oauth: &OAuth, service: ServiceId, text: &str, origin: &RequestSource) -> Result<Caller, Refusal> {
    let live = oauth.ledger.admit(service, text, origin, (None, jeton_ledger::ledger::Relying::OnMemory)).await?;
    let role_suffices = oauth.ledger.entities().service(service).is_some_and(|s| s.settings.role_doors.management);
    protector(live, role_suffices)
}

/// The caller that an admitted token represents. `role_suffices`: an administrator's token needs no scope.
///
/// # Errors
/// As [`admit`].
pub(crate) fn protector(live: Inspection, role_suffices: bool) -> Result<Caller, Refusal> {
    let client = live.client.as_deref().ok_or(BEARER_INVALID)?;
    let is_pat = live.holds(PROTECTION_SCOPE);
    let of_all = !is_pat && is_administrator(&live, client, role_suffices);
    if !is_pat && !of_all {
        return Err(BEARER_SCOPE.with(PROTECTION_SCOPE));
    }
    let actor = match &live.user {
        Some(user) if of_all => Actor::User(user.key),
        // A subject that is no user of this ledger owns nothing here.
        None if live.token.subject.is_some() => return Err(BEARER_INVALID),
        _ => Actor::Client(client.key),
    };
    Ok(Caller::of_resources(live, actor, of_all))
}

/// The resource server and the resource owner that a caller represents.
pub(crate) fn place(by: &Caller) -> Result<(ClientKey, Owner), Refusal> {
    let (server, user, _) = by.protects()?;
    Ok((server, user.map_or(Owner::Client(server), Owner::User)))
}

/// Whether a caller may see what this server registered for this owner.
pub(crate) fn sees(by: &Caller, server: ClientKey, owner: Owner) -> bool {
    by.protects().is_ok_and(|(_, _, of_all)| of_all) || place(by).is_ok_and(|place| place == (server, owner))
}

/// The owner whose documents are searched; none: everybody's.
pub(super) fn looks_through(by: &Caller) -> Result<Option<String>, Refusal> {
    let (_, _, of_all) = by.protects()?;
    Ok(if of_all { None } else { Some(place(by)?.1.key()) })
}

fn is_administrator(live: &Inspection, client: &Client, role_suffices: bool) -> bool {
    let has_role = |user: &User| [MANAGER_ROLE, ADMIN_ROLE].iter().any(|role| user.has_role(role));
    let may = live.holds(MANAGER_SCOPE) || role_suffices && live.is_vouched_for();
    client.profile == CompatibilityMode::Classic && may && live.user.as_deref().is_some_and(has_role)
}
