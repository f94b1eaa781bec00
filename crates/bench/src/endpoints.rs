//! Where the operations' endpoints are.

use anyhow::{Context as _, bail};
use serde::Deserialize;

use crate::{
    args::LoadArgs,
    http::{Endpoint, get},
    load::once,
    misuse::Misuse,
};

/// OpenID Connect Discovery first, RFC 8414 for servers without it.
const DOCUMENTS: [&str; 2] = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];

/// The endpoints of the target. One that is not known leaves its operation out.
#[derive(Debug)]
pub(crate) struct Endpoints {
    pub(crate) token: Endpoint,
    pub(crate) introspect: Option<Endpoint>,
    pub(crate) revoke: Option<Endpoint>,
    pub(crate) list: Option<Endpoint>,
}

/// What is read of a discovery document.
#[derive(Debug, Default, Deserialize)]
struct Metadata {
    token_endpoint: Option<String>,
    introspection_endpoint: Option<String>,
    revocation_endpoint: Option<String>,
}

impl Endpoints {
    /// From the options, and from the discovery document for what these leave open.
    pub(crate) async fn find(args: &LoadArgs) -> anyhow::Result<Self> {
        let named = [&args.token_url, &args.introspect_url, &args.revoke_url];
        let found = if named.iter().all(|url| url.is_some()) {
            Metadata::default()
        } else {
            match discover(&args.url).await {
                Ok(metadata) => metadata,
                // Without discovery one can still measure what is named.
                Err(error) if args.token_url.is_some() && !error.is::<Misuse>() => {
                    eprintln!("# {error:#}: only the endpoints named by options are measured");
                    Metadata::default()
                }
                Err(error) => return Err(error),
            }
        };
        let token = place(&args.token_url, found.token_endpoint, "--token-url")?;
        Ok(Self {
            token: token.ok_or(Misuse::Missing { what: "the token endpoint", option: "--token-url" })?,
            introspect: place(&args.introspect_url, found.introspection_endpoint, "--introspect-url")?,
            revoke: place(&args.revoke_url, found.revocation_endpoint, "--revoke-url")?,
            list: place(&args.list_url, None, "--list-url")?,
        })
    }
}

fn place(named: &Option<String>, found: Option<String>, option: &str) -> anyhow::Result<Option<Endpoint>> {
    match (named, found) {
        (Some(url), _) => Ok(Some(Endpoint::parse(url)?)),
        // A server behind a proxy names its public address here, which is not where it is measured.
        (None, Some(url)) => {
            Ok(Some(Endpoint::parse(&url).with_context(|| format!("discovery; {option} goes before it"))?))
        }
        (None, None) => Ok(None),
    }
}

async fn discover(url: &str) -> anyhow::Result<Metadata> {
    let server = Endpoint::parse(url.trim_end_matches('/'))?;
    let base = server.path.trim_end_matches('/');
    for document in DOCUMENTS {
        let place = server.at(&format!("{base}{document}"));
        let origin = place.origin();
        let (status, body) =
            once(&place, &get(&place, None)).await.with_context(|| format!("cannot reach {origin}"))?;
        if status == 200 {
            return serde_json::from_slice(&body).with_context(|| format!("{origin}{}: not a document", place.path));
        }
    }
    bail!("{url} has no discovery document: name its endpoints by --token-url, --introspect-url, --revoke-url")
}
