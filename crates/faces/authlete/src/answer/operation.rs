//! What all answers of an operation have in common, and its refusals.
//!
//! Two layers: a call that fails as a whole (credential, syntax, unknown service, a fault of ours) gets an HTTP error; in a call
//! that was carried out, a fault of the client application or of the named record is an `action` under HTTP 200, since every SDK
//! throws on an HTTP error (`docs/contracts/authlete.md` section 1.5).

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use jeton_core::Ledger;
use jeton_core::backend::access::{Right, why};
use jeton_core::refusal::{Class, Refusal};
use jeton_core::refusals::{
    API_CREDENTIAL_ENDED, API_CREDENTIAL_FOREIGN, API_CREDENTIAL_MALFORMED, API_CREDENTIAL_MISSING,
    API_CREDENTIAL_UNBOUND, API_CREDENTIAL_UNKNOWN, API_CREDENTIAL_UNPROVEN, API_ORGANIZATION_NEEDED,
    API_PROOF_INVALID, API_PROOF_MISSING, API_RIGHT_MISSING, API_SERVICE_CONFIGURED, API_SERVICE_DISABLED,
    API_SERVICE_UNKNOWN, CALL_UNREADABLE, CLIENT_ALIAS_DISABLED, REQUEST_TOO_LARGE, SECRETS_SLOWED,
};
use serde_json::{Map, Value};

use super::{Code, actions, json_answer, result_body};

/// An operation of the contract.
pub(crate) struct Operation {
    /// Its path without the service, for the record and the log.
    pub(crate) path: &'static str,
    /// The right that it needs; none: any credential.
    pub(crate) right: Option<Right>,
    /// Whether its body is a list of objects.
    pub(crate) takes_list: bool,
    /// The message of an answer that was carried out.
    pub(crate) done: &'static str,
    /// The form of its refusals.
    pub(crate) form: Form,
    /// The refusals that have a code and an outcome of their own.
    pub(crate) refusals: &'static [(Refusal, Code, Outcome)],
    /// The code of any other fault of the caller.
    pub(crate) otherwise: Code,
    /// The code of a refusal that depends on its words.
    pub(crate) finer: fn(&Refusal) -> Option<Code>,
    /// The action of any other fault of the caller.
    pub(crate) fault: &'static str,
}

/// The form of an operation's refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// HTTP 200 with an `action`.
    Action,
    /// An HTTP error with a result.
    Status,
}

/// How a refusal is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// HTTP 200 with this action.
    Action(&'static str),
    /// An HTTP error.
    Status(StatusCode),
}

/// The refusals of a call that fails as a whole, whatever the operation.
const WHOLE: &[(Refusal, Code, StatusCode)] = &[
    (API_CREDENTIAL_MISSING, Code("A001202"), StatusCode::UNAUTHORIZED),
    (API_CREDENTIAL_MALFORMED, Code("A001203"), StatusCode::BAD_REQUEST),
    (API_CREDENTIAL_UNKNOWN, Code("A003201"), StatusCode::UNAUTHORIZED),
    (API_CREDENTIAL_ENDED, Code("A003202"), StatusCode::FORBIDDEN),
    (API_CREDENTIAL_FOREIGN, Code("A003204"), StatusCode::FORBIDDEN),
    (API_CREDENTIAL_UNPROVEN, Code("A001302"), StatusCode::FORBIDDEN),
    (API_CREDENTIAL_UNBOUND, Code("A001302"), StatusCode::FORBIDDEN),
    (API_PROOF_MISSING, Code("A001301"), StatusCode::FORBIDDEN),
    (API_PROOF_INVALID, Code("A001303"), StatusCode::FORBIDDEN),
    (API_RIGHT_MISSING, Code("A001217"), StatusCode::FORBIDDEN),
    (API_SERVICE_UNKNOWN, Code("A003201"), StatusCode::NOT_FOUND),
    (API_SERVICE_DISABLED, Code("A003203"), StatusCode::FORBIDDEN),
    (API_ORGANIZATION_NEEDED, Code("A001217"), StatusCode::FORBIDDEN),
    (API_SERVICE_CONFIGURED, Code("A001217"), StatusCode::FORBIDDEN),
    (CLIENT_ALIAS_DISABLED, Code("A001222"), StatusCode::BAD_REQUEST),
    (CALL_UNREADABLE, Code::UNREADABLE, StatusCode::BAD_REQUEST),
    (SECRETS_SLOWED, Code::TOO_MANY, StatusCode::TOO_MANY_REQUESTS),
    (REQUEST_TOO_LARGE, Code::TOO_LARGE, StatusCode::PAYLOAD_TOO_LARGE),
];

/// The code of a proof that is not valid for a reason that has its own.
fn of_proof(refusal: &Refusal) -> Option<Code> {
    Some(match refusal.word() {
        _ if !refusal.is(&API_PROOF_INVALID) => return None,
        why::ALGORITHM => Code("A001304"),
        why::NO_KEY => Code("A001305"),
        why::NO_ALGORITHM => Code("A001306"),
        _ => return None,
    })
}

