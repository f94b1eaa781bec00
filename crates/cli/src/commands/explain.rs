//! `jeton explain`: what a code means and what to do.

use jeton_core::refusals;
use serde_json::json;

use crate::args::Explain;
use crate::exit::{Done, Failure};
use crate::output;
use crate::remote::Remote;

/// Error codes of the standards: their meaning, and what to do.
const CODES: &[(&str, &str, &str)] = &[
    (
        "invalid_request",
        "A parameter is missing, repeated or malformed.",
        "Read error_description; it names the parameter.",
    ),
    (
        "invalid_client",
        "The client could not be authenticated.",
        "Check client_id, secret and token_endpoint_auth_method: `jeton client show`.",
    ),
    (
        "invalid_grant",
        "The code, refresh token or password is wrong, used, expired or another client's.",
        "Start again from the authorization request, or check the credentials.",
    ),
    (
        "unauthorized_client",
        "The client may not use this grant or response type.",
        "Add it with `jeton client update --grant-types` or `--response-types`.",
    ),
    ("unsupported_grant_type", "The server knows no such grant_type.", "Use one that the discovery document lists."),
    (
        "unsupported_response_type",
        "The server knows no such response_type.",
        "Use one that the discovery document lists.",
    ),
    (
        "invalid_scope",
        "A scope is malformed or more than the client may have.",
        "Ask for less, or widen the client's scope.",
    ),
    ("access_denied", "The person or the server refused the request.", "Ask again only when something has changed."),
    (
        "server_error",
        "The server failed.",
        "Look up the Jeton-Refusal header of the answer with `jeton explain rf_…`, and the server's log.",
    ),
    (
        "temporarily_unavailable",
        "The server is busy, or the service is switched off.",
        "Try again shortly; see `jeton service show`.",
    ),
    (
        "invalid_token",
        "The bearer token is unknown, expired or revoked.",
        "Get a new one; `jeton token inspect` says why.",
    ),
    (
        "insufficient_scope",
        "The bearer token lacks a scope.",
        "Get one with the scope that the WWW-Authenticate header names.",
    ),
    (
        "login_required",
        "The person must sign in, but the request forbids pages.",
        "Send the person to sign in: leave out prompt=none.",
    ),
    ("consent_required", "The person must consent, but the request forbids pages.", "Leave out prompt=none."),
    ("interaction_required", "The person must be asked, but the request forbids pages.", "Leave out prompt=none."),
    ("request_not_supported", "Request objects are not supported.", "Send the parameters themselves."),
    ("request_uri_not_supported", "Request URIs are not supported.", "Send the parameters themselves."),
    ("unsupported_token_type", "Tokens of this kind cannot be revoked here.", "Leave out token_type_hint."),
];

/// The similarity that a code needs to be suggested, 0 to 1.
const ALIKE: f64 = 0.7;

pub(super) fn run(args: &Explain) -> Done {
    let code = args.code.trim();
    if code.starts_with("rf_") {
        let recorded = Remote::find(&args.target)?.get(&["refusals", code], &[])?;
        if args.target.json {
            return output::json(&recorded);
        }
        output::show(&recorded);
        return Ok(());
    }
    let standard = CODES.iter().find(|(known, ..)| *known == code);
    let kind = refusals::find(code);
    let advice = kind.map(|kind| kind.advice);
    if standard.is_none() && advice.is_none() {
        return Err(unknown(code));
    }
    let document = json!({
        "code": code,
        "refusal": advice.is_some(),
        "meaning": standard.map(|(_, meaning, _)| *meaning).or(kind.map(|kind| kind.text)),
        "advice": advice.or(standard.map(|(_, _, advice)| *advice)),
    });
    if args.target.json {
        return output::json(&document);
    }
    if let Some((_, meaning, advice)) = standard {
        output::line(format_args!("{code} (error code of the standards): {meaning}\n{advice}"));
    }
    if let Some(advice) = advice {
        output::line(format_args!("{code} (refusal): {advice}"));
    }
    Ok(())
}

fn unknown(code: &str) -> Failure {
    let known = CODES.iter().map(|(known, ..)| *known).chain(refusals::kinds().map(|kind| kind.id));
    let alike = known.map(|known| (strsim::jaro_winkler(code, known), known)).max_by(|a, b| a.0.total_cmp(&b.0));
    match alike {
        Some((how, known)) if how > ALIKE => {
            Failure::failed(format_args!("no code `{code}` is known: did you mean `{known}`?"))
        }
        _ => Failure::failed(format_args!(
            "no code `{code}` is known: name an OAuth error code, a refusal's id or an rf_… reference"
        )),
    }
}
