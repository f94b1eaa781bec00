//! The configuration: defaults, below the file, below the environment.
//!
//! The structs in `sections` are the one description of the file. Their schema (types, defaults, the comments as
//! documentation) drives everything else: [`Config::load`] checks a file against it, the environment is read by it,
//! [`KEYS`] lists it and [`reference_markdown`] prints it.

mod addresses;
mod duration;
mod effect;
mod environment;
mod error;
mod files;
mod keys;
mod load;
mod nobody;
mod one_or_many;
mod problem;
mod reference;
mod sample;
mod schema;
mod secret;
mod sections;
mod shape;
mod suggest;
mod tree;
mod validate;
mod values;

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

pub use effect::Effect;
pub use error::ConfigError;
pub use keys::{KEYS, KeyDoc};
pub use problem::Problem;
pub use reference::reference_markdown;
pub use sample::sample;
pub use sections::{
    AccessTokenFormat, AccessTokenTyp, Address, Admin, ApiTokenAlgorithm, ApiTokens, AppKey, Aws, Claims, Client,
    ClientProfile, Engine, Exchange, ExchangeActs, ExchangeVerdict, Group, Http, Iam, Index, Internal, JsonObject,
    JwtProfile, KeepTokens, Keys, Metrics, Organization, Outbound, RefreshRotation, Registration, Service, Sms, Store,
    Tokens, TrackUse, TrustedIssuer, TrustedIssuerFinds, Uma, UmaDefault, User, Vector,
};
pub use values::Values;

/// The whole configuration of one process.
///
/// [`Config::load`] creates it; then every value has its type, secrets named by file are read, and paths are resolved.
/// [`Config::problems`] reports values that contradict each other.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Config {
    /// URL of the default service as clients see it; it is the `iss` of every token.
    pub issuer: String,
    /// Accept an issuer with plain HTTP on a host that is not loopback: for a closed test network only.
    pub allow_http_issuer: bool,
    /// Folder of the embedded store, the key files and the administrators' socket.
    #[schemars(extend("format" = "jeton-path"))]
    pub data_dir: PathBuf,
    /// The main listener.
    pub http: Http,
    /// The addresses for internal callers.
    pub internal: Internal,
    /// Where the ledger is kept.
    pub store: Store,
    /// The in-memory cache of live tokens.
    pub index: Index,
    /// Format, lifetimes and signatures of tokens. All but the format holds for every service of the file, where its `settings` say
    /// nothing else.
    pub tokens: Tokens,
    /// Publication and replacement of signing keys.
    pub keys: Keys,
    /// Dynamic client registration.
    pub registration: Registration,
    /// User-Managed Access.
    pub uma: Uma,
    /// Clients of the default service.
    pub client: Vec<Client>,
    /// Which clients may exchange which tokens in the default service. A rule is no longer in force after it was
    /// removed from the file.
    pub exchange: Vec<Exchange>,
    /// Other issuers whose assertions the default service accepts.
    pub trusted_issuer: Vec<TrustedIssuer>,
    /// Users of the default service.
    pub user: Vec<User>,
    /// Labels of user groups of the default service.
    pub group: Vec<Group>,
    /// What administrators may see.
    pub admin: Admin,
    /// Further issuers, each served at the host and path of its URL with its own keys, clients and users.
    pub service: Vec<Service>,
    /// The credential for all services.
    pub organization: Organization,
    /// The API and the token profiles of INDIGO IAM and the grid.
    pub iam: Iam,
    /// API tokens, and ProdManager's `/api/token`.
    pub api_tokens: ApiTokens,
    /// The face for Vector robots.
    pub vector: Vector,
    /// Where confirmation codes are sent.
    pub sms: Sms,
    /// Requests to other servers.
    pub outbound: Outbound,
    /// The listener of the metrics.
    pub metrics: Metrics,
    /// What [`Config::load`] found written: for comparing two readings.
    #[serde(skip)]
    #[schemars(skip)]
    pub values: Values,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            issuer: "http://127.0.0.1:8080".to_owned(),
            allow_http_issuer: false,
            data_dir: PathBuf::from("./jeton-data"),
            http: Http::default(),
            internal: Internal::default(),
            store: Store::default(),
            index: Index::default(),
            tokens: Tokens::default(),
            keys: Keys::default(),
            registration: Registration::default(),
            uma: Uma::default(),
            client: Vec::new(),
            exchange: Vec::new(),
            trusted_issuer: Vec::new(),
            user: Vec::new(),
            group: Vec::new(),
            admin: Admin::default(),
            service: Vec::new(),
            organization: Organization::default(),
            iam: Iam::default(),
            api_tokens: ApiTokens::default(),
            vector: Vector::default(),
            sms: Sms::default(),
            outbound: Outbound::default(),
            metrics: Metrics::default(),
            values: Values::default(),
        }
    }
}
