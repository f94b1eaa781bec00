//! All that it takes to serve a new grant: this file, and one line in a list. `docs/adding-a-grant.md` explains it.

use futures::future::BoxFuture;
use jeton_core::client_auth::Refused;
use jeton_core::grants::{Decision, GrantContext, GrantRequest, GrantType, OpenTo, Params, TokenAnswer};
use jeton_core::ledger::{MintPrecondition, Plan, TokenPlan};
use jeton_core::model::{Client, DeclaredSingleUse, SingleUse, SingleUseKey, SingleUseKind, TokenKind};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{
    CLIENT_UNKNOWN, CODE_EXPIRED, CODE_INVALID, GRANT_NOT_ALLOWED, GRANT_TYPE_UNKNOWN, PARAMETER_MISSING,
    SECRET_BASIC_INVALID,
};
use jeton_core::scope::Scope;
use jeton_core::store::{Lost, Write};
use jeton_core::{Additions, Timestamp};
use jeton_jose::digest;

use crate::fixture::{Fixture, text_of};

/// `urn:example:voucher`: the holder of a voucher that was issued gets one access token for it.
struct Voucher;

const NAME: &str = "urn:example:voucher";

impl GrantType for Voucher {
    fn grant_type(&self) -> &'static str {
        NAME
    }

    fn parameters(&self) -> &'static [&'static str] {
        &["voucher"]
    }

    fn parse(&self, params: &Params<'_>, _: Option<&Client>) -> Result<Box<dyn GrantRequest>, Refusal> {
        Ok(Box::new(Request { key: key(params.required("voucher")?) }))
    }
}

struct Request {
    key: SingleUseKey,
}

impl GrantRequest for Request {
    fn decide<'a>(self: Box<Self>, cx: GrantContext<'a>) -> BoxFuture<'a, Result<Decision, Refusal>> {
        Box::pin(async move {
            let entry = cx.oauth.ledger.store().single_use(KIND, self.key).await?;
            let entry = entry.filter(|entry| entry.service == cx.service.id).ok_or(CODE_INVALID)?;
            let allowed: Scope = serde_json::from_slice(&entry.payload)?;
            let token = TokenPlan::access(cx.service, cx.client, allowed.intersect(&cx.client.scope));
            let precondition = Some(MintPrecondition::SingleUse { kind: KIND, key: self.key });
            Ok(Decision::Exchange(
                Box::new(Plan { precondition, tokens: vec![token], ..cx.plan() }),
                Box::new(|_, lost| Box::pin(async move { Err(too_late(&lost)) })),
            ))
        })
    }
}

/// The refusal for a request that came too late.
fn too_late(lost: &Lost) -> Refusal {
    match lost {
        Lost::Expired => CODE_EXPIRED,
        _ => CODE_INVALID,
    }
}

/// The single-use kind of vouchers.
const KIND: SingleUseKind = DeclaredSingleUse::new(DeclaredSingleUse::OUTSIDE + 101, "access_voucher").kind;

fn key(voucher: &str) -> SingleUseKey {
    SingleUseKey(digest::sha256(format!("voucher {voucher}").as_bytes()))
}

async fn hand_out(fixture: &Fixture, voucher: &str, scope: &str, expires: Timestamp) {
    let payload = serde_json::to_vec(&Scope::parse(scope).unwrap()).unwrap();
    let entry = SingleUse {
        kind: KIND,
        key: key(voucher),
        service: fixture.service,
        grant: None,
        expires,
        used: None,
        payload,
    };
    fixture.jeton.ledger.applied(vec![Write::SingleUse(Box::new(entry))]).await.unwrap();
}

/// A house that serves it, with the client `app` registered for it.
async fn fixture() -> Fixture {
    let fixture = Fixture::with_more(Additions { grants: vec![&Voucher], ..Additions::default() }).await;
    fixture.client("app", |client| client.grant_types.push(NAME.to_owned())).await;
    fixture
}

async fn redeem(fixture: &Fixture, voucher: &str) -> Result<TokenAnswer, Refused> {
    fixture.ask(&[("grant_type", NAME), ("voucher", voucher)]).await
}

#[tokio::test]
async fn a_grant_is_one_file_and_one_line() {
    let fixture = fixture().await;
    let later = fixture.jeton.ledger.now() + std::time::Duration::from_secs(60);
    assert!(fixture.jeton.oauth.grant_names().any(|name| name == NAME), "discovery lists what the wiring was given");
    assert!(fixture.jeton.administration.capabilities.grant_types.contains(&NAME), "and clients may list it");
    assert_eq!(
        Voucher.open_to(),
        OpenTo::Administrators,
        "nobody registers a client for what does not say that they may"
    );

    hand_out(&fixture, "v1", "read unheard-of", later).await;
    let answer = redeem(&fixture, "v1").await.unwrap();
    let text = text_of(&answer, TokenKind::Access);
    assert_eq!(answer.issued.tokens[0].scope.as_str(), "read", "no more than the client has");
    assert!(fixture.is_live(&text).await);
    let again = redeem(&fixture, "v1").await.unwrap_err().refusal;
    assert!(again.is(&CODE_INVALID), "a voucher works once: {again:?}");
    assert!(fixture.is_live(&text).await);
}

#[tokio::test]
async fn what_every_grant_stands_on_a_new_one_stands_on_too() {
    let fixture = fixture().await;
    let later = fixture.jeton.ledger.now() + std::time::Duration::from_secs(60);
    hand_out(&fixture, "v1", "read", later).await;
    let rows = fixture.rows().await;
    let refused = |answer: Result<TokenAnswer, Refused>| answer.unwrap_err().refusal;

    let missing = refused(fixture.ask(&[("grant_type", NAME)]).await);
    assert!(missing.is(&PARAMETER_MISSING) && missing.word() == "voucher", "{missing:?}");
    let wrong = refused(fixture.ask_with("wrong", &[("grant_type", NAME), ("voucher", "v1")]).await);
    assert!(wrong.is(&SECRET_BASIC_INVALID), "{wrong:?}");
    fixture.client("app", |client| client.enabled = false).await;
    let disabled = refused(redeem(&fixture, "v1").await);
    assert!(disabled.is(&CLIENT_UNKNOWN), "{disabled:?}");
    fixture.client("app", |_| ()).await;
    let unlisted = refused(redeem(&fixture, "v1").await);
    assert!(unlisted.is(&GRANT_NOT_ALLOWED), "{unlisted:?}");
    assert_eq!(fixture.rows().await, rows, "nothing was minted");

    fixture.client("app", |client| client.grant_types.push(NAME.to_owned())).await;
    redeem(&fixture, "v1").await.unwrap();
    let plain = Fixture::new().await;
    let unknown = refused(redeem(&plain, "v1").await);
    assert!(unknown.is(&GRANT_TYPE_UNKNOWN), "what the wiring was not given is not served: {unknown:?}");
}
