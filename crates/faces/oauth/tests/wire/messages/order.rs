//! Which fault is reported first (`docs/contracts/oauth-token-endpoint.md` section 4): of every
//! pair of faults, the earlier.

use jeton_core::model::{AuthMethod, CompatibilityMode};

use super::ways::{ID, Proof, World};
use jeton_served::{PASSWORD, USER};

/// A fault in a request.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// The body is empty.
    Empty,
    /// A parameter is missing.
    Without(&'static str),
    /// A parameter has this value.
    With(&'static str, &'static str),
    /// The client is unknown.
    Nobody,
    /// The secret is wrong.
    Unproven,
    /// The client may not use the grant.
    NoGrant,
    /// The client has no response types.
    NoResponseType,
}

/// A grant: a valid request, and its faults in the order in which they are checked.
struct Order {
    right: &'static [(&'static str, &'static str)],
    faults: &'static [(Fault, &'static str)],
}

const EMPTY: (Fault, &str) = (Fault::Empty, "no parameter in body request");
const NO_TYPE: (Fault, &str) = (Fault::Without("grant_type"), "the parameter grant_type is missing");
const NO_SCOPE: (Fault, &str) = (Fault::Without("scope"), "the parameter scope is missing");
const NOBODY: (Fault, &str) = (Fault::Nobody, "the client doesn't exist");
const UNPROVEN: (Fault, &str) = (Fault::Unproven, "the client cannot be authenticated with secret basic");
const BAD_SCOPE: (Fault, &str) = (Fault::With("scope", "admin"), "the scopes admin are not allowed or invalid");

const ORDERS: &[Order] = &[
    Order {
        right: &[("grant_type", "client_credentials"), ("scope", "read")],
        faults: &[
            EMPTY,
            NO_TYPE,
            NO_SCOPE,
            NOBODY,
            UNPROVEN,
            (Fault::NoGrant, "the client client doesn't support the grant type client_credentials"),
            (Fault::NoResponseType, "the client 'client' doesn't support the response type: 'token'"),
            BAD_SCOPE,
        ],
    },
    Order {
        right: &[("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")],
        faults: &[
            EMPTY,
            NO_TYPE,
            (Fault::Without("username"), "the parameter username is missing"),
            (Fault::Without("password"), "the parameter password is missing"),
            NO_SCOPE,
            NOBODY,
            UNPROVEN,
            (Fault::NoGrant, "the client client doesn't support the grant type password"),
            (Fault::NoResponseType, "the client 'client' doesn't support the response type: 'token id_token'"),
            (Fault::With("password", "wrong"), "resource owner credentials are not valid"),
            BAD_SCOPE,
        ],
    },
    Order {
        right: &[("grant_type", "refresh_token"), ("refresh_token", "$refresh"), ("scope", "read")],
        faults: &[
            EMPTY,
            NO_TYPE,
            (Fault::Without("refresh_token"), "the parameter refresh_token is missing"),
            NOBODY,
            UNPROVEN,
            (Fault::NoGrant, "the client client doesn't support the grant type refresh_token"),
            (Fault::With("refresh_token", "x"), "the refresh token is not valid"),
            (Fault::With("refresh_token", "$foreign_refresh"), "the refresh token can be used only by the same issuer"),
            BAD_SCOPE,
        ],
    },
    Order {
        right: &[
            ("grant_type", "authorization_code"),
            ("code", "x"),
            ("redirect_uri", "https://app.example/cb"),
            ("code_verifier", jeton_served::VERIFIER),
        ],
        faults: &[
            EMPTY,
            NO_TYPE,
            (Fault::Without("code"), "the parameter code is missing"),
            (Fault::With("redirect_uri", "/cb"), "Based on the RFC-3986 the redirection-uri is not well formed"),
            NOBODY,
            UNPROVEN,
            (Fault::NoGrant, "the client client doesn't support the grant type authorization_code"),
            (Fault::NoResponseType, "the client 'client' doesn't support the response type: 'code'"),
            (Fault::With("code", "y"), "the authorization code is not correct"),
        ],
    },
];

impl Order {
    /// Sends a request with all these faults; the later one is applied first, so that it cannot hide the earlier.
    async fn ask(&self, world: &World, own: &str, faults: &[Fault]) -> String {
        let mut form: Vec<(&str, String)> = self.right.iter().map(|(n, v)| (*n, (*v).to_owned())).collect();
        let (mut id, mut proof) = (ID, Proof::Right);
        form.iter_mut().filter(|(_, value)| value == "$refresh").for_each(|(_, value)| own.clone_into(value));
        // Unknown parameters are ignored: with one, the body is not empty when all others are missing.
        form.push(("unknown", "x".to_owned()));
        world.change(|_| ()).await;
        // The budget of wrong secrets refills.
        world.house.wait(6);
        for fault in faults.iter().rev() {
            match *fault {
                Fault::Empty => form.clear(),
                Fault::Without(name) => form.retain(|(known, _)| *known != name),
                Fault::With(name, value) => {
                    let value = if value == "$foreign_refresh" { &world.foreign.1 } else { value };
                    form.iter_mut().filter(|(n, _)| *n == name).for_each(|(_, v)| value.clone_into(v));
                }
                Fault::Nobody => id = "nobody",
                Fault::Unproven => proof = Proof::Wrong,
                Fault::NoGrant => world.house.change_client(ID, |c| c.grant_types.clear()).await,
                Fault::NoResponseType => world.house.change_client(ID, |c| c.response_types.clear()).await,
            }
        }
        world.send("/token", id, proof, &form).await.member("error_description")
    }
}

#[tokio::test]
async fn of_two_faults_the_earlier_is_said() {
    let world = World::new(AuthMethod::ClientSecretBasic, CompatibilityMode::Classic, true).await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    let form = form.map(|(name, value)| (name, value.to_owned()));
    let own = world.send("/token", ID, Proof::Right, &form).await.ok().refresh();
    for order in ORDERS {
        for (i, (earlier, message)) in order.faults.iter().enumerate() {
            assert_eq!(order.ask(&world, &own, &[*earlier]).await, *message, "{earlier:?} alone");
            for (later, _) in &order.faults[i + 1..] {
                assert_eq!(
                    order.ask(&world, &own, &[*earlier, *later]).await,
                    *message,
                    "{earlier:?} before {later:?}"
                );
            }
        }
    }
}
