//! What can be changed at each face, as requests. `{n}` is a number that no other change has, `{id}` what the last of
//! the requests before it made, `{key}` the token that it gave, `{hash}` the hash of a token made elsewhere.

/// In whose name a request is made.
#[derive(Clone, Copy, Debug)]
pub(super) enum As {
    /// The owner of the local socket.
    Owner,
    /// The holder of a token for INDIGO IAM's face.
    Iam,
    /// The holder of a token with the scope `manager`.
    Manager,
    /// A person with the scopes of UMA's and of the account's routes.
    Alice,
    /// The holder of an initial access token.
    Registrar,
    /// The holder of the registration access token.
    Registrant,
}

/// Method, path and body of a request.
pub(super) type Request = (As, &'static str, &'static str, &'static str);

/// One kind of change.
#[derive(Debug)]
pub(super) struct Change {
    /// What there is to be before.
    pub(super) before: &'static [Request],
    pub(super) change: Request,
    /// The request that shows the change.
    pub(super) seen: (As, &'static str),
}

const CLIENT: Request = (
    As::Owner,
    "POST",
    "/admin/v1/clients",
    r#"{"client_id":"c{n}","client_secret":"a secret of more than sixteen","grant_types":["client_credentials"],"scope":"read"}"#,
);
const TOKEN_OF_CLIENT: Request =
    (As::Owner, "POST", "/admin/v1/tokens", r#"{"client_id":"c{n}","kind":"api","scope":"read"}"#);
const USER: Request = (As::Owner, "POST", "/admin/v1/users", r#"{"username":"u{n}","password":"{n}-correct-horse"}"#);
const SUSPENSION: Request = (
    As::Owner,
    "POST",
    "/admin/v1/revocations",
    r#"{"filter":{"client_id":"c{n}"},"reason":"test","undo_window":3600}"#,
);
const API_TOKEN: Request = (As::Alice, "POST", "/account/v1/tokens", r#"{"name":"t{n}","scope":"read"}"#);
const REGISTERED: Request =
    (As::Registrar, "POST", "/registration", r#"{"redirect_uris":["https://app.example/{n}"]}"#);
const MANAGED: Request =
    (As::Manager, "POST", "/clients", r#"{"client_id":"m{n}","grant_types":["client_credentials"],"scope":"read"}"#);
const OWNER: Request = (As::Manager, "POST", "/resource_owners", r#"{"login":"o{n}","password":"{n}-correct-horse"}"#);
const SCOPE: Request = (As::Manager, "POST", "/scopes", r#"{"name":"s{n}","description":"one"}"#);
const CLAIM: Request = (As::Manager, "POST", "/claims", r#"{"code":"k{n}"}"#);
const RESOURCE: Request =
    (As::Alice, "POST", "/rs/resource_set", r#"{"name":"r{n}","resource_scopes":["view","print"]}"#);
const POLICY: Request =
    (As::Alice, "POST", "/policies", r#"{"resource_set_ids":["{id}"],"rules":[{"scopes":["view"]}]}"#);
const SCOPE_POLICY: Request =
    (As::Iam, "POST", "/iam/scope_policies", r#"{"description":"{n}","rule":"DENY","scopes":["never"]}"#);
const EXCHANGE_POLICY: Request = (
    As::Iam,
    "POST",
    "/iam/api/exchange/policies",
    r#"{"description":"{n}","rule":"DENY","originClient":{"type":"BY_ID","matchParam":"c{n}"},"destinationClient":{"type":"ANY"}}"#,
);

const fn change(before: &'static [Request], change: Request, seen: (As, &'static str)) -> Change {
    Change { before, change, seen }
}

/// All of them.
pub(super) const CHANGES: &[Change] = &[
    // Administration.
    change(&[], CLIENT, (As::Owner, "/admin/v1/clients/c{n}")),
    change(
        &[CLIENT],
        (As::Owner, "PUT", "/admin/v1/clients/c{n}", r#"{"grant_types":["client_credentials"],"scope":"read openid"}"#),
        (As::Owner, "/admin/v1/clients/c{n}"),
    ),
    change(&[CLIENT], (As::Owner, "DELETE", "/admin/v1/clients/c{n}", ""), (As::Owner, "/admin/v1/clients/c{n}")),
    change(
        &[CLIENT, TOKEN_OF_CLIENT],
        (As::Owner, "DELETE", "/admin/v1/clients/c{n}", ""),
        (As::Owner, "/admin/v1/clients/c{n}"),
    ),
    change(&[], USER, (As::Owner, "/admin/v1/users/u{n}")),
    change(
        &[USER],
        (As::Owner, "PUT", "/admin/v1/users/u{n}", r#"{"name":"Somebody {n}"}"#),
        (As::Owner, "/admin/v1/users/u{n}"),
    ),
    change(&[USER], (As::Owner, "DELETE", "/admin/v1/users/u{n}", ""), (As::Owner, "/admin/v1/users/u{n}")),
    change(&[], (As::Owner, "POST", "/admin/v1/keys/rotate", "{}"), (As::Owner, "/admin/v1/keys")),
    change(
        &[],
        (
            As::Owner,
            "POST",
            "/admin/v1/tokens/import",
            r#"{"tokens":[{"hash":"{hash}","name":"{n}","client_id":"one"}]}"#,
        ),
        (As::Owner, "/admin/v1/tokens?client_id=one&limit=1000"),
    ),
    // Many tokens at once.
    change(&[CLIENT, TOKEN_OF_CLIENT], SUSPENSION, (As::Owner, "/admin/v1/tokens?client_id=c{n}")),
    change(
        &[CLIENT, TOKEN_OF_CLIENT, SUSPENSION],
        (As::Owner, "POST", "/admin/v1/revocations/{id}/undo", ""),
        (As::Owner, "/admin/v1/tokens?client_id=c{n}"),
    ),
    change(
        &[CLIENT, TOKEN_OF_CLIENT, SUSPENSION],
        (As::Owner, "POST", "/admin/v1/revocations/{id}/kill", ""),
        // The tokens are suspended until the background has ended each.
        (As::Owner, "/admin/v1/revocations/{id}"),
    ),
    // A person's own tokens.
    change(&[], API_TOKEN, (As::Alice, "/account/v1/tokens?limit=1000")),
    change(
        &[API_TOKEN],
        (As::Alice, "POST", "/account/v1/tokens/{id}/rotate", r#"{"overlap":60}"#),
        (As::Alice, "/account/v1/tokens?limit=1000"),
    ),
    change(
        &[API_TOKEN],
        (As::Alice, "POST", "/account/v1/tokens/{id}/revoke", ""),
        (As::Alice, "/account/v1/tokens/{id}"),
    ),
    // The management API.
    change(&[], MANAGED, (As::Manager, "/clients/m{n}")),
    change(
        &[MANAGED],
        (As::Manager, "PUT", "/clients/m{n}", r#"{"grant_types":["client_credentials"],"scope":"openid"}"#),
        (As::Manager, "/clients/m{n}"),
    ),
    change(&[MANAGED], (As::Manager, "DELETE", "/clients/m{n}", ""), (As::Manager, "/clients/m{n}")),
    change(&[], OWNER, (As::Manager, "/resource_owners/o{n}")),
    change(
        &[OWNER],
        (As::Manager, "PUT", "/resource_owners/claims", r#"{"login":"o{n}","claims":{"name":"{n}"}}"#),
        (As::Manager, "/resource_owners/o{n}"),
    ),
    change(&[OWNER], (As::Manager, "DELETE", "/resource_owners/o{n}", ""), (As::Manager, "/resource_owners/o{n}")),
    change(&[], SCOPE, (As::Manager, "/scopes/s{n}")),
    change(&[SCOPE], (As::Manager, "PUT", "/scopes/s{n}", r#"{"description":"two"}"#), (As::Manager, "/scopes/s{n}")),
    change(&[SCOPE], (As::Manager, "DELETE", "/scopes/s{n}", ""), (As::Manager, "/scopes/s{n}")),
    change(&[], CLAIM, (As::Manager, "/claims/k{n}")),
    change(&[CLAIM], (As::Manager, "DELETE", "/claims/k{n}", ""), (As::Manager, "/claims/k{n}")),
    // Registration.
    change(&[], REGISTERED, (As::Owner, "/admin/v1/clients?limit=1000")),
    change(
        &[REGISTERED],
        (
            As::Registrant,
            "PUT",
            "/registration/{id}",
            r#"{"client_id":"{id}","redirect_uris":["https://app.example/other"]}"#,
        ),
        (As::Owner, "/admin/v1/clients/{id}"),
    ),
    change(&[REGISTERED], (As::Registrant, "DELETE", "/registration/{id}", ""), (As::Owner, "/admin/v1/clients/{id}")),
    // INDIGO IAM's administration.
    change(&[], SCOPE_POLICY, (As::Iam, "/iam/scope_policies")),
    change(
        &[SCOPE_POLICY],
        (As::Iam, "PUT", "/iam/scope_policies/{id}", r#"{"description":"other","rule":"DENY","scopes":["never"]}"#),
        (As::Iam, "/iam/scope_policies/{id}"),
    ),
    change(&[SCOPE_POLICY], (As::Iam, "DELETE", "/iam/scope_policies/{id}", ""), (As::Iam, "/iam/scope_policies/{id}")),
    change(&[], EXCHANGE_POLICY, (As::Iam, "/iam/api/exchange/policies")),
    change(
        &[EXCHANGE_POLICY],
        (As::Iam, "DELETE", "/iam/api/exchange/policies/{id}", ""),
        (As::Iam, "/iam/api/exchange/policies"),
    ),
    change(
        &[CLIENT, TOKEN_OF_CLIENT],
        (As::Iam, "PATCH", "/iam/api/clients/c{n}/revoke-access-tokens", ""),
        (As::Owner, "/admin/v1/tokens?client_id=c{n}"),
    ),
    change(
        &[CLIENT, TOKEN_OF_CLIENT],
        (As::Iam, "PATCH", "/iam/api/clients/c{n}/reset-client", ""),
        (As::Owner, "/admin/v1/tokens?client_id=c{n}"),
    ),
    // UMA.
    change(&[], RESOURCE, (As::Alice, "/rs/resource_set")),
    change(
        &[RESOURCE],
        (As::Alice, "PUT", "/rs/resource_set/{id}", r#"{"name":"other {n}","resource_scopes":["view"]}"#),
        (As::Alice, "/rs/resource_set/{id}"),
    ),
    change(&[RESOURCE], (As::Alice, "DELETE", "/rs/resource_set/{id}", ""), (As::Alice, "/rs/resource_set/{id}")),
    change(&[RESOURCE], POLICY, (As::Alice, "/policies")),
    change(
        &[RESOURCE, POLICY],
        (As::Alice, "PUT", "/policies/{id}", r#"{"rules":[{"scopes":["print"]}]}"#),
        (As::Alice, "/policies/{id}"),
    ),
    change(&[RESOURCE, POLICY], (As::Alice, "DELETE", "/policies/{id}", ""), (As::Alice, "/policies/{id}")),
];

/// Changes that create a secret, which must then work everywhere; no read shows it.
pub(super) const SECRETS: &[Change] = &[
    change(&[CLIENT], (As::Owner, "POST", "/admin/v1/clients/c{n}/secret", ""), (As::Owner, "/admin/v1/clients/c{n}")),
    change(&[CLIENT], (As::Iam, "POST", "/iam/api/clients/c{n}/secret", ""), (As::Owner, "/admin/v1/clients/c{n}")),
    change(
        &[CLIENT],
        (As::Iam, "PATCH", "/iam/api/clients/c{n}/reset-client", ""),
        (As::Owner, "/admin/v1/clients/c{n}"),
    ),
];
