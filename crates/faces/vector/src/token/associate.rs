//! The three calls that bring robots, owners and apps together. `generate_sts_token` is ignored: no robot sets it.

use jeton_core::Refusal;
use jeton_core::robots::Robots;
use jeton_core::robots::calls::{Association, ClientName, Reassociation, SecondaryClient};
use tonic::Request;

use super::bundle;
use crate::call::Call;
use crate::proto::token::{
    AssociatePrimaryUserRequest, AssociatePrimaryUserResponse, AssociateSecondaryClientRequest,
    AssociateSecondaryClientResponse, ReassociatePrimaryUserRequest, ReassociatePrimaryUserResponse,
};

/// The session's account becomes the owner.
pub(super) async fn primary(
    robots: &Robots,
    request: Request<AssociatePrimaryUserRequest>,
) -> Result<AssociatePrimaryUserResponse, Refusal> {
    let (call, asked) = Call::of(request);
    let asked = Association {
        session_certificate: asked.session_certificate,
        client: ClientName { client_name: asked.client_name, app_id: asked.app_id },
        skip_client_token: asked.skip_client_token,
        revoke_client_tokens: asked.revoke_client_tokens,
        expiration_minutes: asked.expiration_minutes,
    };
    let issued = robots.associate_primary(&call.presented(), asked).await?;
    Ok(AssociatePrimaryUserResponse { data: bundle::written(issued) })
}

/// The owner's robot has lost its JWT.
pub(super) async fn again(
    robots: &Robots,
    request: Request<ReassociatePrimaryUserRequest>,
) -> Result<ReassociatePrimaryUserResponse, Refusal> {
    let (call, asked) = Call::of(request);
    let asked = Reassociation {
        client: ClientName { client_name: asked.client_name, app_id: asked.app_id },
        skip_client_token: asked.skip_client_token,
        expiration_minutes: asked.expiration_minutes,
    };
    let issued = robots.reassociate_primary(&call.presented(), asked).await?;
    Ok(ReassociatePrimaryUserResponse { data: bundle::written(issued) })
}

/// One more app of the owner.
pub(super) async fn secondary(
    robots: &Robots,
    request: Request<AssociateSecondaryClientRequest>,
) -> Result<AssociateSecondaryClientResponse, Refusal> {
    let (call, asked) = Call::of(request);
    let asked = SecondaryClient {
        user_session: asked.user_session,
        client: ClientName { client_name: asked.client_name, app_id: asked.app_id },
    };
    let issued = robots.associate_secondary(&call.presented(), asked).await?;
    Ok(AssociateSecondaryClientResponse { data: bundle::written(issued) })
}
