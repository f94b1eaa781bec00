//! `GET /service/jwks/get`: the JWK Set of a service, as it is. Private members are never shown.

use axum::response::Response;
use jeton_core::backend::access::Right;

use crate::answer::{Answer, Code, Operation};
use crate::call::Call;

const JWKS: Operation = Operation::answering("/service/jwks/get", Some(Right::UseService), "Done.", Code::UNSUITABLE);

/// The public keys.
pub(super) async fn jwks(call: Call) -> Response {
    call.answer(&JWKS, async |cx| {
        let ledger = &cx.backend.ledger;
        let keys = ledger.keys_to_publish(cx.service()?).await?.published(ledger.now());
        Ok(Answer::raw(&serde_json::to_value(&keys)?, cx.query.flag("pretty")?))
    })
    .await
}