const FAULT: Code = Code("A001101");

/// The ways to authenticate, with a 401 (RFC 9110 section 15.5.2); no error when there was no credential (RFC 6750 section 3.1).
fn challenge(response: &mut Response, refusal: &Refusal) {
    let bearer = match refusal.is(&API_CREDENTIAL_MISSING) {
        true => "Bearer realm=\"jeton\"",
        false => "Bearer realm=\"jeton\", error=\"invalid_token\"",
    };
    for value in [bearer, "Basic realm=\"jeton\""] {
        response.headers_mut().append(header::WWW_AUTHENTICATE, HeaderValue::from_static(value));
    }
}

impl Operation {
    /// An operation whose refusals are an `action`. `right`: what it needs; `done`: the message when it was carried out;
    /// `otherwise`: the code of any fault of the caller that the table does not list.
    pub(crate) const fn acting(path: &'static str, right: Right, done: &'static str, otherwise: Code) -> Self {
        Self { form: Form::Action, ..Self::answering(path, Some(right), done, otherwise) }
    }

    /// An operation whose refusals are HTTP errors.
    pub(crate) const fn answering(
        path: &'static str,
        right: Option<Right>,
        done: &'static str,
        otherwise: Code,
    ) -> Self {
        Self {
            path,
            right,
            takes_list: false,
            done,
            form: Form::Status,
            refusals: &[],
            otherwise,
            finer: |_| None,
            fault: "BAD_REQUEST",
        }
    }

    /// With a body that is a list of objects.
    pub(crate) const fn of_list(self) -> Self {
        Self { takes_list: true, ..self }
    }

    /// With refusals that have a code and an outcome of their own.
    pub(crate) const fn refusing(self, refusals: &'static [(Refusal, Code, Outcome)]) -> Self {
        Self { refusals, ..self }
    }

    /// With another action for the faults that the table does not list.
    pub(crate) const fn faulting(self, fault: &'static str) -> Self {
        Self { fault, ..self }
    }

    /// With a function for codes that depend on the words of a refusal.
    pub(crate) const fn finer(self, finer: fn(&Refusal) -> Option<Code>) -> Self {
        Self { finer, ..self }
    }

    /// Answers a refusal, and records it.
    pub(crate) fn refuse(&self, ledger: &Ledger, refusal: &Refusal) -> Response {
        jeton_wire::refused(ledger, refusal, (self.path, None), |_| self.form_of(refusal))
    }

    fn form_of(&self, refusal: &Refusal) -> Response {
        let message = refusal.message();
        let (code, outcome) = self.outcome(refusal);
        debug_assert!(self.is_answered_with(&outcome), "{}: {outcome:?}", self.path);
        match outcome {
            Outcome::Status(status) => {
                let mut response = json_answer(status, &result_body(code, &message));
                if status == StatusCode::UNAUTHORIZED {
                    challenge(&mut response, refusal);
                }
                response
            }
            Outcome::Action(action) => {
                let mut members = Map::new();
                code.put(&mut members, &message);
                members.insert("action".to_owned(), action.into());
                json_answer(StatusCode::OK, &Value::Object(members))
            }
        }
    }

    /// The code of a refusal.
    pub(crate) fn code(&self, refusal: &Refusal) -> Code {
        self.outcome(refusal).0
    }

    fn is_answered_with(&self, outcome: &Outcome) -> bool {
        match outcome {
            Outcome::Action(action) => actions::knows(self.path, action),
            Outcome::Status(_) => true,
        }
    }

    fn outcome(&self, refusal: &Refusal) -> (Code, Outcome) {
        if let Some((_, code, status)) = WHOLE.iter().find(|(kind, ..)| refusal.is(kind)) {
            return (of_proof(refusal).unwrap_or(*code), Outcome::Status(*status));
        }
        if let Some((_, code, outcome)) = self.refusals.iter().find(|(kind, ..)| refusal.is(kind)) {
            return (*code, *outcome);
        }
        let otherwise = (self.finer)(refusal).unwrap_or(self.otherwise);
        let (action, status) = match refusal.class() {
            Class::Fault => return (FAULT, Outcome::Status(StatusCode::INTERNAL_SERVER_ERROR)),
            Class::Unavailable => return (FAULT, Outcome::Status(StatusCode::SERVICE_UNAVAILABLE)),
            Class::Throttled => return (otherwise, Outcome::Status(StatusCode::TOO_MANY_REQUESTS)),
            Class::Missing => (self.fault, StatusCode::NOT_FOUND),
            Class::Forbidden => ("FORBIDDEN", StatusCode::FORBIDDEN),
            _ => (self.fault, StatusCode::BAD_REQUEST),
        };
        match self.form {
            Form::Action if actions::knows(self.path, action) => (otherwise, Outcome::Action(action)),
            Form::Action => (otherwise, Outcome::Action(self.fault)),
            Form::Status => (otherwise, Outcome::Status(status)),
        }
    }
}
