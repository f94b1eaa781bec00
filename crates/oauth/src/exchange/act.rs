//! `act` and `may_act`, RFC 8693 sections 4.1 and 4.4.

use serde_json::{Value, json};

use super::Party;
use crate::exchange::refusals::EXCHANGE_NOT_ALLOWED;
use jeton_model::Refusal;
use jeton_model::records::Client;

/// The longest chain of actors.
const LONGEST: usize = 8;

/// The new token's `act`: the actor outermost, then the actor token's own actors, then those of the subject token.
///
/// # Errors
/// [`EXCHANGE_NOT_ALLOWED`] when the chain would be longer than eight.
pub(crate) fn chain(subject: &Party, client: &Client, actor: Option<&Party>) -> Result<Value, Refusal> {
    let mut actors = vec![match actor {
        Some(actor) => match actor.client_id() {
            // A client that acts for itself is named once.
            Some(id) if id != actor.sub => json!({ "sub": actor.sub, "client_id": id }),
            _ => json!({ "sub": actor.sub }),
        },
        None => json!({ "sub": client.client_id }),
    }];
    for earlier in [actor.and_then(|a| a.act.as_ref()), subject.act.as_ref()].into_iter().flatten() {
        unroll(earlier, &mut actors)?;
    }
    let mut chain = Value::Null;
    for mut link in actors.into_iter().rev() {
        if let (Some(members), false) = (link.as_object_mut(), chain.is_null()) {
            members.insert("act".to_owned(), chain);
        }
        chain = link;
    }
    Ok(chain)
}

/// The actors of a chain, each without its own `act`.
fn unroll(chain: &Value, into: &mut Vec<Value>) -> Result<(), Refusal> {
    let mut next = Some(chain);
    while let Some(link) = next {
        if into.len() >= LONGEST {
            return Err(EXCHANGE_NOT_ALLOWED);
        }
        let Some(members) = link.as_object() else { break };
        let mut alone = members.clone();
        alone.remove("act");
        into.push(Value::Object(alone));
        next = members.get("act");
    }
    Ok(())
}

/// Whether the subject token's `may_act` names the actor; none when it has no such claim. Each of its members
/// must match the actor; an unknown member matches nobody.
pub(crate) fn may_act(issuer: &str, subject: &Party, client: &Client, actor: Option<&Party>) -> Option<bool> {
    let claim = subject.may_act.as_ref()?;
    let (sub, client_id) = match actor {
        Some(actor) => (actor.sub.as_str(), actor.client_id()),
        None => (client.client_id.as_str(), Some(client.client_id.as_str())),
    };
    let Some(members) = claim.as_object() else { return Some(false) };
    let named = members.contains_key("sub") || members.contains_key("client_id");
    let is_his = |(name, value): (&String, &Value)| match name.as_str() {
        "sub" => value == sub,
        "client_id" => client_id.is_some_and(|id| value == id),
        "iss" => value == issuer,
        _ => false,
    };
    Some(named && members.iter().all(is_his))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jeton_model::scope::Scope;

    fn party(sub: &str, act: Option<Value>, may_act: Option<Value>) -> Party {
        Party {
            sub: sub.into(),
            client: None,
            user: None,
            scope: Some(Scope::empty()),
            audience: "".into(),
            expires: None,
            act,
            may_act,
            live: None,
        }
    }

    fn client() -> Client {
        let text = r#"{"key":1,"service":1,"client_id":"gate","enabled":true,"token_endpoint_auth_method":"none",
            "grant_types":[],"scope":"","created":0,"updated":0}"#;
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_actor_is_outermost_and_nobody_is_lost() {
        let subject = party("alice", Some(json!({"sub": "s1", "act": {"sub": "s2"}})), None);
        let actor = party("bob", Some(json!({"sub": "a1"})), None);
        let expected = json!({"sub": "bob", "act": {"sub": "a1", "act": {"sub": "s1", "act": {"sub": "s2"}}}});
        assert_eq!(chain(&subject, &client(), Some(&actor)).unwrap(), expected);
        assert_eq!(chain(&party("alice", None, None), &client(), None).unwrap(), json!({"sub": "gate"}));
    }

    #[test]
    fn a_chain_has_eight_actors_and_no_more() {
        let long = |n: usize| (0..n).fold(json!({"sub": "x"}), |chain, _| json!({"sub": "x", "act": chain}));
        assert!(chain(&party("alice", Some(long(6)), None), &client(), None).is_ok());
        assert!(chain(&party("alice", Some(long(7)), None), &client(), None).is_err());
    }

    #[test]
    fn may_act_names_one_actor() {
        let verdict = |claim: Value, actor: Option<&Party>| {
            may_act("https://id.example", &party("alice", None, Some(claim)), &client(), actor)
        };
        assert_eq!(may_act("i", &party("alice", None, None), &client(), None), None);
        assert_eq!(verdict(json!({"sub": "gate"}), None), Some(true));
        assert_eq!(verdict(json!({"client_id": "gate", "iss": "https://id.example"}), None), Some(true));
        let bob = party("bob", None, None);
        assert_eq!(verdict(json!({"sub": "bob"}), Some(&bob)), Some(true));
        for foreign in [
            json!({"sub": "other"}),
            json!({"sub": "gate", "iss": "https://else.example"}),
            json!({"sub": "gate", "email": "g@example"}),
            json!({"iss": "https://id.example"}),
            json!({}),
            json!("gate"),
            json!(["gate"]),
            Value::Null,
        ] {
            assert_eq!(verdict(foreign.clone(), None), Some(false), "{foreign}");
        }
        assert_eq!(verdict(json!({"sub": "gate"}), Some(&bob)), Some(false));
    }
}
