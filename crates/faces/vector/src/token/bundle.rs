//! What a call issued, as a message.

use jeton_core::Secret;
use jeton_core::robots::Bundle;

use crate::proto::token::{StsToken, TokenBundle};

/// Always present: a robot ends its process on an answer without it.
#[expect(clippy::unnecessary_wraps, reason = "members that are messages are optional in proto3")]
pub(super) fn written(issued: Bundle) -> Option<TokenBundle> {
    Some(TokenBundle {
        token: text(issued.token),
        client_token: text(issued.client_token),
        sts_token: issued.sts.map(|sts| StsToken {
            access_key_id: sts.access_key_id,
            secret_access_key: sts.secret_access_key.expose().to_owned(),
            session_token: sts.session_token.expose().to_owned(),
            expiration: sts.expiration,
        }),
    })
}

fn text(secret: Option<Secret>) -> String {
    secret.map(|secret| secret.expose().to_owned()).unwrap_or_default()
}
