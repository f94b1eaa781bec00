//! How the policies decide about a ticket (`docs/contracts/oauth-token-endpoint.md` section 12.4).
//!
//! Every line must pass; a line passes if any policy on its resource passes, a policy if any of its rules passes. If nothing
//! passes, the best available answer is given: the owner can be asked; else claims can be added; else a denial.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::need_info::{RequiredClaim, required};
use super::party::Party;
use super::requests::{self, RequestState};
use super::ticket::{Line, Ticket};
use super::{Owner, Policy, Resource, Rule, policies, resources};
use jeton_model::Refusal;
use jeton_model::records::{Service, UmaDefault};
use jeton_oauth::OAuth;

/// The outcome for one line.
#[derive(Debug)]
enum Outcome {
    Passes,
    /// The owner must be asked.
    Waits,
    /// Claims are missing.
    Lacks(Vec<RequiredClaim>),
    Fails,
}

/// The outcome for a ticket.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Everything passes.
    Permit,
    /// The owners must be asked about these lines.
    Ask(Vec<usize>),
    /// Claims are missing.
    NeedInfo(Vec<RequiredClaim>),
    /// Denied.
    Deny,
}

/// The lines of a ticket with their resources.
pub(crate) struct RequestedAccess {
    /// Line by line; without a resource if that was deleted.
    pub(crate) lines: Vec<(Line, Option<Resource>)>,
    policies: HashMap<Owner, Vec<Policy>>,
}

impl RequestedAccess {
    /// Reads the resources of a ticket. `added`: scopes that the client requests in addition; each line gets those that its
    /// resource has.
    pub(crate) async fn read(
        oauth: &OAuth,
        service: &Service,
        ticket: &Ticket,
        added: &[String],
    ) -> Result<Self, Refusal> {
        let mut requested = Self { lines: Vec::with_capacity(ticket.lines.len()), policies: HashMap::new() };
        for line in &ticket.lines {
            let resource = resources::by_number(oauth, service.id, line.resource).await?;
            let mut line = line.clone();
            if let Some(resource) = &resource {
                let has = |scope: &&String| resource.description.scopes.contains(scope);
                for scope in added.iter().filter(has) {
                    if !line.scopes.contains(scope) {
                        line.scopes.push(scope.clone());
                    }
                }
                let owner = resource.owner;
                if let Entry::Vacant(place) = requested.policies.entry(owner) {
                    place.insert(policies::of_owner(oauth, service.id, owner).await?);
                }
            }
            requested.lines.push((line, resource));
        }
        Ok(requested)
    }

    /// The rules that apply to it.
    pub(crate) fn rules(&self) -> Vec<&Rule> {
        let resources = self.lines.iter().filter_map(|(_, resource)| resource.as_ref());
        resources.flat_map(|resource| self.policies_on(resource)).flat_map(|policy| &policy.rules).collect()
    }

    fn policies_on<'a>(&'a self, resource: &'a Resource) -> impl Iterator<Item = &'a Policy> {
        let all = self.policies.get(&resource.owner).map(Vec::as_slice).unwrap_or_default();
        all.iter().filter(|policy| policy.server == resource.server && policy.resources.contains(&resource.id))
    }
}

/// Decides.
pub(crate) async fn decide(
    oauth: &OAuth,
    service: &Service,
    requested: &RequestedAccess,
    party: &Party<'_>,
) -> Result<Verdict, Refusal> {
    let (mut waiting, mut lacking) = (Vec::new(), Vec::new());
    for (place, (line, resource)) in requested.lines.iter().enumerate() {
        let Some(resource) = resource else { return Ok(Verdict::Deny) };
        match judge(oauth, service, requested, (line, resource), party).await? {
            Outcome::Passes => {}
            Outcome::Waits => waiting.push(place),
            Outcome::Lacks(more) => lacking.extend(more),
            Outcome::Fails => return Ok(Verdict::Deny),
        }
    }
    let mut once: Vec<RequiredClaim> = Vec::new();
    for claim in lacking {
        if !once.contains(&claim) {
            once.push(claim);
        }
    }
    Ok(match (once.is_empty(), waiting.is_empty()) {
        (false, _) => Verdict::NeedInfo(once),
        (true, false) => Verdict::Ask(waiting),
        (true, true) => Verdict::Permit,
    })
}

async fn judge(
    oauth: &OAuth,
    service: &Service,
    requested: &RequestedAccess,
    (line, resource): (&Line, &Resource),
    party: &Party<'_>,
) -> Result<Outcome, Refusal> {
    // The resource may have lost a scope since the ticket was made.
    if resource.lacks(&line.scopes).is_some() {
        return Ok(Outcome::Fails);
    }
    // A resource whose owner is gone or disabled is denied.
    if !owner_stands(oauth, resource.owner).await? {
        return Ok(Outcome::Fails);
    }
    if party.is(resource.owner) {
        return Ok(Outcome::Passes);
    }
    let rules: Vec<&Rule> = requested.policies_on(resource).flat_map(|policy| &policy.rules).collect();
    if rules.is_empty() {
        let allowed = service.settings.uma.by_default == UmaDefault::Allow;
        return Ok(if allowed { Outcome::Passes } else { Outcome::Fails });
    }
    let (mut asks, mut lacking) = (false, Vec::new());
    for rule in rules {
        match weigh(service, rule, &line.scopes, party) {
            Outcome::Passes => return Ok(Outcome::Passes),
            Outcome::Waits => asks = true,
            Outcome::Lacks(more) => lacking.extend(more),
            Outcome::Fails => {}
        }
    }
    if asks {
        match requests::answer(oauth, service.id, resource, &line.scopes, party).await? {
            Some(RequestState::Approved) => return Ok(Outcome::Passes),
            // The owner denied this very request: only claims could change that.
            Some(RequestState::Denied) => {}
            Some(RequestState::Waiting) | None => return Ok(Outcome::Waits),
        }
    }
    Ok(if lacking.is_empty() { Outcome::Fails } else { Outcome::Lacks(lacking) })
}

/// Whether the owner of a resource exists and is enabled.
pub(super) async fn owner_stands(oauth: &OAuth, owner: Owner) -> Result<bool, Refusal> {
    match owner {
        Owner::User(key) => Ok(oauth.ledger.entities().user(key).await?.is_some_and(|user| user.enabled)),
        Owner::Client(key) => {
            let client = oauth.ledger.entities().client(key).await?;
            Ok(oauth.ledger.entities().active(client).await?.is_some())
        }
    }
}

/// Evaluates one rule: scopes, client, claims; then whether the owner must agree.
fn weigh(service: &Service, rule: &Rule, scopes: &[String], party: &Party<'_>) -> Outcome {
    let client = party.client.client_id.as_str();
    if !scopes.iter().all(|scope| rule.scopes.contains(scope)) {
        return Outcome::Fails;
    }
    if !rule.clients.is_empty() && !rule.clients.iter().any(|one| one == client) {
        return Outcome::Fails;
    }
    if !rule.claims.is_empty() {
        let person = party.person.as_ref().filter(|person| person.is_vouched_for(service, rule));
        let Some(person) = person else { return Outcome::Lacks(required(service, rule)) };
        if !rule.claims.iter().all(|claim| person.has(&claim.kind, &claim.value)) {
            return Outcome::Fails;
        }
    }
    if rule.consent_needed { Outcome::Waits } else { Outcome::Passes }
}
