//! `AssociatePrimaryUser`: the session's person becomes the owner of the robot.

use super::ClientName;
use super::association::Standing;
use crate::minted::{Kin, Wanted};
use crate::refusals::ROBOT_SESSION;
use crate::robot::{Ends, KnownJwts};
use crate::settings::AppScope;
use crate::{Bundle, Presented, Robots};
use jeton_ledger::ledger::{Attempts, Ending};
use jeton_model::Refusal;
use jeton_model::records::{Actor, Reason};

use super::session::AccountSession;
use crate::identity::Proof;

/// The largest session certificate that is kept, in bytes: ten times a real one.
const LARGEST: usize = 16 * 1024;

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Association {
    /// PEM of the certificate that the robot serves apps with: kept and served whatever it is.
    pub session_certificate: Vec<u8>,
    /// The app that is set up.
    pub client: ClientName,
    /// Whether to issue no client token.
    pub skip_client_token: bool,
    /// Whether the owner's earlier client tokens for this robot end.
    pub revoke_client_tokens: bool,
    /// The wanted lifetime of the JWT; 0: the default.
    pub expiration_minutes: u32,
}

impl Robots {
    /// Makes the session's person the owner of the robot, whoever owned it before, and ends all JWTs that it had. The tokens of
    /// the owner's apps stay if the owner stays.
    ///
    /// # Errors
    /// Those of app key, certificate and session; `REQUEST_PACE` and `ROBOT_TOO_MANY` for the account; or when the store fails.
    pub async fn associate_primary(&self, presented: &Presented<'_>, asked: Association) -> Result<Bundle, Refusal> {
        self.app(presented, &[AppScope::User])?;
        let proof = self.proof(presented)?;
        let session = self.session(presented.session.unwrap_or_default()).await?.ok_or(ROBOT_SESSION)?;
        self.associates(&session, presented.address)?;
        let mut attempts = Attempts::default();
        loop {
            let done = self.associate_once(&proof, &session, &asked).await;
            if let Some(done) = attempts.unless_changed(done) {
                return done;
            }
        }
    }

    async fn associate_once(
        &self,
        proof: &Proof,
        session: &AccountSession,
        asked: &Association,
    ) -> Result<Bundle, Refusal> {
        let mut robot = self.known_or_new(&proof.name).await?;
        proof.check(&robot.device)?;
        let owner = std::sync::Arc::clone(&session.user);
        let family = match self.standing(&robot).await? {
            Standing::Stands(user, family) if user.key == owner.key => Some(family),
            _ => None,
        };
        let ends = match family {
            Some(_) => {
                let mut tokens: Vec<_> = robot.state.jwts.tokens().collect();
                if asked.revoke_client_tokens {
                    tokens.append(&mut robot.state.apps);
                }
                Ends::tokens(tokens)
            }
            None => robot.disown(),
        };
        robot.state.jwts = KnownJwts::default();
        robot.state.adoption = None;
        proof.pin(&mut robot.device);
        match asked.session_certificate.len() {
            0 => {}
            1..=LARGEST => robot.device.session_certificate = Some(asked.session_certificate.clone()),
            bytes => tracing::warn!(robot = %proof.name, bytes, "a session certificate is too large and is not kept"),
        }
        let wanted = Wanted {
            jwt: Some(self.settings().jwt_lifetime_of(asked.expiration_minutes)),
            spare: false,
            client: (!asked.skip_client_token).then_some(&asked.client),
        };
        let ending = Ending::new(Reason::Superseded, Actor::User(owner.key)).noting("associated with this owner");
        self.mint(robot, Kin { owner, family }, wanted, (ends, ending)).await
    }
}
