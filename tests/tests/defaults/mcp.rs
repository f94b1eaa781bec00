//! The official SDK of the Model Context Protocol as server and client: `docs/flows/mcp.md`.

use anyhow::{Context as _, Result, ensure};
use jeton_tests::authority::Authority;
use jeton_tests::client_run::{Language, with_defaults};
use jeton_tests::clients_page::{Row, keep};
use jeton_tests::config::{person, with};
use jeton_tests::{Jeton, free_port};
use serde_json::json;

use super::{CLIENT, NPM};

/// The client knows only the MCP server's address; it registers, and then it is known by a document on a host that the operator
/// allows.
#[tokio::test]
async fn an_mcp_server_and_its_client() -> Result<()> {
    let authority = Authority::new()?;
    let file = |name: &str| authority.path(name).display().to_string();
    let (port, redirect_uri) = (free_port(), format!("http://127.0.0.1:{}/callback", free_port()));
    let configuration = format!(
        "[registration]\nopen = true\nclient_id_documents = true\nclient_id_hosts = [\"localhost:{port}\"]\n\n\
         [outbound]\nca = {:?}\n\n{}",
        file("ca"),
        person()
    );
    let jeton = Jeton::start(&configuration).await?;
    let document =
        json!({ "document_port": port, "certificate": file("server"), "certificate_key": file("server.key") });
    let case = with(CLIENT.case(jeton.issuer(), &redirect_uri), document);
    let ran = with_defaults(Language::Node, "mcp", &case).await;
    let ran = ran.with_context(|| format!("the server's log:\n{}", jeton.log()))?;
    let expected =
        ["discovery", "registration", "client-id-document", "tool-call", "refresh", "foreign-audience-refused"];
    ensure!(ran.steps == expected, "the SDK drove {:?}", ran.steps);
    keep(&Row { client: "MCP SDK", from: NPM, version: &ran.version, steps: &ran.steps })
}
