//! Refusals: the closed list of reasons to say no.
//!
//! Each has a stable id, a text, a page `docs/refusals/<id>.md` and a test. A face maps it to its own wire error and adds
//! nothing. The texts of messages 1–30 are those of `contracts/oauth-token-endpoint.md` section 5, to the letter.
//!
//! One entry of the table: the variant, its id, the text for the other side (printable ASCII without `"` and `\` where the
//! wire wants that, RFC 6749 5.2; values put into it are the face's to escape), and the advice of `jeton explain`.

#[macro_use]
mod table;
mod field_faults;
mod invalid;
mod misfit;
mod need_info;
mod page_overflow;

pub use field_faults::{Fault, Faults};
pub use invalid::invalid;
pub use misfit::{Misfit, PATTERN};
pub use need_info::{NeedInfo, RequiredClaim};
pub use page_overflow::PageOverflow;

use jeton_jose::Secret;

use jeton_model::store::StoreError;

refusals! {
    /// Message 28: the body is absent, empty or not a form.
    BodyMissing => "body_missing", "no parameter in body request",
        "Send the parameters as an application/x-www-form-urlencoded body.";
    /// Messages 1–7: a parameter is absent or blank.
    ParameterMissing(name: &'static str) => "parameter_missing", "the parameter {name} is missing",
        "Send the named parameter with a value that is not blank.";
    /// A parameter came twice (RFC 6749 section 3.2).
    ParameterRepeated(name: String) => "parameter_repeated", "the parameter {name} is repeated",
        "Send the named parameter once.";
    /// A parameter's value cannot be what it should.
    ParameterInvalid(name: &'static str) => "parameter_invalid", "the parameter {name} is not valid",
        "Correct the named parameter's value.";
    /// The body or a value is larger than allowed.
    RequestTooLarge => "request_too_large", "the request is too large",
        "Send less: the body or one value is over the limit.";
    /// No such grant (RFC 6749 section 5.2 `unsupported_grant_type`).
    GrantTypeUnknown => "grant_type_unknown", "the grant type is not supported",
        "Use a grant_type that the discovery document lists.";
    /// No such response type (RFC 6749 section 4.1.2.1 `unsupported_response_type`).
    ResponseTypeUnknown => "response_type_unknown", "the response type is not supported",
        "Use a response_type that the discovery document lists.";
    /// Message 8.
    ClientUnknown => "client_unknown", "the client doesn't exist",
        "Register the client, enable it, or correct its client_id.";
    /// Message 9.
    SecretBasicInvalid => "secret_basic_invalid", "the client cannot be authenticated with secret basic",
        "Send the right secret in the Authorization header; the client is registered for client_secret_basic.";
    /// Message 10.
    SecretPostInvalid => "secret_post_invalid", "the client cannot be authenticated with secret post",
        "Send client_id and the right client_secret in the body; the client is registered for client_secret_post.";
    /// There were too many wrong secrets, and this one was not looked at. Seconds until the next one is.
    SecretsSlowed(_wait: u64) => "secrets_slowed", "too many wrong secrets came from this address, try again later",
        "Wait as many seconds as Retry-After says, and stop what sends wrong secrets from the same address.";
    /// Two ways to authenticate at once, or two different client ids (RFC 6749 section 2.3).
    ClientAmbiguous => "client_ambiguous", "the client must authenticate in one way, as one client",
        "Authenticate one way only, as one client.";
    /// Message 20.
    CredentialsInvalid => "credentials_invalid", "resource owner credentials are not valid",
        "Check user name and password.";
    /// Message 20 as well: there were too many wrong passwords, and this one was not looked at. Seconds until the next one is.
    SignInSlowed(_wait: u64) => "sign_in_slowed", "resource owner credentials are not valid",
        "Wait as many seconds as Retry-After says: after several wrong passwords the next one was not looked at, right or wrong.";
    /// Message 21, with the words that are too much, joined by commas.
    ScopeNotAllowed(words: String) => "scope_not_allowed", "the scopes {words} are not allowed or invalid",
        "Ask only for scopes in the client's scope, or add the named ones to it.";
    /// Message 22.
    GrantNotAllowed {
        /// The client.
        client: String,
        /// The `grant_type` it sent.
        grant: String,
    } => "grant_not_allowed", "the client {client} doesn't support the grant type {grant}",
        "Add the grant to the client's grant_types.";
    /// Message 23.
    ResponseTypeNotAllowed {
        /// The client.
        client: String,
        /// What it would need.
        response_type: String,
    } => "response_type_not_allowed", "the client '{client}' doesn't support the response type: '{response_type}'",
        "Add the response type to the client's response_types.";
    /// Message 24.
    RefreshTokenInvalid => "refresh_token_invalid", "the refresh token is not valid",
        "Let the person sign in again: the refresh token is unknown, used, revoked or expired.";
    /// Message 25.
    RefreshTokenForeign => "refresh_token_foreign", "the refresh token can be used only by the same issuer",
        "Use the refresh token with the client it was issued to.";
    /// Message 26.
    RedirectUriMalformed => "redirect_uri_malformed", "Based on the RFC-3986 the redirection-uri is not well formed",
        "Send redirect_uri as an absolute URI without a fragment.";
    /// The redirect URI is not registered for the client.
    RedirectUriUnregistered => "redirect_uri_unregistered", "the redirect URI is not registered for the client",
        "Register this exact redirect URI for the client.";
    /// Message 27.
    CodeInvalid => "code_invalid", "the authorization code is not correct",
        "Start again: an authorization code works once.";
    /// The code was issued to another client.
    CodeForeign => "code_foreign", "the authorization code was issued to another client",
        "Redeem the code with the client it was issued to.";
    /// The code is too old.
    CodeExpired => "code_expired", "the authorization code has expired",
        "Redeem the code within its lifetime, tokens.code_lifetime.";
    /// The redirect URI is not the one of the authorization request.
    CodeRedirectMismatch => "code_redirect_mismatch", "the redirect URI is not the one of the authorization request",
        "Send the redirect_uri of the authorization request again, unchanged.";
    /// The redirect URI of the authorization request is no longer registered.
    CodeRedirectUnregistered => "code_redirect_unregistered", "the redirect URI is no longer registered for the client",
        "Register the redirect URI again, or start again with one that is registered.";
    /// RFC 8707 `invalid_target`: an audience that the client may not name, too long, or not printable.
    ResourceInvalid => "resource_invalid", "the resource is not valid or not allowed",
        "Send resource, aud or audience as names that the client may ask for.";
    /// PKCE: the verifier is missing, malformed or wrong (RFC 7636), or came without a challenge.
    CodeVerifierInvalid => "code_verifier_invalid", "the code verifier is not valid",
        "Send the code_verifier whose SHA-256 was the code_challenge.";
    /// PKCE is demanded of this client and was not used.
    CodeChallengeMissing => "code_challenge_missing", "the client must use PKCE: code_challenge is missing",
        "Send code_challenge with code_challenge_method=S256.";
    /// The challenge method is not `S256`.
    CodeChallengeMethodUnknown => "code_challenge_method_unknown", "the code challenge method is not supported, use S256",
        "Use code_challenge_method=S256.";
    /// Message 29.
    TokenForeign {
        /// The caller.
        client: String,
    } => "token_foreign", "the token has not been issued for the given client id '{client}'",
        "Revoke a token with the client it was issued to.";
    /// Message 30.
    TokenUnknown => "token_unknown", "the token doesn't exist",
        "The token was never issued here, or is gone; nothing to revoke.";
    /// A bearer token is absent.
    BearerMissing => "bearer_missing", "an access token is needed",
        "Send Authorization: Bearer with an access token.";
    /// A bearer token is not valid (RFC 6750 section 3.1 `invalid_token`).
    BearerInvalid => "bearer_invalid", "the access token is not valid",
        "Get a new access token: this one is unknown, expired or revoked.";
    /// A bearer token lacks a scope (RFC 6750 section 3.1 `insufficient_scope`).
    BearerScope(scope: &'static str) => "bearer_scope", "the access token lacks the scope {scope}",
        "Get an access token with the named scope.";
    /// The person said no (RFC 6749 section 4.1.2.1 `access_denied`).
    ConsentDenied => "consent_denied", "the resource owner denied the request",
        "The person did not agree.";
    /// `prompt=none` and nobody is signed in (OIDC Core section 3.1.2.6).
    LoginRequired => "login_required", "the resource owner is not signed in",
        "Send the person to sign in: prompt=none needs a session.";
    /// `prompt=none` and consent is needed.
    ConsentRequired => "consent_required", "the resource owner has not consented yet",
        "Ask the person: prompt=none needs an earlier consent.";
    /// A page's ticket is forged, old, used, or another browser's.
    InteractionInvalid => "interaction_invalid", "the page is no longer valid",
        "Go back to the application and start again: the page was old, used, or opened in another browser.";
    /// The service is switched off.
    ServiceDisabled => "service_disabled", "the service is switched off",
        "Enable the service.";
    /// The family was revoked or has ended.
    GrantEnded => "grant_ended", "the authorization has ended",
        "Let the person sign in again: the authorization was revoked or has ended.";
    /// A plan asked for more than parent, client or policy allow; a defect of the planner.
    PlanExceeded(_what: &'static str) => "plan_exceeded", "the server failed",
        "A defect of the server: report it with the refusal's id.";
    /// A record of this name exists, or is not what the caller thought.
    Conflict(what: &'static str) => "conflict", "the {what} is already taken",
        "Choose another name, or read the record again before changing it.";
    /// Others wrote the record each time between its reading and its writing.
    RecordChanged => "record_changed", "the record was changed at the same moment, try again",
        "Send the same request again: others changed the record while it was answered.";
    /// There is no such record.
    NotFound(what: &'static str) => "not_found", "there is no such {what}",
        "Check the name or number.";
    /// A value that an administrator sent is not valid.
    Invalid(text: String) => "invalid", "{text}",
        "Correct the value that the message names.";
    /// Too much is waiting; try again.
    Busy => "busy", "the server is busy, try again",
        "Try again shortly; raise limits if it lasts.";
    /// The store is away, full or does not answer in time; what a write did is unknown. The source is for the log, never for
    /// the wire.
    StoreUnavailable(_source: Box<dyn std::error::Error + Send + Sync>) => "store_unavailable", "the store does not answer, try again",
        "Send the same request again after Retry-After; if it lasts, see that the database runs and its disk has room.";
    /// The random source or a seal failed, or a row cannot be read; the source is for the log, never for the wire.
    Fault(_source: Box<dyn std::error::Error + Send + Sync>) => "fault", "the server failed",
        "Look in the server's log for the refusal's id.";

    // Client authentication by assertion and certificate (contract sections 3 and 5, RFC 7523, RFC 8705).

    /// Message 11.
    TlsInvalid => "tls_invalid", "the client cannot be authenticated with TLS",
        "Send the registered client certificate, unexpired, over TLS or through a trusted proxy.";
    /// Message 12.
    SharedSecretMissing {
        /// The client.
        client: String,
    } => "shared_secret_missing", "the client {client} doesn't have a shared secret",
        "Give the client its client_secret again: client_secret_jwt needs the secret itself.";
    /// Message 13.
    AssertionNotJwe => "assertion_not_jwe", "the client assertion is not a JWE token",
        "Send client_assertion as a compact JWS, or as a compact JWE around one.";
    /// Message 14.
    JweUndecryptable => "jwe_undecryptable", "the jwe token cannot be decrypted",
        "Encrypt the assertion with dir, A*KW or A*GCMKW and the key that follows from the client secret.";
    /// Message 15.
    AssertionNotJws => "assertion_not_jws", "the client assertion is not a JWS token",
        "Send client_assertion as a signed compact JWS; alg none and crit are refused.";
    /// Message 16.
    JwsPayloadInvalid => "jws_payload_invalid", "the JWS payload cannot be extracted",
        "Put a JSON object into the assertion and key its MAC with the client secret.";
    /// Message 17.
    AssertionClientInvalid => "assertion_client_invalid", "the client id passed in JWT is not correct",
        "Set iss and sub of the assertion to the client id, and client_id to the same or leave it out.";
    /// Message 18.
    AssertionAudience => "assertion_audience", "the audience passed in JWT is not correct",
        "Set aud of the assertion to the issuer, exactly as discovery writes it.";
    /// Message 19.
    AssertionExpired => "assertion_expired", "the received JWT has expired",
        "Make a new assertion with an exp that lies ahead, and check both clocks.";
    /// An assertion's signature is wrong, by another key, or of an algorithm that the client may not use.
    AssertionSignature => "assertion_signature", "the signature of the client assertion is not correct",
        "Sign the assertion with a registered key, name it in kid, and use the registered algorithm.";
    /// `nbf` or `iat` lies in the future.
    AssertionNotYet => "assertion_not_yet", "the received JWT is not valid yet",
        "Check both clocks: nbf or iat of the assertion lies ahead.";
    /// `exp` lies more than a day ahead.
    AssertionLongLived => "assertion_long_lived", "the received JWT is valid for too long",
        "Make assertions that live a day at most; minutes are enough.";
    /// An assertion came back (RFC 7523 section 3, `jti`).
    AssertionReplayed => "assertion_replayed", "the received JWT has been used before",
        "Make a new assertion with a new jti for each request.";
    /// The client's keys are not registered, not readable, or their address does not answer.
    ClientKeysUnavailable => "client_keys_unavailable", "the keys of the client cannot be read",
        "Register jwks, or see that jwks_uri answers 200 with a key set within 3 seconds.";
    /// A client whose tokens are to be bound to a certificate sent none (RFC 8705 section 3).
    CertificateNeeded => "certificate_needed", "a client certificate is needed to bind the token to",
        "Call the token endpoint over TLS with a client certificate.";
    /// A family is bound to another certificate than the one sent (RFC 8705 sections 3 and 4).
    CertificateForeign => "certificate_foreign", "the authorization is bound to another client certificate",
        "Use the certificate with which the tokens were obtained.";


    // Device authorization, token exchange, assertions as grants (RFC 8628, RFC 8693, RFC 7523).
    /// The person has not answered yet (RFC 8628 section 3.5).
    AuthorizationPending => "authorization_pending", "the person has not answered yet",
        "Ask again after interval seconds, until expires_in is over.";
    /// The device polls too fast (RFC 8628 section 3.5).
    SlowDown => "slow_down", "the device asks too often: wait 5 seconds longer between requests",
        "Wait 5 seconds longer between two requests from now on.";
    /// No such device code, or it was redeemed.
    DeviceCodeInvalid => "device_code_invalid", "the device code is not correct",
        "Start again at /device_authorization: a device code works once.";
    /// The device code was issued to another client.
    DeviceCodeForeign => "device_code_foreign", "the device code was issued to another client",
        "Redeem the device code with the client it was issued to.";
    /// Nobody answered in time (RFC 8628 section 3.5 `expired_token`).
    DeviceCodeExpired => "device_code_expired", "the device code has expired",
        "Start again at /device_authorization: the person did not answer in time.";
    /// A person typed a user code that is not out, or was answered.
    UserCodeInvalid => "user_code_invalid", "the code is not right, or has been used or expired",
        "Type the code that the device shows now.";
    /// Too many wrong user codes came from this person or this address. Seconds until the next one is looked at.
    UserCodeBudget(_wait: u64) => "user_code_budget", "too many codes were tried",
        "Wait as long as the page says, then type the code that the device shows.";


    /// The subject token is not valid, or not of the type it is said to be (RFC 8693 section 2.2.2).
    SubjectTokenInvalid => "subject_token_invalid", "the subject token is not valid",
        "Get a new subject token of this issuer, and name its type rightly.";
    /// The actor token is not valid, or was not issued to the client (RFC 8693 section 2.2.2).
    ActorTokenInvalid => "actor_token_invalid", "the actor token is not valid",
        "Send an access token or an ID token that this issuer gave to the client itself.";
    /// No rule allows the exchange (RFC 8693 section 2.2.2).
    ExchangeNotAllowed => "exchange_not_allowed", "no policy allows this exchange",
        "Add an exchange rule for these two clients that allows what is asked for.";
    /// The rule that allowed an exchange is gone, denies it now, or gives no refresh token any more.
    ExchangeWithdrawn => "exchange_withdrawn", "the policy that allowed this exchange is no longer there",
        "Restore the exchange rule for these two clients with `refresh`, or exchange anew under another one.";
    /// RFC 8693 `invalid_target`: an `audience` that nobody knows, or that is not allowed.
    AudienceUnknown => "audience_unknown", "the audience is not known or not allowed",
        "Name an audience of the subject token, or one that the exchange rule lists.";

    /// An assertion that is an authorization grant is not valid (RFC 7523 section 3.1).
    GrantAssertionInvalid(reason: &'static str) => "grant_assertion_invalid", "the assertion is not valid: {reason}",
        "Get a new assertion from its issuer: signed, addressed to this issuer, short-lived.";
    /// Nobody trusts the assertion's issuer here, or not for this client.
    GrantAssertionUntrusted => "grant_assertion_untrusted", "the issuer of the assertion is not trusted for this client",
        "Add the issuer to trusted_issuer, and the client to its clients.";
    /// The assertion speaks of nobody the issuer may speak of.
    GrantAssertionSubject => "grant_assertion_subject", "the assertion is about nobody known here",
        "Check the claim that names the person, and that the user exists and is enabled.";
    /// The assertion was used before.
    GrantAssertionUsed => "grant_assertion_used", "the assertion has been used before",
        "Get a new assertion for each request.";

    // UMA (contract section 12).
    /// A permission ticket is unknown, used, or another client's.
    TicketInvalid => "ticket_invalid", "the ticket is not correct",
        "Ask the resource server again without a token: a ticket works once.";
    /// A permission ticket is too old.
    TicketExpired => "ticket_expired", "the ticket has expired",
        "Redeem the ticket within its lifetime, uma.ticket_lifetime.";
    /// A claim token is not an ID token of a provider that counts, for this client, good now.
    ClaimTokenInvalid => "claim_token_invalid", "the claim token is not valid",
        "Send an ID token that a provider of the policy issued to this client, not expired.";
    /// More must be known of the requesting party (UMA 2.0 Grant section 3.3.6).
    UmaNeedInfo(_need: Box<NeedInfo>) => "uma_need_info", "claims of the requesting party are needed",
        "Send a claim_token with the required claims, and the new ticket.";
    /// The owner must agree first.
    UmaRequestSubmitted(_ticket: Option<Secret>) => "uma_request_submitted", "the resource owner has been asked",
        "Wait for the owner's answer, then come with the new ticket.";
    /// The policies permit it neither now nor with more claims.
    UmaRequestDenied => "uma_request_denied", "the request is denied by the policies of the resource owner",
        "The owner's policies do not let this client, or the person behind it, do this.";
    /// A resource is unknown, or another resource server's or owner's.
    ResourceUnknown => "resource_unknown", "the resource is not registered",
        "Register the resource first, with the PAT of the same resource server and owner.";
    /// There are too many of something already.
    TooMany(what: &'static str) => "too_many", "there are too many {what}",
        "Remove some that are no longer needed.";


    // Confirmation codes (contract section 11).

    /// No sender is configured.
    ConfirmationOff => "confirmation_off", "confirmation codes are not offered",
        "Configure a sender under [sms].";
    /// A code was sent a moment ago, or too many were sent today.
    ConfirmationThrottled(_wait: u64) => "confirmation_throttled", "no further code is sent now, try again later",
        "Wait as many seconds as Retry-After says; a code that was sent within five minutes is still good.";
    /// The sender failed; the source is for the log, never for the wire.
    ConfirmationFailed(_source: Box<dyn std::error::Error + Send + Sync>) => "confirmation_failed", "the code was not sent",
        "Look in the server's log for the refusal's id: the message provider did not answer.";


    // Registration and management (contract sections 13 and 14, RFC 7591, RFC 7592).

    /// RFC 7591 `invalid_redirect_uri`: one is missing, is not absolute, has a fragment, or is not for this kind of application.
    RegisteredRedirectInvalid(text: String) => "registered_redirect_invalid", "{text}",
        "Register absolute redirect URIs without a fragment: https for web applications, a loopback address or a scheme of its own for native ones.";
    /// RFC 7591 `invalid_client_metadata`: a member's value is wrong, or not for registrants to choose.
    ClientMetadataInvalid(text: String) => "client_metadata_invalid", "{text}",
        "Correct the metadata member that the message names.";
    /// RFC 7591 `invalid_software_statement`: it is no JWT.
    SoftwareStatementInvalid => "software_statement_invalid", "the software statement is not a JWT",
        "Leave software_statement out: no statements are accepted.";
    /// RFC 7591 `unapproved_software_statement`: no issuer of statements is trusted.
    SoftwareStatementUnapproved => "software_statement_unapproved", "the software statement is not from an issuer that is trusted here",
        "Leave software_statement out and send its claims as metadata: no statements are accepted.";
    /// Too many clients of open registration, or changes of them; for how many seconds to wait.
    RegistrationLimit(_seconds: u64) => "registration_limit", "too many clients were registered, try again later",
        "Try again later, register with a token of the scope register_client, or raise registration.quota.";

    // The authorization endpoint beyond the code (OIDC Core, RFC 9126).

    /// `acr` is essential and names only classes that no sign-in here reaches (OIDC Core section 5.5.1.1).
    AcrUnmet => "acr_unmet", "no sign-in reaches the authentication context that is asked for",
        "Ask for an acr that the discovery document lists, or do not make it essential.";
    /// The client wants an encrypted answer, and none of its keys can be encrypted to, or they cannot be had now.
    ClientKeyUnusable => "client_key_unusable", "no key of the client can be encrypted to",
        "Register a public key for the client's encryption algorithm in its jwks, or repair what is at its jwks_uri.";
    /// RFC 9101: the request object is not the client's, not signed by one of its keys, or not good now.
    RequestObjectInvalid => "request_object_invalid", "the request object is not valid",
        "Sign the request object with a registered key and algorithm, for this issuer, with client_id and times that hold.";
    /// RFC 9101 section 10.5: the client is registered to sign its requests.
    RequestObjectRequired => "request_object_required", "the client must sign its request",
        "Send the request in a signed request object: the client has require_signed_request_object.";
    /// The reference to a pushed request is unknown, used, old or another client's, or the address is not registered or
    /// does not answer.
    RequestUriInvalid => "request_uri_invalid", "the request URI is not valid",
        "Push the request again: a reference works once, within 60 seconds; or register the address in request_uris.";
    /// RFC 9126 section 6: only pushed requests are taken.
    PushedRequestRequired => "pushed_request_required", "the request must be pushed first",
        "Send the request to /par first and its request_uri here: client or service requires pushed requests.";


    // Addresses that strangers supply.

    // INDIGO IAM: token administration, registration, devices.

    /// RFC 8707 `invalid_target`: a `resource` is not an absolute URI without query and fragment.
    ResourceMalformed {
        /// What is wrong with it.
        why: &'static str,
        /// What was sent.
        value: String,
    } => "resource_malformed", "{why}: {value}",
        "Send each resource as an absolute URI without a query and without a fragment.";
    /// A registrant asks for a grant that is not open to them (INDIGO IAM's words).
    GrantTypeClosed(grant: String) => "grant_type_closed", "Grant type not allowed: {grant}",
        "Leave the grant out of grant_types, or let an administrator register the client.";
    /// RFC 8707 section 2.2 `invalid_target`: more than the authorization is for.
    ResourceNotGranted => "resource_not_granted", "The requested resource was not originally granted",
        "Ask for resources of the first request, or start a new authorization that names this one.";
    /// A person is needed, or one with a role (`contracts/indigo-iam.md` section 3.2).
    RoleNeeded(role: &'static str) => "role_needed", "the role {role} is needed",
        "Sign in as a person with the named role, or use a token in such a person's name.";
    /// An administrator makes or changes what holds more than they do.
    AuthorityExceeded(scope: String) => "authority_exceeded", "this needs {scope}, which the caller does not hold",
        "Let somebody do it who holds the named scope, or leave out what it brings.";

    // INDIGO IAM: profiles, scope policies, exchange policies.

    /// The policy that allows the exchange does not let a scope through (`contracts/indigo-iam.md` section 7.6).
    ExchangeScopeDenied(scope: String) => "exchange_scope_denied", "scope exchange not allowed by policy: {scope}",
        "Ask for less, or change the scope policies of the exchange policy.";

    // API tokens.

    // API tokens of ProdManager's clients (`contracts/prodmanager.md`).

    /// Fields of the request for a token are missing or wrong.
    ApiTokenFields(_faults: Box<Faults>) => "api_token_fields", "fields of the token are missing or not valid",
        "Correct the fields that the answer names under reasons.";
    /// The secret is not the one under `[api_tokens]`.
    ApiTokenSecret => "api_token_secret", "Application secret invalid",
        "Send the secret that stands under [api_tokens] in the server's configuration.";
    /// The `Authorization` header holds no valid token of this kind.
    ApiTokenMisfit(misfit: Misfit) => "api_token_misfit", "{misfit}",
        "Make a new token at /api/token/create and send it as Authorization: Bearer.";
    /// `page` or `per_page` in the query is too large.
    PaginationOverflow(_over: PageOverflow) => "pagination_overflow", "Pagination value overflow",
        "Ask for page 10000000 at most, and for 50 entries a page at most.";
    /// The caller came too often.
    ApiRateLimit => "api_rate_limit", "API rate limit has been reached",
        "Wait as many seconds as Retry-After says, or raise the rates under [api_tokens].";
    /// An API token would live longer than the policy allows; the most, in seconds.
    ApiTokenLifetime(most: u64) => "api_token_lifetime", "an API token may live {most} seconds at most",
        "Ask for a shorter lifetime, or raise api_tokens.max_lifetime (for ever: api_tokens.allow_never).";
    /// A token cannot be replaced by a new one with its rights; why.
    TokenNotRotatable(why: &'static str) => "token_not_rotatable", "the token cannot be rotated: {why}",
        "Rotate a valid API token that was not rotated yet, or make a new one.";
    /// One address reports more leaked tokens than are looked at.
    LeakReportsLimit => "leak_reports_limit", "too many leaked tokens were reported, try again later",
        "Send the rest a little later: a thousand at once and ten a second are looked at.";
    /// More is to be kept for one address, or one client, than it may have written now; in how many seconds there is room.
    RequestPace(_seconds: u32) => "request_pace", "too many requests come from there, try again later",
        "Wait as many seconds as Retry-After says; behind a proxy, list it under http.trusted_proxies.";
    /// A browser says that another site made it send the request.
    ForeignSite => "foreign_site", "the request comes from another site",
        "Send the request from a page of the issuer, as application/json, or with a bearer token instead of the session.";

    // Lists, suspension and revocation of many.

    /// A filter that narrows nothing, and nobody said that everything is meant.
    FilterEmpty => "filter_empty", "the filter is empty: it means every live token",
        "Say in filter which tokens are meant; if all of them are, say all as well.";
    /// Many more tokens match than the preview counted.
    MatchesGrown {
        /// What the preview counted.
        expected: u64,
        /// What matches now.
        found: u64,
    } => "matches_grown", "{found} tokens match now, where {expected} were expected",
        "Look at a new preview, and send its count as expect.";
    /// It is too late to undo a suspension, or to end it early.
    SuspensionOver => "suspension_over", "the tokens are not suspended any more",
        "Look at the revocation's state: it was undone, or its tokens have been or are being revoked.";
}

impl Refusal {
    /// Whether the server, not the caller, is at fault.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        matches!(self, Self::Fault(_) | Self::ConfirmationFailed(_) | Self::PlanExceeded(_)) || self.is_unavailable()
    }

    /// Whether the same request may be answered a little later: every face says so as 503 with `Retry-After`.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Busy | Self::StoreUnavailable(_))
    }

    /// Whether nothing was looked at because too much was wrong, or asked for, before.
    #[must_use]
    pub fn is_slowed(&self) -> bool {
        matches!(
            self,
            Self::SignInSlowed(_) | Self::SecretsSlowed(_) | Self::UserCodeBudget(_) | Self::ConfirmationThrottled(_)
        )
    }

    /// The seconds of `Retry-After`, where waiting helps and the face has no number of its own.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::SignInSlowed(wait)
            | Self::SecretsSlowed(wait)
            | Self::UserCodeBudget(wait)
            | Self::ConfirmationThrottled(wait) => Some(*wait),
            Self::Busy | Self::ServiceDisabled => Some(1),
            // About as long as a database takes to start, or a standby to take over.
            Self::StoreUnavailable(_) => Some(2),
            Self::RegistrationLimit(seconds) => Some((*seconds).max(1)),
            Self::RequestPace(seconds) => Some(u64::from(*seconds).max(1)),
            _ => None,
        }
    }

    /// What was behind a fault, or for how long somebody was slowed down, for the operator: never for the wire.
    #[must_use]
    pub fn cause(&self) -> Option<String> {
        match self {
            Self::Fault(source) | Self::StoreUnavailable(source) | Self::ConfirmationFailed(source) => {
                Some(source.to_string())
            }
            Self::PlanExceeded(what) => Some(format!("plan exceeded {what}")),
            slowed if slowed.is_slowed() => slowed.retry_after().map(|seconds| format!("slowed down for {seconds} s")),
            _ => None,
        }
    }

    /// The advice that belongs to a stable id.
    #[must_use]
    pub fn advice(id: &str) -> Option<&'static str> {
        Self::IDS.iter().find(|(i, _)| *i == id).map(|(_, advice)| *advice)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for Refusal {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Fault(source) | Self::StoreUnavailable(source) | Self::ConfirmationFailed(source) => Some(&**source),
            _ => None,
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::Busy,
            StoreError::Failed(_) => Self::StoreUnavailable(Box::new(error)),
            StoreError::Corrupt { .. } => Self::Fault(Box::new(error)),
        }
    }
}

impl From<jeton_model::entropy::NoEntropy> for Refusal {
    fn from(error: jeton_model::entropy::NoEntropy) -> Self {
        Self::Fault(Box::new(error))
    }
}

macro_rules! faults {
    ($($error:ty),* $(,)?) => {$(
        impl From<$error> for Refusal {
            fn from(error: $error) -> Self {
                Self::Fault(Box::new(error))
            }
        }
    )*};
}

faults!(jeton_jose::KeyError, jeton_jose::SignError, jeton_jose::seal::SealError, serde_json::Error);
