//! Authlete's API: creation and introspection of tokens, as JSON.

use std::rc::Rc;

use serde_json::json;

use super::{Load, issue::collected};
use crate::{
    args::LoadArgs,
    http::{Endpoint, Form},
    load::{Collect, Cycle, Fixed},
    misuse::Misuse,
    secret::{self, BACKEND_TOKEN},
};

/// What calls of one authorization server have in common. It has no `Debug`: the header contains the token.
#[derive(Clone)]
pub(crate) struct Backend {
    create: Endpoint,
    introspect: Endpoint,
    authorization: String,
    /// The body of a creation.
    order: String,
    /// Live tokens.
    live: Rc<[String]>,
}

impl Backend {
    /// As the arguments say; none without `--backend-url`.
    pub(crate) fn new(args: &LoadArgs) -> anyhow::Result<Option<Self>> {
        let Some(url) = &args.backend_url else { return Ok(None) };
        let token = secret::read("--backend-token-file", args.backend_token_file.as_deref(), BACKEND_TOKEN)?.ok_or(
            Misuse::Missing {
                what: "the service's access token",
                option: "--backend-token-file or JETON_BENCH_BACKEND_TOKEN",
            },
        )?;
        let server = Endpoint::parse(url.trim_end_matches('/'))?;
        let at = |path: &str| server.at(&format!("{}{path}", server.path.trim_end_matches('/')));
        let scopes: Vec<_> = args.scope.iter().flat_map(|scope| scope.split(' ')).collect();
        let grant_type = if args.backend_subject.is_some() { "AUTHORIZATION_CODE" } else { "CLIENT_CREDENTIALS" };
        // `null` counts as absent.
        let order = json!({
            "grantType": grant_type, "clientIdentifier": args.client_id, "scopes": scopes, "subject": args.backend_subject,
        });
        Ok(Some(Self {
            create: at("/auth/token/create"),
            introspect: at("/auth/introspection"),
            authorization: format!("Bearer {}", token.expose()),
            order: order.to_string(),
            live: Rc::default(),
        }))
    }

    /// The same calls to a bare server, which answers all of them at one place.
    pub(super) fn at(&self, place: Endpoint) -> Self {
        Self { create: place.clone(), introspect: place, ..self.clone() }
    }

    pub(crate) fn create(&self) -> Load {
        let form = Form::json(&self.create, Some(&self.authorization), String::new(), String::new());
        Load { place: self.create.clone(), work: Rc::new(Fixed(form.with(&self.order))) }
    }

    /// Goes round the live tokens.
    pub(crate) fn introspect(&self) -> Load {
        let (before, after) = ("{\"token\":\"".to_owned(), "\"}".to_owned());
        let form = Form::json(&self.introspect, Some(&self.authorization), before, after);
        Load { place: self.introspect.clone(), work: Rc::new(Cycle::new(form, Rc::clone(&self.live))) }
    }

    /// With so many live tokens, created now.
    pub(crate) async fn with_live(self, count: usize, conns: usize) -> anyhow::Result<Self> {
        let form = Form::json(&self.create, Some(&self.authorization), String::new(), String::new());
        let work = Collect::new(form.with(&self.order), "accessToken", count);
        let live = collected(&self.create, work, conns.min(count), None).await?;
        // They need no escapes in JSON.
        let decoded = live.iter().flat_map(|token| form_urlencoded::parse(token.as_bytes()).next());
        Ok(Self { live: decoded.map(|(token, _)| token.into_owned()).collect(), ..self })
    }
}
