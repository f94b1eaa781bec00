//! Random sequences of verbs, compared with a short model of what must hold.

use std::collections::BTreeMap;
use std::time::Duration;

use jeton_core::administration::{Caller, NewUser};
use jeton_core::ledger::Ending;
use jeton_core::model::{Actor, Reason, TokenKind, TokenState};
use jeton_core::store::{Page, TokenFilter};
use jeton_core::{Scope, Timestamp};
use proptest::prelude::*;

use crate::fixture::Fixture;

#[derive(Clone, Debug)]
enum Step {
    Issue(usize),
    Refresh(usize, usize),
    Revoke(usize),
    Amend(usize),
    Wait(u64),
    Person(bool),
    Client(bool),
    Sweep,
}

const SCOPES: [&str; 4] = ["read", "write", "read write", "openid read offline_access"];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..4_usize).prop_map(Step::Issue),
        6 => (any::<usize>(), 0..6_usize).prop_map(|(token, scope)| Step::Refresh(token, scope)),
        2 => any::<usize>().prop_map(Step::Revoke),
        1 => any::<usize>().prop_map(Step::Amend),
        3 => prop_oneof![Just(1), Just(9), Just(10), Just(3000), Just(86_400 * 3)].prop_map(Step::Wait),
        1 => any::<bool>().prop_map(Step::Person),
        1 => any::<bool>().prop_map(Step::Client),
        1 => Just(Step::Sweep),
    ]
}

/// What a client knows about a token.
struct Known {
    text: String,
    kind: TokenKind,
    family: u64,
    expires: Option<Timestamp>,
    /// An answer said that it has ended, or it was exchanged.
    ended: bool,
    /// What it was exchanged for.
    successor: Option<String>,
    /// How many other requests got an access token beside its successor.
    others: u8,
}

struct Run {
    fixture: Fixture,
    tokens: Vec<Known>,
    family_ended: BTreeMap<u64, bool>,
    person: bool,
    client: bool,
}

impl Run {
    async fn take(&mut self, step: &Step) {
        match step {
            Step::Issue(scope) => {
                if let Ok(answer) = self.fixture.by_password(SCOPES[*scope]).await {
                    self.learn(&answer);
                } else {
                    assert!(!self.person || !self.client, "issuing was refused");
                }
            }
            Step::Refresh(at, scope) => self.refresh(*at, SCOPES.get(*scope).copied()).await,
            Step::Revoke(at) => self.revoke(*at).await,
            Step::Amend(at) => self.amend(*at).await,
            Step::Wait(seconds) => drop(self.fixture.clock.advance(Duration::from_secs(*seconds))),
            Step::Person(enabled) => {
                let mut user =
                    self.fixture.jeton.administration.show_user(self.fixture.service, "alice").await.unwrap();
                user.enabled = *enabled;
                let new = NewUser { user, password: None };
                self.fixture.jeton.administration.put_user(&Caller::local(), new, true).await.unwrap();
                self.person = *enabled;
            }
            Step::Client(enabled) => {
                self.fixture.client("app", |c| c.enabled = *enabled).await;
                self.client = *enabled;
            }
            Step::Sweep => drop(self.fixture.jeton.ledger.sweep(100).await.unwrap()),
        }
    }

    fn learn(&mut self, answer: &jeton_core::grants::TokenAnswer) {
        let family = answer.issued.grant.map_or(0, jeton_core::ids::GrantId::get);
        for token in &answer.issued.tokens {
            let text = token.text.expose().to_owned();
            if self.tokens.iter().all(|known| known.text != text) {
                let (kind, expires) = (token.kind, token.expires);
                self.tokens.push(Known { text, kind, family, expires, ended: false, successor: None, others: 0 });
            }
        }
        self.family_ended.entry(family).or_default();
    }

    fn pick(&self, at: usize, kind: Option<TokenKind>) -> Option<usize> {
        let fits: Vec<usize> =
            (0..self.tokens.len()).filter(|i| kind.is_none_or(|kind| self.tokens[*i].kind == kind)).collect();
        fits.get(at % fits.len().max(1)).copied()
    }

    fn predicted(&self, token: &Known) -> bool {
        !token.ended
            && !self.family_ended[&token.family]
            && self.person
            && self.client
            && token.expires.is_none_or(|at| self.fixture.jeton.ledger.now() < at)
    }

