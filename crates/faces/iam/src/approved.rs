//! A person's consents (`docs/contracts/indigo-iam.md` section 6).

use jeton_core::administration::Requirement;
use jeton_core::ids::DocumentId;
use jeton_core::refusals::PARAMETER_INVALID;
use jeton_core::tokens::Approval;
use jeton_wire::Path;
use serde_json::{Value, json};

use crate::date;
use crate::wire::{HandlerResult, IamRequest, done, ok};

/// The person's consents. Jeton does not store when each was first given and last used: `creationDate` and `accessDate` are when
/// it was last given.
pub(crate) async fn list(call: IamRequest) -> HandlerResult {
    let caller = call.authorization.admit(Requirement::IAM_OWN).await?;
    let user = &caller.owner()?.username;
    let approvals = call.oauth.administration.tokens.approvals(&caller, call.service.id).await?;
    ok(approvals.iter().map(|approval| view(approval, user)).collect::<Vec<_>>())
}

/// Withdraws a consent; the client's tokens in the person's name end.
pub(crate) async fn withdraw(call: IamRequest, Path(id): Path<String>) -> HandlerResult {
    let caller = call.authorization.admit(Requirement::IAM_OWN).await?;
    let id = id.parse().map_err(|_| PARAMETER_INVALID.with("id"))?;
    call.oauth.administration.tokens.withdraw_approval(&caller, call.service.id, DocumentId::new(id)).await?;
    done()
}

fn view(approval: &Approval, user: &str) -> Value {
    json!({
        "id": approval.id.get(),
        "userId": user,
        "clientId": approval.client.as_ref().map(|client| client.client_id.as_str()),
        "allowedScopes": approval.scope.words().collect::<Vec<_>>(),
        "creationDate": date::text(approval.updated),
        "accessDate": date::text(approval.updated),
        "timeoutDate": null,
    })
}
