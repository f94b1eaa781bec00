//! AWS credentials with which a robot uploads its logs (`docs/contracts/vector.md` section 6): from a security token service, for
//! one folder and a short time.

mod answer;
mod policy;
mod settings;
mod signature;

use std::time::Duration;

use jeton_jose::Secret;

use crate::refusals::{ROBOT_STS_OFF, ROBOT_STS_UNAVAILABLE};
use crate::text::cut;
use crate::{Robots, StsCredentials};
use jeton_model::Refusal;
use jeton_model::outbound::{OutboundBody, OutboundRequest, UrlTrust};

pub use settings::{NotSts, StsOptions, StsSettings};

/// How long a robot waits at most: its other calls wait behind this one.
const BUDGET: Duration = Duration::from_secs(5);
/// The largest answer that is read, in bytes.
const LIMIT: usize = 64 * 1024;
/// The longest name of a session, in characters.
const LONGEST_NAME: usize = 32;

impl Robots {
    /// Credentials that may write below the account's own folder of logs, and nothing else.
    ///
    /// # Errors
    /// [`ROBOT_STS_OFF`] when none are configured; [`ROBOT_STS_UNAVAILABLE`] when the service does not give all that a robot reads.
    pub(crate) async fn upload_credentials(&self, user_id: &str) -> Result<StsCredentials, Refusal> {
        let settings = self.settings();
        let sts = settings.sts.as_ref().ok_or(ROBOT_STS_OFF)?;
        let body = asked(sts, user_id);
        let at = self.ledger.now();
        let request = OutboundRequest {
            url: sts.endpoint.to_string(),
            trust: UrlTrust::Operator,
            authorization: Some(signature::authorization(sts, &body, at).ok_or(ROBOT_STS_UNAVAILABLE)?),
            body: OutboundBody::Form(Secret::new(body)),
            accept: "application/xml",
            limit: LIMIT,
            budget: BUDGET,
        };
        let reply = self.outbound.send(request).await.map_err(|error| {
            tracing::warn!(%error, "the AWS security token service was not reached");
            ROBOT_STS_UNAVAILABLE
        })?;
        let text = String::from_utf8_lossy(&reply.body);
        if reply.status != 200 {
            let code = answer::error_code(&text).unwrap_or_default();
            tracing::warn!(status = reply.status, code, "the AWS security token service gave no credentials");
            return Err(ROBOT_STS_UNAVAILABLE);
        }
        answer::credentials(&text).ok_or_else(|| {
            tracing::warn!("the answer of the AWS security token service lacks a part of the credentials");
            ROBOT_STS_UNAVAILABLE
        })
    }
}

/// The form that is sent: with a role it is assumed, without one the keys of the configuration make a session with fewer rights.
fn asked(sts: &StsSettings, user_id: &str) -> String {
    let (action, name) = match &sts.role {
        Some(_) => ("AssumeRole", "RoleSessionName"),
        None => ("GetFederationToken", "Name"),
    };
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", action).append_pair("Version", "2011-06-15");
    if let Some(role) = &sts.role {
        form.append_pair("RoleArn", role);
    }
    form.append_pair(name, &session_name(user_id));
    form.append_pair("DurationSeconds", &sts.lifetime.as_secs().to_string());
    form.append_pair("Policy", &policy::upload(&sts.bucket, &sts.prefix, user_id));
    form.finish()
}

/// Who uploads, in the records of AWS: `uid=` and the account's id, in the characters that a name may have.
fn session_name(user_id: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_=,.@-".contains(c);
    let name: String = format!("uid={user_id}").chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
    cut(&name, LONGEST_NAME).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_named_after_the_account_in_plain_characters() {
        assert_eq!(session_name("ä b/c"), "uid=--b-c");
        assert_eq!(session_name(&"x".repeat(99)).len(), LONGEST_NAME);
    }
}
