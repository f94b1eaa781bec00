//! API tokens from the command line, and what a stop must not lose.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::support::{Request, Running, client, folder, json, run, text};

const SECRET: &str = "a secret of enough characters";

fn jq(folder: &Path, args: &[&str]) -> Value {
    let args: Vec<_> = args.iter().copied().chain(["--json"]).collect();
    json(&run(folder, &args))
}

fn served() -> (tempfile::TempDir, Running, u16) {
    let (folder, port) = folder(&client("app", SECRET));
    let running = Running::serve(folder.path(), port);
    (folder, running, port)
}

/// The proxy's address is in the range; a client whose address it hides or reports in two ways is not.
#[test]
fn an_address_that_nobody_knows_is_in_no_range() {
    let (folder, port) = folder(&format!("trusted_proxies = [\"127.0.0.1\"]\n{}", client("app", SECRET)));
    let running = Running::serve(folder.path(), port);
    let minted = run(
        folder.path(),
        &[
            "token",
            "mint",
            "--kind",
            "api",
            "--client",
            "app",
            "--scope",
            "jeton:admin",
            "--from",
            "127.0.0.0/8,192.0.2.0/24",
        ],
    );
    let bearer = format!("Bearer {}", text(&minted.stdout).trim());
    let status = |headers: &[(&str, &str)]| {
        let request = Request::get("/admin/v1/tokens").header("authorization", &bearer);
        running.http(&headers.iter().fold(request, |request, (name, value)| request.header(name, value))).status
    };
    for headers in [
        &[][..],
        &[("forwarded", "for=\"192.0.2.7:80\"")],
        &[("x-forwarded-for", "198.51.100.1, 192.0.2.7")],
        &[("forwarded", "for=192.0.2.7"), ("x-forwarded-for", "192.0.2.7")],
    ] {
        assert_eq!(status(headers), 200, "{headers:?}");
    }
    for headers in [
        &[("x-forwarded-for", "198.51.100.1")][..],
        &[("x-forwarded-for", "unknown")],
        &[("x-forwarded-for", "garbage")],
        &[("forwarded", "for=unknown")],
        &[("forwarded", "for=_secret")],
        &[("forwarded", "for=\"192.0.2.7")],
        &[("forwarded", "for=\"192.0.2.7, for=192.0.2.7\"")],
        &[("forwarded", "for=192.0.2.7"), ("x-forwarded-for", "198.51.100.1")],
        &[("forwarded", "for=192.0.2.7"), ("x-forwarded-for", "unknown")],
    ] {
        assert_eq!(status(headers), 401, "{headers:?}");
    }
}

#[test]
fn uses_survive_a_tidy_stop() {
    let (folder, mut running, port) = served();
    let minted =
        jq(folder.path(), &["token", "mint", "--kind", "api", "--client", "app", "--scope", "jeton:admin api1"]);
    let bearer = format!("Bearer {}", minted["token"].as_str().unwrap());
    for _ in 0..3 {
        let answer = running.http(&Request::get("/admin/v1/services").header("authorization", &bearer));
        assert_eq!(answer.status, 200);
    }
    assert!(running.stop().success());
    let _running = Running::serve(folder.path(), port);
    let seen = jq(folder.path(), &["token", "inspect", &minted["id"].to_string()]);
    assert_eq!((&seen["use_count"], &seen["last_used_from"]), (&3.into(), &"127.0.0.0/24".into()), "{seen}");
    assert_eq!(seen["unused_scopes"], "api1");
}

#[test]
fn a_token_is_bound_to_a_key_by_its_file_or_its_thumbprint() {
    let (folder, _running, _) = served();
    let folder = folder.path();
    let file = folder.join("key.jwk");
    std::fs::write(
        &file,
        r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"AA"}"#,
    )
    .unwrap();
    for key in [file.to_str().unwrap(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"] {
        let minted = jq(folder, &["token", "mint", "--kind", "api", "--scope", "api1", "--dpop-key", key]);
        assert_eq!(minted["bound"], true, "{minted}");
    }
}

#[test]
fn a_token_is_bound_to_addresses_and_rotated() {
    let (folder, running, _) = served();
    let folder = folder.path();
    let minted = jq(
        folder,
        &["token", "mint", "--kind", "api", "--client", "app", "--scope", "jeton:admin", "--from", "10.0.0.0/8,::1"],
    );
    assert_eq!(minted["address_ranges"], serde_json::json!(["10.0.0.0/8", "::1/128"]));
    let bearer = format!("Bearer {}", minted["token"].as_str().unwrap());
    let answer = running.http(&Request::get("/admin/v1/services").header("authorization", &bearer));
    assert_eq!(answer.status, 401, "127.0.0.1 is in none of them");
    let id = minted["id"].to_string();
    let rotated = run(folder, &["token", "rotate", &id, "--overlap", "1h"]);
    assert!(text(&rotated.stdout).starts_with("jtn_api_"), "{}", text(&rotated.stderr));
    let old = jq(folder, &["token", "inspect", &id]);
    assert_eq!(old["state"], "live");
    assert!(old["rotated_to"].is_u64(), "{old}");
    let again = run(folder, &["token", "rotate", &id]);
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("token_not_rotatable"), "{}", text(&again.stderr));
}

#[test]
fn tokens_are_imported_from_json_lines_and_from_csv() {
    let (folder, running, _) = served();
    let folder = folder.path();
    let hash = "e1fabe2abd39c4a2e8d1b1b0b1d6a5d5b9c4b7a0c3f1d2e3f4a5b6c7d8e9f0a1";
    let lines = format!(
        "{{\"hash\":\"{hash}\",\"name\":\"one\",\"client_id\":\"app\"}}\n\n{{\"hash\":\"{hash}\",\"name\":\"two\"}}\n"
    );
    fs::write(folder.join("tokens.jsonl"), lines).unwrap();
    let output = run(folder, &["token", "import", "tokens.jsonl", "--json"]);
    assert_eq!(output.status.code(), Some(1), "one is there already");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&document["imported"], &document["failed"][0]["error"]), (&1.into(), &"conflict".into()), "{document}");
    let known = sha256("old-secret");
    let rows = format!(
        "hash,name,client_id,scope,expires_at,address_ranges\n{known},\"three, quoted\",app,jeton:admin,,127.0.0.0/8 ::1\n"
    );
    fs::write(folder.join("tokens.csv"), rows).unwrap();
    let document = jq(folder, &["token", "import", "tokens.csv"]);
    assert_eq!(document["imported"], 1, "{document}");
    let listed = jq(folder, &["token", "list", "--kind", "api"]);
    assert_eq!(listed["total"], 2);
    let answer = running.http(&Request::get("/admin/v1/services").header("authorization", "Bearer old-secret"));
    assert_eq!(answer.status, 200, "the old text works");
    fs::write(folder.join("broken.jsonl"), "{\"hash\":1}\n{nonsense\n").unwrap();
    assert_eq!(run(folder, &["token", "import", "broken.jsonl"]).status.code(), Some(2));
    assert_eq!(run(folder, &["token", "import", "missing.csv"]).status.code(), Some(2));
}

fn sha256(text: &str) -> String {
    jeton_jose::digest::sha256(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
