//! The members of a client's document that Jeton acts upon, with the RFC 7591 metadata that they stand for.

use super::form::Form;

/// A member.
pub(super) struct Member {
    /// Its name in the contract.
    pub(super) name: &'static str,
    /// The metadata that it stands for.
    pub(super) metadata: &'static str,
    /// How its values are written.
    pub(super) form: Form,
}

const fn member(name: &'static str, metadata: &'static str, form: Form) -> Member {
    Member { name, metadata, form }
}

/// Every such member. Beside them `clientType` with `tokenAuthMethod`, `dpopRequired`, the two members of PKCE and the durations
/// of `extension` have an effect.
pub(super) const MEMBERS: &[Member] = &[
    member("clientName", "client_name", Form::Text),
    member("description", "description", Form::Text),
    member("clientUri", "client_uri", Form::Text),
    member("logoUri", "logo_uri", Form::Text),
    member("tosUri", "tos_uri", Form::Text),
    member("policyUri", "policy_uri", Form::Text),
    member("contacts", "contacts", Form::Texts),
    member("applicationType", "application_type", Form::Constant),
    member("softwareId", "software_id", Form::Text),
    member("softwareVersion", "software_version", Form::Text),
    member("grantTypes", "grant_types", Form::Grants),
    member("responseTypes", "response_types", Form::ResponseTypes),
    member("redirectUris", "redirect_uris", Form::Texts),
    member("postLogoutRedirectUris", "post_logout_redirect_uris", Form::Texts),
    member("tokenAuthSignAlg", "token_endpoint_auth_signing_alg", Form::Signature),
    member("jwks", "jwks", Form::Keys),
    member("jwksUri", "jwks_uri", Form::Text),
    member("tlsClientAuthSubjectDn", "tls_client_auth_subject_dn", Form::Text),
    member("tlsClientAuthSanDns", "tls_client_auth_san_dns", Form::Text),
    member("tlsClientAuthSanUri", "tls_client_auth_san_uri", Form::Text),
    member("tlsClientAuthSanIp", "tls_client_auth_san_ip", Form::Text),
    member("tlsClientAuthSanEmail", "tls_client_auth_san_email", Form::Text),
    member("tlsClientCertificateBoundAccessTokens", "tls_client_certificate_bound_access_tokens", Form::Flag),
    member("parRequired", "require_pushed_authorization_requests", Form::Flag),
    member("requestObjectRequired", "require_signed_request_object", Form::Flag),
    member("requestSignAlg", "request_object_signing_alg", Form::Signature),
    member("requestEncryptionAlg", "request_object_encryption_alg", Form::Encryption),
    member("requestEncryptionEnc", "request_object_encryption_enc", Form::Encryption),
    member("requestUris", "request_uris", Form::Texts),
    member("authorizationDetailsTypes", "authorization_details_types", Form::Texts),
    member("defaultMaxAge", "default_max_age", Form::Number),
    member("authTimeRequired", "require_auth_time", Form::Flag),
    member("defaultAcrs", "default_acr_values", Form::Texts),
    member("loginUri", "initiate_login_uri", Form::Text),
    member("idTokenSignAlg", "id_token_signed_response_alg", Form::Signature),
    member("idTokenEncryptionAlg", "id_token_encrypted_response_alg", Form::Encryption),
    member("idTokenEncryptionEnc", "id_token_encrypted_response_enc", Form::Encryption),
    member("userInfoSignAlg", "userinfo_signed_response_alg", Form::Signature),
    member("userInfoEncryptionAlg", "userinfo_encrypted_response_alg", Form::Encryption),
    member("userInfoEncryptionEnc", "userinfo_encrypted_response_enc", Form::Encryption),
    member("subjectType", "subject_type", Form::Constant),
    member("sectorIdentifierUri", "sector_identifier_uri", Form::Text),
];
