//! The words of a filter, one entry each. The parameters of `GET /admin/v1/tokens`, the help of the command line and the table in
//! `docs/flows/revoke-many.md` derive from them.

use futures::future::BoxFuture;
use jeton_jose::base64url;

use super::parsed::{ParsedFilter, StateWord};
use jeton_ledger::Ledger;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{GrantId, ServiceId, TokenId};
use jeton_model::records::{Subject, TokenKind};
use jeton_model::refusal::{Refusal, invalid};
use jeton_model::store::TokenFilter;

/// A word of a filter.
pub struct Word {
    /// Its name.
    pub name: &'static str,
    /// A shorter name, for people.
    pub short: Option<&'static str>,
    /// Which tokens it selects, for the documentation.
    pub meaning: &'static str,
    /// How its value is read.
    pub(super) parse: Parse,
}

/// How a word's value is read.
#[derive(Clone, Copy)]
pub(super) enum Parse {
    /// A time, stored in this member of the filter.
    Moment(fn(&mut TokenFilter) -> &mut Option<Timestamp>),
    /// A value that this function reads.
    Value(fn(&mut ParsedFilter, &str, Timestamp) -> Result<(), Refusal>),
    /// A name that this function looks up when the filter is resolved; it returns none when the name does not exist.
    Name(fn(Name<'_>) -> Found<'_>),
}

/// A name in a service.
pub(super) struct Name<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) service: ServiceId,
    pub(super) text: &'a str,
}

/// The filter that a name means.
type Found<'a> = BoxFuture<'a, Result<Option<TokenFilter>, Refusal>>;

/// All words, in the order of the documentation.
pub const WORDS: &[Word] = &[
    word("username", "in the name of this user", Parse::Name(username)).or("user"),
    word("sub", "in the name of this subject", Parse::Name(sub)),
    word("client_id", "of this client", Parse::Name(client)).or("client"),
    word(
        "kind",
        "of this kind: `access`, `refresh`, `session`, `api`, `rpt`, `registration`, `pct`, …; several with commas",
        Parse::Value(|parsed, value, _| kinds(value).map(|kinds| parsed.filter.kinds = kinds)),
    ),
    word(
        "scope",
        "with exactly this value in their scope, as lists show it: `storage.read:/a` selects neither `storage.read:/`, \
         which allows it, nor `storage.read:/a/b`, which it allows",
        Parse::Value(scope),
    ),
    word(
        "key",
        "bound to the key or certificate of this SHA-256 thumbprint (RFC 7638, RFC 8705), in base64url",
        Parse::Value(|parsed, value, _| thumbprint(value).map(|print| parsed.filter.binding = Some(print))),
    ),
    word("device", "of this device", Parse::Name(device)),
    word(
        "grant",
        "of this family",
        Parse::Value(|parsed, value, _| number("grant", value).map(|n| parsed.filter.grant = Some(GrantId::new(n)))),
    ),
    word(
        "parent",
        "made from this token",
        Parse::Value(|parsed, value, _| number("parent", value).map(|n| parsed.filter.parent = Some(TokenId::new(n)))),
    ),
    word("issued_from", "issued at or after this time", Parse::Moment(|filter| &mut filter.issued_from)),
    word("issued_before", "issued before this time", Parse::Moment(|filter| &mut filter.issued_before)),
    word("expires_from", "that expire at or after this time", Parse::Moment(|filter| &mut filter.expires_from)),
    word("expires_before", "that expire before this time", Parse::Moment(|filter| &mut filter.expires_before)),
    word("ends", "that expire at some time if it is `true`, that never expire if it is `false`", Parse::Value(ends)),
    word("used_from", "last used at or after this time", Parse::Moment(|filter| &mut filter.used_from)),
    word("unused_since", "never used, or last used before this time", Parse::Moment(|filter| &mut filter.used_before)),
    word("state", "in this state: `live`, `expired`, `revoked`, `rotated`, `suspended`", Parse::Value(state)),
    word("live", "that have not ended, if it is `true`: the same as `state=live`", Parse::Value(live)),
    word(
        "suspension",
        "held by the suspension of this number",
        Parse::Value(|parsed, value, _| number("suspension", value).map(|n| parsed.suspension = Some(n))),
    ),
];

const fn word(name: &'static str, meaning: &'static str, parse: Parse) -> Word {
    Word { name, short: None, meaning, parse }
}

impl Word {
    /// Adds a shorter name.
    const fn or(self, short: &'static str) -> Self {
        Self { short: Some(short), ..self }
    }
}

