//! The library that XRootD, HTCondor and the storage services of the grid read tokens with: scitokens-cpp, by its own tools,
//! against a running Jeton's discovery and keys over TLS (`docs/contracts/indigo-iam.md` section 11, row 8).

use std::path::Path;
use std::process::Output;

use anyhow::{Context as _, Result, ensure};
use jeton_testkit::machine::{AUTHORITIES, CURL, SCITOKENS, need};
use jeton_tests::Jeton;
use jeton_tests::authority::Authority;
use jeton_tests::toml::table;
use serde_json::{Value, json};
use tokio::process::Command;

const SECRET: &str = "a-secret-of-the-grid-that-is-long-enough-to-be-one";
const HERE: &str = "https://storage.example:1094";
const ELSEWHERE: &str = "https://other.example:1094";

/// The tools trust only the system's certificate authorities: in a separate mount namespace, these are the test's. Root
/// creates one directly, other users through a user namespace (which a `chroot` and many containers forbid).
const AS_THE_SYSTEMS: &str = r#"
inside='mount --bind "$AUTHORITY" /etc/ssl/certs/ca-certificates.crt && exec "$@"'
unshare --mount true 2>/dev/null && exec unshare --mount sh -c "$inside" sh "$@"
exec unshare --user --map-root-user --mount sh -c "$inside" sh "$@"
"#;

struct Grid {
    jeton: Jeton,
    authority: Authority,
}

impl Grid {
    async fn start(signing_alg: &str) -> Result<Self> {
        need(&[&SCITOKENS, &CURL, &AUTHORITIES])?;
        let authority = Authority::new()?;
        let client = json!({
            "client_id": "grid",
            "client_secret": SECRET,
            "token_endpoint_auth_method": "client_secret_basic",
            "grant_types": ["client_credentials"],
            "response_types": [],
            "scope": "wlcg storage.read:/ storage.create:/atlas compute.read",
        });
        let config = format!("[tokens]\nsigning_alg = {signing_alg:?}\n\n{}", table("client", &client));
        Ok(Self { jeton: Jeton::start_tls(&authority, &config).await?, authority })
    }

    async fn token(&self, scope: &str, more: &[&str]) -> Result<String> {
        let output = Command::new("curl")
            .args(["-fsS", "--noproxy", "*", "-u", &format!("grid:{SECRET}"), "--cacert"])
            .arg(self.authority.path("ca"))
            .args(["-d", "grant_type=client_credentials", "--data-urlencode", &format!("scope={scope}")])
            .args(more.iter().flat_map(|form| ["--data-urlencode", form]))
            .arg(self.jeton.url("/token"))
            .output()
            .await?;
        ensure!(output.status.success(), "{}", printed(&output));
        let answer: Value = serde_json::from_slice(&output.stdout)?;
        Ok(answer.get("access_token").and_then(Value::as_str).context("a token")?.to_owned())
    }

    async fn tool(&self, name: &str, args: &[&str]) -> Result<Output> {
        self.tool_with(name, args, &self.authority.path("ca")).await
    }

    async fn tool_with(&self, name: &str, args: &[&str], authority: &Path) -> Result<Output> {
        let cache = tempfile::tempdir()?;
        let output = Command::new("sh")
            .args(["-c", AS_THE_SYSTEMS, "sh", name])
            .args(args)
            .env("AUTHORITY", authority)
            .env("XDG_CACHE_HOME", cache.path())
            .env("no_proxy", "*")
            .output()
            .await?;
        Ok(output)
    }

    /// Whether the tool accepts a token for an operation at a storage service.
    async fn allows(&self, token: &str, audience: &str, action: &str, path: &str) -> Result<bool> {
        let output = self.tool("scitokens-test-access", &[token, self.jeton.issuer(), audience, action, path]).await?;
        Ok(output.status.success())
    }
}

fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The same token with one letter of its claims changed.
fn tampered(token: &str) -> String {
    let middle = token.find('.').map_or(0, |dot| dot + 40);
    let letter = if token.get(middle..=middle) == Some("A") { "B" } else { "A" };
    [token.get(..middle).unwrap_or_default(), letter, token.get(middle + 1..).unwrap_or_default()].concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scitokens_cpp_takes_a_wlcg_token_and_refuses_a_foreign_or_altered_one() -> Result<()> {
    for signing_alg in ["ES256", "RS256"] {
        let grid = Grid::start(signing_alg).await?;
        let token = grid.token("storage.read:/", &[]).await?;
        let taken = grid.tool("scitokens-verify", &["--profile", "wlcg", &token]).await?;
        ensure!(taken.status.success(), "{signing_alg}: {}", printed(&taken));
        ensure!(grid.allows(&token, HERE, "read", "/atlas/run3").await?, "{signing_alg}: for anybody");
        ensure!(!grid.allows(&token, HERE, "create", "/atlas/run3").await?, "{signing_alg}: another action");

        let own = grid.token("storage.read:/", &[&format!("resource={HERE}")]).await?;
        ensure!(grid.allows(&own, HERE, "read", "/atlas/run3").await?, "{signing_alg}: for this service");
        ensure!(!grid.allows(&own, ELSEWHERE, "read", "/atlas/run3").await?, "{signing_alg}: a foreign audience");

        let altered = tampered(&token);
        ensure!(altered != token && altered.len() == token.len());
        let refused = grid.tool("scitokens-verify", &["--profile", "wlcg", &altered]).await?;
        ensure!(!refused.status.success(), "{signing_alg}: an altered token");
        ensure!(!grid.allows(&altered, HERE, "read", "/atlas/run3").await?, "{signing_alg}: an altered token");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scitokens_cpp_reads_paths_as_jeton_gives_them() -> Result<()> {
    let grid = Grid::start("ES256").await?;
    let token = grid.token("storage.read:/atlas storage.create:/atlas/run3", &[]).await?;
    for (action, path, expected) in [
        ("read", "/atlas", true),
        ("read", "/atlas/run3/x", true),
        ("read", "/cms", false),
        ("create", "/atlas/run3/x", true),
        ("create", "/atlas/x", false),
    ] {
        ensure!(grid.allows(&token, HERE, action, path).await? == expected, "{action} {path}");
    }
    Ok(())
}

/// The tool must refuse keys of other issuers; otherwise its acceptance proves nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scitokens_cpp_asks_jeton_for_its_keys_over_tls() -> Result<()> {
    let grid = Grid::start("ES256").await?;
    let token = grid.token("storage.read:/", &[]).await?;
    let taken = grid.tool("scitokens-verify", &[&token]).await?;
    ensure!(taken.status.success(), "{}", printed(&taken));
    let other = Authority::new()?;
    let refused = grid.tool_with("scitokens-verify", &[&token], &other.path("ca")).await?;
    ensure!(!refused.status.success(), "an authority that did not sign the server's certificate");
    Ok(())
}