    async fn refresh(&mut self, at: usize, scope: Option<&str>) {
        let Some(at) = self.pick(at, Some(TokenKind::Refresh)) else { return };
        let text = self.tokens[at].text.clone();
        let (alive, was_ended) = (self.predicted(&self.tokens[at]), self.tokens[at].ended);
        let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", text.as_str())];
        form.extend(scope.map(|words| ("scope", words)));
        let family = self.tokens[at].family;
        match self.fixture.ask(&form).await {
            Ok(answer) => {
                let known = self.tokens.len();
                self.learn(&answer);
                let learned = self.tokens.len() - known;
                let successor = answer.issued.first(TokenKind::Refresh).unwrap().text.expose().to_owned();
                let token = &mut self.tokens[at];
                if let Some(earlier) = &token.successor {
                    assert!(was_ended, "an answer was repeated for a token that was not used");
                    assert_eq!(earlier, &successor, "two successors of one token");
                    // The same request mints nothing; another one mints an access token, at most five of them.
                    token.others += u8::from(learned > 0);
                    assert!(learned <= 1 && token.others <= 5);
                } else {
                    assert!(alive && learned == 2, "a dead token was exchanged");
                }
                token.successor = Some(successor);
                token.ended = true;
            }
            Err(refused) => match refused.refusal.id() {
                "scope_not_allowed" => assert!(alive || self.tokens[at].successor.is_some()),
                "refresh_token_invalid" => {
                    assert!(!alive, "a live token was refused");
                    // Reuse after the grace period ends the family; the store shows whether it did.
                    let grant = self.fixture.store.grant(jeton_core::ids::GrantId::new(family)).await.unwrap();
                    let gone = grant.is_none_or(|g| g.state != jeton_core::model::GrantState::Active);
                    let ended = self.family_ended.get_mut(&family).unwrap();
                    assert!(gone || !*ended, "a revoked family is active again");
                    *ended |= gone;
                }
                "client_unknown" => assert!(!self.client),
                other => panic!("an unexpected refusal: {other}"),
            },
        }
    }

    async fn revoke(&mut self, at: usize) {
        let Some(at) = self.pick(at, None) else { return };
        let Some(row) = self.row(at).await else { return };
        self.fixture.jeton.ledger.revoke(&row, Ending::new(Reason::Client, Actor::System)).await.unwrap();
        self.tokens[at].ended = true;
        if self.tokens[at].kind == TokenKind::Refresh {
            self.family_ended.insert(self.tokens[at].family, true);
        }
    }

    async fn amend(&mut self, at: usize) {
        let Some(at) = self.pick(at, Some(TokenKind::Access)) else { return };
        let Some(row) = self.row(at).await else { return };
        let change = jeton_core::ledger::Amendment { scope: Some(Scope::empty()), ..Default::default() };
        let done = self.fixture.jeton.ledger.amend(&row, change, Actor::System).await;
        assert!(done.is_err() || !self.tokens[at].ended, "an ended token was amended");
    }

    async fn row(&self, at: usize) -> Option<std::sync::Arc<jeton_core::model::Token>> {
        let kinds = Vec::new();
        let filter = TokenFilter { kinds, ..TokenFilter::default() };
        let verifier = jeton_core::formats::verifier(&self.tokens[at].text);
        let rows = self.fixture.store.tokens(&filter, Page::first(10_000)).await.unwrap().items;
        rows.into_iter().find(|row| row.verifier == verifier).map(std::sync::Arc::new)
    }

    /// What must hold after every step.
    async fn check(&self) {
        for token in &self.tokens {
            assert_eq!(self.fixture.is_live(&token.text).await, self.predicted(token), "{:?}", token.kind);
        }
        let rows = self.fixture.store.tokens(&TokenFilter::default(), Page::first(10_000)).await.unwrap().items;
        let by_id: BTreeMap<_, _> = rows.iter().map(|row| (row.id, row)).collect();
        let client = self.fixture.record().await;
        let mut successors = BTreeMap::new();
        for row in &rows {
            assert!(row.scope.within(&client.scope));
            let grant = self.fixture.store.grant(row.grant.unwrap()).await.unwrap();
            if let Some(grant) = grant {
                assert!(row.scope.within(&grant.scope), "beyond its family");
                assert!(row.expires.is_some() && row.expires <= grant.expires, "outlives its family");
            }
            if let Some(parent) = row.parent.and_then(|id| by_id.get(&id)) {
                assert!(row.scope.within(&parent.scope), "beyond its parent");
                assert!(row.issued >= parent.issued);
                if row.kind == TokenKind::Refresh {
                    assert!(successors.insert(parent.id, row.id).is_none(), "two successors of one token");
                    assert!(
                        matches!(parent.state, TokenState::Rotated { to, .. } if to == row.id)
                            || matches!(parent.state, TokenState::Revoked { .. }),
                        "a successor of a token that is not rotated"
                    );
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_verbs_breaks_the_ledger(steps in proptest::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let fixture = Fixture::new().await;
            let mut run = Run { fixture, tokens: Vec::new(), family_ended: BTreeMap::new(), person: true, client: true };
            for step in &steps {
                run.take(step).await;
                run.check().await;
            }
        });
    }
}