/// Kinds, separated by commas or spaces.
fn kinds(value: &str) -> Result<Vec<TokenKind>, Refusal> {
    let words = value.split([',', ' ']).filter(|word| !word.is_empty());
    let kind = |word: &str| TokenKind::ALL.into_iter().find(|kind| kind.name() == word);
    let kinds: Option<Vec<_>> = words.map(kind).collect();
    kinds.filter(|kinds| !kinds.is_empty()).ok_or_else(|| {
        let known = TokenKind::ALL.map(TokenKind::name).join(", ");
        invalid("kind", &format!("must be of these: {known}"))
    })
}

/// One scope.
fn scope(parsed: &mut ParsedFilter, value: &str, _: Timestamp) -> Result<(), Refusal> {
    if !value.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(invalid("scope", "must be one word"));
    }
    parsed.filter.scope = Some(value.to_owned());
    Ok(())
}

/// RFC 7638, or SHA-256 of a certificate (RFC 8705): 43 characters of base64url.
fn thumbprint(value: &str) -> Result<[u8; 32], Refusal> {
    let bytes = base64url::decode(value).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| invalid("key", "must be the SHA-256 thumbprint of a key or certificate in base64url"))
}

fn number(name: &str, value: &str) -> Result<u64, Refusal> {
    let number = value.parse().ok().filter(|number| *number < jeton_model::ids::ID_LIMIT);
    number.ok_or_else(|| invalid(name, "must be a number"))
}

fn switch(name: &str, value: &str) -> Result<bool, Refusal> {
    value.parse().map_err(|_| invalid(name, "must be true or false"))
}

fn ends(parsed: &mut ParsedFilter, value: &str, _: Timestamp) -> Result<(), Refusal> {
    parsed.filter.ends = Some(switch("ends", value)?);
    Ok(())
}

fn live(parsed: &mut ParsedFilter, value: &str, now: Timestamp) -> Result<(), Refusal> {
    parsed.filter.live_at = switch("live", value)?.then_some(now).or(parsed.filter.live_at);
    Ok(())
}

/// Suspended tokens, and those not yet valid, have not ended.
fn state(parsed: &mut ParsedFilter, value: &str, now: Timestamp) -> Result<(), Refusal> {
    let known = StateWord::ALL.into_iter().find(|(name, _)| *name == value).map(|(_, state)| state);
    let form = "must be live, expired, revoked, rotated or suspended";
    parsed.state = Some(known.ok_or_else(|| invalid("state", form))?);
    if matches!(known, Some(StateWord::Live | StateWord::Suspended)) {
        parsed.filter.live_at = Some(now);
    }
    Ok(())
}

fn username(Name { ledger, service, text }: Name<'_>) -> Found<'_> {
    Box::pin(async move {
        let user = ledger.entities().user_by_name(service, text).await?;
        Ok(user.map(|user| of_subject(Subject::User(user.key))))
    })
}

/// A `sub` that no user here has may be an external subject.
fn sub(Name { ledger, service, text }: Name<'_>) -> Found<'_> {
    Box::pin(async move {
        let user = ledger.entities().user_by_sub(service, text.trim()).await?;
        Ok(Some(of_subject(user.map_or_else(|| Subject::External(text.trim().into()), |user| Subject::User(user.key)))))
    })
}

fn of_subject(subject: Subject) -> TokenFilter {
    TokenFilter { subject: Some(subject), ..TokenFilter::default() }
}

fn client(Name { ledger, service, text }: Name<'_>) -> Found<'_> {
    Box::pin(async move {
        let client = ledger.entities().client_by_id(service, text.trim()).await?;
        Ok(client.map(|client| TokenFilter { client: Some(client.key), ..TokenFilter::default() }))
    })
}

fn device(Name { ledger, service, text }: Name<'_>) -> Found<'_> {
    Box::pin(async move {
        let device = ledger.store().device_by_name(service, text.trim()).await?;
        Ok(device.map(|device| TokenFilter { device: Some(device.id), ..TokenFilter::default() }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_selects_what_expires_or_what_never_does() {
        for (value, ends) in [("true", true), ("false", false)] {
            let mut parsed = ParsedFilter::default();
            super::ends(&mut parsed, value, Timestamp::default()).unwrap();
            assert_eq!(parsed.filter, TokenFilter { ends: Some(ends), ..TokenFilter::default() });
        }
        assert_eq!(
            super::ends(&mut ParsedFilter::default(), "never", Timestamp::default()).unwrap_err().id(),
            "invalid"
        );
    }
}
