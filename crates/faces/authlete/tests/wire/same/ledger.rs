//! What a ledger holds of tokens and authorizations, in a form that does not depend on numbers and texts.

use std::collections::BTreeMap;

use jeton_core::ids::{GrantId, TokenId};
use jeton_core::model::{GrantState, Subject, TokenKind, TokenState};
use jeton_core::store::{Page, TokenFilter};
use jeton_served::House;

/// A line for each token and each authorization, in the order in which they were made.
pub(super) async fn lines(house: &House) -> Vec<String> {
    let mut tokens = house.store.tokens(&TokenFilter::default(), Page::first(1000)).await.unwrap().items;
    // Sessions are Jeton's own sign-in, which an authorization server has itself.
    tokens.retain(|token| token.kind != TokenKind::Session);
    let places: BTreeMap<TokenId, usize> = tokens.iter().enumerate().map(|(at, token)| (token.id, at)).collect();
    let mut grants: Vec<GrantId> = Vec::new();
    let mut lines = Vec::new();
    for token in &tokens {
        if let Some(grant) = token.grant
            && !grants.contains(&grant)
        {
            grants.push(grant);
        }
        let family = token.grant.and_then(|grant| grants.iter().position(|known| *known == grant));
        let family_is_over = match token.grant {
            Some(id) => matches!(house.store.grant(id).await.unwrap().unwrap().state, GrantState::Revoked { .. }),
            None => false,
        };
        let state = match token.state {
            // Whether it had ended by itself before makes no difference.
            _ if family_is_over => "ended with its family".to_owned(),
            TokenState::Active => "active".to_owned(),
            TokenState::Rotated { at, to } => format!("rotated {at:?} to {:?}", places.get(&to)),
            TokenState::Revoked { at, why } => format!("ended {at:?} {why:?}"),
        };
        lines.push(format!(
            "{:?} {:?} of client {:?} for {} in family {family:?} from {:?}: {} at {:?}, {:?} {:?} to {:?}, {state}, {:?}",
            token.kind,
            token.format,
            client(house, token.client).await,
            subject(token.subject.as_ref()),
            token.parent.and_then(|parent| places.get(&parent)),
            token.scope.as_str(),
            token.audience,
            token.issued,
            token.not_before,
            token.expires,
            token.binding,
        ));
    }
    for id in grants {
        let grant = house.store.grant(id).await.unwrap().unwrap();
        let signed_in = grant.authentication.as_ref().and_then(|signed_in| signed_in.at);
        let details = grant.details.as_deref().cloned().unwrap_or_default();
        lines.push(format!(
            "{} of client {:?} for {}: {} at {:?}, {:?} to {:?}, {:?}, {:?}, signed in {signed_in:?}, {:?} {:?}",
            grant.grant_type,
            client(house, grant.client).await,
            subject(grant.subject.as_ref()),
            grant.scope.as_str(),
            grant.audience,
            grant.created,
            grant.expires,
            grant.state,
            grant.binding,
            details.nonce,
            details.claims,
        ));
    }
    lines
}

async fn client(house: &House, key: Option<jeton_core::ids::ClientKey>) -> Option<String> {
    let client = house.store.client(key?).await.unwrap()?;
    Some(client.client_id.to_string())
}

fn subject(subject: Option<&Subject>) -> String {
    match subject {
        None => "nobody".to_owned(),
        // The only one.
        Some(Subject::User(_)) => "alice".to_owned(),
        Some(Subject::External(name)) => name.to_string(),
    }
}
