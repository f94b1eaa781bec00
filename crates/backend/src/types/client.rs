//! The members of a client. Those that the server sets are in no table: they are ignored.

use super::constants::{
    AUTH_METHODS, CLIENT_REGISTRATION, CONTENT_ENCRYPTION, DELIVERY_MODES, FAPI_MODES, GRANTS, KEY_ENCRYPTION,
    RESPONSE_MODES, RESPONSE_TYPES, SIGNATURES,
};
use super::{Shape, Table};

/// A text in a language.
pub(super) const TAGGED: Table = &[(Shape::Text, &["tag", "value"])];

/// A name and a value.
pub(super) const PAIR: Table = &[(Shape::Text, &["key", "value"])];

const EXTENSION: Table = &[
    (Shape::Flag, &["requestableScopesEnabled", "tokenExchangePermitted"]),
    (Shape::List(&Shape::Text), &["requestableScopes"]),
    (Shape::Whole, &["accessTokenDuration", "refreshTokenDuration", "idTokenDuration"]),
];

/// A client.
pub(crate) const CLIENT: Table = &[
    (
        Shape::Text,
        &[
            "clientName",
            "description",
            "clientIdAlias",
            "developer",
            "softwareId",
            "softwareVersion",
            "registrationAccessTokenHash",
            "selfSignedCertificateKeyId",
            "tlsClientAuthSubjectDn",
            "tlsClientAuthSanDns",
            "tlsClientAuthSanIp",
            "tlsClientAuthSanEmail",
            "jwks",
            "customMetadata",
            "digestAlgorithm",
            "rsSignedRequestKeyId",
            "organizationName",
        ],
    ),
    (
        Shape::Uri,
        &[
            "logoUri",
            "clientUri",
            "policyUri",
            "tosUri",
            "jwksUri",
            "sectorIdentifierUri",
            "loginUri",
            "tlsClientAuthSanUri",
            "bcNotificationEndpoint",
            "signedJwksUri",
            "entityId",
            "trustAnchorId",
            "credentialOfferEndpoint",
            "metadataDocumentLocation",
        ],
    ),
    (
        Shape::Flag,
        &[
            "clientIdAliasEnabled",
            "tlsClientCertificateBoundAccessTokens",
            "parRequired",
            "requestObjectRequired",
            "authTimeRequired",
            "bcUserCodeRequired",
            "frontChannelRequestObjectEncryptionRequired",
            "requestObjectEncryptionAlgMatchRequired",
            "requestObjectEncryptionEncMatchRequired",
            "singleAccessTokenPerSubject",
            "pkceRequired",
            "pkceS256Required",
            "dpopRequired",
            "automaticallyRegistered",
            "explicitlyRegistered",
            "rsRequestSigned",
            "credentialResponseEncryptionRequired",
            "mtlsEndpointAliasesUsed",
            "inScopeForTokenMigration",
            "discoveredByMetadataDocument",
        ],
    ),
    (Shape::Int, &["defaultMaxAge"]),
    (
        Shape::Whole,
        &["trustChainExpiresAt", "trustChainUpdatedAt", "metadataDocumentExpiresAt", "metadataDocumentUpdatedAt"],
    ),
    (
        Shape::List(&Shape::Text),
        &[
            "contacts",
            "redirectUris",
            "postLogoutRedirectUris",
            "requestUris",
            "defaultAcrs",
            "authorizationDetailsTypes",
            "trustChain",
        ],
    ),
    (
        Shape::List(&Shape::Object(TAGGED)),
        &["clientNames", "descriptions", "logoUris", "tosUris", "policyUris", "clientUris"],
    ),
    (Shape::List(&Shape::Object(PAIR)), &["attributes"]),
    (Shape::Object(EXTENSION), &["extension"]),
    (Shape::Constant(&["PUBLIC", "CONFIDENTIAL"]), &["clientType"]),
    (Shape::Constant(&["WEB", "NATIVE"]), &["applicationType"]),
    (Shape::Constant(&["PUBLIC", "PAIRWISE"]), &["subjectType"]),
    (Shape::Constant(DELIVERY_MODES), &["bcDeliveryMode"]),
    (Shape::Constant(AUTH_METHODS), &["tokenAuthMethod"]),
    (
        Shape::Constant(SIGNATURES),
        &[
            "authorizationSignAlg",
            "tokenAuthSignAlg",
            "requestSignAlg",
            "idTokenSignAlg",
            "userInfoSignAlg",
            "bcRequestSignAlg",
        ],
    ),
    (
        Shape::Constant(KEY_ENCRYPTION),
        &["authorizationEncryptionAlg", "requestEncryptionAlg", "idTokenEncryptionAlg", "userInfoEncryptionAlg"],
    ),
    (
        Shape::Constant(CONTENT_ENCRYPTION),
        &["authorizationEncryptionEnc", "requestEncryptionEnc", "idTokenEncryptionEnc", "userInfoEncryptionEnc"],
    ),
    (Shape::List(&Shape::Constant(GRANTS)), &["grantTypes"]),
    (Shape::List(&Shape::Constant(RESPONSE_TYPES)), &["responseTypes"]),
    (Shape::List(&Shape::Constant(RESPONSE_MODES)), &["responseModes"]),
    (Shape::List(&Shape::Constant(FAPI_MODES)), &["fapiModes"]),
    (Shape::List(&Shape::Constant(CLIENT_REGISTRATION)), &["clientRegistrationTypes"]),
];
