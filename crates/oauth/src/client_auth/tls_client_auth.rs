//! `tls_client_auth`, RFC 8705 section 2.1: a certificate signed by a trusted authority, with the registered name.
//!
//! A SimpleIdServer client (mode `classic`) may register a thumbprint and a name instead: then both must match the
//! certificate, whoever signed it.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use futures::future::BoxFuture;
use jeton_jose::digest::constant_time_eq;

use super::{Attempt, Method, Proof};
use crate::client_auth::refusals::TLS_INVALID;
use jeton_administration::certificate::{AlternativeName, Certificate, DistinguishedName, thumbprint};
use jeton_ledger::request_source::ClientCertificate;
use jeton_model::Refusal;
use jeton_model::records::{AuthMethod, CompatibilityMode};

pub(super) struct TlsClientAuth;

impl Method for TlsClientAuth {
    fn method(&self) -> AuthMethod {
        AuthMethod::TlsClientAuth
    }

    fn verify<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Result<Proof, Refusal>> {
        let proven = is_proven(attempt).unwrap_or(false);
        Box::pin(std::future::ready(if proven { Ok(Proof::Lasting) } else { Err(TLS_INVALID) }))
    }
}

fn is_proven(attempt: &Attempt<'_>) -> Option<bool> {
    let sent = attempt.certificate_alone()?;
    let certificate = Certificate::read(&sent.der).filter(|c| c.is_valid_at(attempt.oauth.ledger.now()))?;
    let registered = &attempt.client.metadata;
    let subject = |name: &str| DistinguishedName::parse(name).is_some_and(|name| certificate.is_subject(&name));
    if let (CompatibilityMode::Classic, Some(print)) = (attempt.client.profile, &registered.tls_client_auth_thumbprint)
    {
        return Some(has_thumbprint(sent, print) && subject(registered.tls_client_auth_name.as_deref()?));
    }
    // Authorities of this server are not those of a service that an authorization server runs: such a service names its own, and
    // the certificates that are sent on are verified by them.
    let is_direct = attempt.presented.origin.sent_on_by.is_none();
    if !sent.verified || attempt.client.backend.is_some() && is_direct {
        return None;
    }
    // Registration ensures that exactly one of them is set.
    if let Some(name) = &registered.tls_client_auth_subject_dn {
        return Some(subject(name));
    }
    let alternative = None
        .or_else(|| registered.tls_client_auth_san_dns.as_deref().map(AlternativeName::Dns))
        .or_else(|| registered.tls_client_auth_san_uri.as_deref().map(AlternativeName::Uri))
        .or_else(|| registered.tls_client_auth_san_email.as_deref().map(AlternativeName::Email))
        .or_else(|| registered.tls_client_auth_san_ip.as_deref()?.parse().ok().map(AlternativeName::Ip))?;
    Some(certificate.has_name(&alternative))
}

fn has_thumbprint(sent: &ClientCertificate, print: &str) -> bool {
    let Some(print) = thumbprint(print) else { return false };
    match print.len() {
        32 => constant_time_eq(&sent.sha256, &print),
        _ => constant_time_eq(digest(&SHA1_FOR_LEGACY_USE_ONLY, &sent.der).as_ref(), &print),
    }
}
