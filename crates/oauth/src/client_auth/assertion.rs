//! Client assertions, RFC 7521 section 4.2 and RFC 7523: the common part of the two methods that use them.

use std::time::Duration;

use jeton_jose::{Secret, digest};

use super::{Attempt, Proof};
use crate::assertion::{Assertion, AssertionError, SKEW};
use crate::client_auth::refusals::{
    ASSERTION_AUDIENCE, ASSERTION_CLIENT_INVALID, ASSERTION_EXPIRED, ASSERTION_KIND, ASSERTION_LONG_LIVED,
    ASSERTION_NOT_YET, JWS_PAYLOAD_INVALID,
};
use jeton_ledger::ledger::single_use;
use jeton_model::Refusal;
use jeton_model::records::SingleUseKey;
use jeton_model::refusals::{PARAMETER_INVALID, PARAMETER_MISSING};

/// `client_assertion_type` of RFC 7523 section 2.2.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The only `typ` of a client assertion that names a kind of JWT (draft-ietf-oauth-rfc7523bis section 4).
const ASSERTION_TYP: &str = "client-authentication+jwt";

/// How far ahead `exp` may lie. Each assertion is remembered until then, so that it works once.
pub(super) const LONGEST: Duration = Duration::from_secs(86_400);

/// The same for clients of open registration: entries that anybody can create are removed sooner.
const LONGEST_OF_REGISTERED: Duration = Duration::from_secs(3_600);

/// `client_assertion` and its type, parsed.
#[derive(Debug)]
pub struct ClientAssertion {
    kind: String,
    form: Form,
}

#[derive(Debug)]
pub(super) enum Form {
    /// A compact JWS.
    Signed(Box<Assertion>),
    /// Five parts: a compact JWE, to be decrypted with the client's secret.
    Encrypted(Secret),
    /// Three parts that do not read as a JWS.
    Broken(AssertionError),
    /// Anything else.
    Shapeless,
}

impl ClientAssertion {
    /// Reads both parameters; nothing is verified.
    #[must_use]
    pub fn read(assertion_type: &str, text: Secret) -> Self {
        let form = match text.expose().bytes().filter(|b| *b == b'.').count() {
            2 => match Assertion::parse(text) {
                Ok(assertion) => Form::Signed(Box::new(assertion)),
                Err(error) => Form::Broken(error),
            },
            4 => Form::Encrypted(text),
            _ => Form::Shapeless,
        };
        Self { kind: assertion_type.to_owned(), form }
    }

    /// `iss` of a signed one: the client that it names.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        match &self.form {
            Form::Signed(assertion) if self.kind == ASSERTION_TYPE => {
                assertion.claims().iss().ok().flatten().filter(|iss| !iss.is_empty())
            }
            _ => None,
        }
    }

    pub(super) fn form(&self) -> &Form {
        &self.form
    }

    /// Checks the assertion type; only one is supported.
    pub(super) fn check_kind(&self) -> Result<(), Refusal> {
        match self.kind.as_str() {
            ASSERTION_TYPE => Ok(()),
            "" => Err(PARAMETER_MISSING.with("client_assertion_type")),
            _ => Err(PARAMETER_INVALID.with("client_assertion_type")),
        }
    }
}

impl Attempt<'_> {
    /// The algorithm registered for the client's assertions; none: any that the method accepts.
    pub(super) fn registered_alg(&self) -> Option<&str> {
        self.client.metadata.token_endpoint_auth_signing_alg.as_deref()
    }

    /// Checks the type and the claims of an assertion whose signature is valid, in this order: `assertion_kind`,
    /// `assertion_client_invalid`, `assertion_audience`, `assertion_expired`, then Jeton's own refusals. An assertion works once.
    pub(super) fn check_claims(&self, assertion: &Assertion) -> Result<Proof, Refusal> {
        assertion.check_not_another_kind(ASSERTION_TYP).map_err(|_| ASSERTION_KIND)?;
        let claims = assertion.claims();
        let id = self.client.client_id.as_str();
        let names = |claim: Result<Option<&str>, _>| claim.is_ok_and(|name| name == Some(id));
        let body = self.presented.client_id.as_deref();
        if !names(claims.iss()) || !names(claims.sub()) || body.is_some_and(|body| body != id) {
            return Err(ASSERTION_CLIENT_INVALID);
        }
        self.check_audience(assertion)?;
        let longest = if self.client.registered_from.is_some() { LONGEST_OF_REGISTERED } else { LONGEST };
        let end = assertion.check_times(self.oauth.ledger.now(), longest).map_err(|error| match error {
            AssertionError::NotYet => ASSERTION_NOT_YET,
            AssertionError::LongLived => ASSERTION_LONG_LIVED,
            _ => ASSERTION_EXPIRED,
        })?;
        let jti = claims.jti().map_err(|_| JWS_PAYLOAD_INVALID)?;
        let (name, formerly) = self.names(jti, assertion);
        // An expired assertion need not be remembered; the extra time allows for clocks that are set back.
        let entry = single_use::assertion(self.service.id, name, self.oauth.ledger.now(), end + SKEW);
        Ok(Proof::SingleUse { entry: Box::new(entry), formerly })
    }

    fn check_audience(&self, assertion: &Assertion) -> Result<(), Refusal> {
        let issuer: &str = &self.service.issuer;
        let met = if self.client.metadata.strict_assertion_aud == Some(true) {
            assertion.is_only_for(issuer)
        } else {
            let internal = self.presented.origin.internal_url.as_deref();
            assertion.is_for_service(self.service, self.presented.endpoint, internal)
        };
        met.map_err(|_| ASSERTION_AUDIENCE)
    }

    /// The single-use key: its `jti`, or, since RFC 7523 lets it be absent, the signed part. Earlier versions used the whole
    /// text instead of the signed part: that key must be unused, too.
    fn names(&self, jti: Option<&str>, assertion: &Assertion) -> (SingleUseKey, Option<SingleUseKey>) {
        let name = |kind: u8, text: &str| {
            let (service, client) = (self.service.id.get().to_be_bytes(), self.client.key.get().to_be_bytes());
            single_use::name(&[&service, &client, &[kind], &digest::sha256(text.as_bytes())])
        };
        match jti {
            Some(jti) if !jti.is_empty() => (name(1, jti), None),
            _ => (name(2, assertion.signed()), Some(name(0, assertion.text().expose()))),
        }
    }
}
