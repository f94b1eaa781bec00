//! `jeton check`

use super::support::{Running, client, folder, json, run, text};

#[test]
fn a_sound_configuration_passes_and_nothing_is_made() {
    let (folder, _) = folder(&client("app", "a secret that is long"));
    let output = run(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(!folder.path().join("jeton-data").exists());
}

#[test]
fn every_problem_is_one_line_with_its_key_and_a_fix() {
    let (folder, _) =
        folder("[tokens]\nsigning_alg = \"none\"\n[[client]]\nclient_id = \"app\"\nredirect_uri = [\"x\"]");
    let output = run(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(2));
    let lines = text(&output.stderr);
    assert!(lines.contains("client[0].redirect_uri") && lines.contains("redirect_uris"), "{lines}");

    let (folder, _) = self::folder("[tokens]\nsigning_alg = \"none\"\n[[client]]\nclient_id = \"app\"");
    let output = run(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(2));
    let lines = text(&output.stderr);
    assert!(lines.contains("tokens.signing_alg"), "{lines}");
    assert!(lines.lines().filter(|line| line.starts_with("error: ")).count() >= 2, "{lines}");
    assert_eq!(run(folder.path(), &["serve"]).status.code(), Some(2));
}

#[test]
fn what_the_program_cannot_serve_is_a_problem() {
    let rest = "[[client]]\nclient_id = \"app\"\ntoken_endpoint_auth_method = \"private_key_jwt\"\n\
                jwks_uri = \"https://app.example/jwks\"\ndpop_bound_access_tokens = true\nredirect_uris = [\"https://app.example/cb\"]";
    let (folder, _) = folder(rest);
    let output = run(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("client[0]: `dpop_bound_access_tokens`"), "{}", text(&output.stderr));
}

#[test]
fn a_missing_file_an_unwritable_folder_and_a_wrong_url_say_what_to_change() {
    let (folder, _) = folder("tls_cert = \"no.pem\"\ntls_key = \"no.key\"");
    let output = run(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("no.pem"), "{}", text(&output.stderr));

    let (folder, _) = self::folder("[store]\nurl = \"mysql://somewhere\"");
    let output = run(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("store.url"), "{}", text(&output.stderr));

    let missing = run(folder.path(), &["check", "--config", "other.toml"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(text(&missing.stderr).contains("other.toml"));
}

#[test]
fn programs_get_one_document() {
    let (folder, _) = folder(&client("app", "short"));
    let report = json(&run(folder.path(), &["check", "--json"]));
    assert_eq!(report["ok"], true);
    assert!(report["warnings"][0].as_str().unwrap().contains("client[0].client_secret"), "{report}");
    assert!(!report.to_string().contains("short\""));

    let schema = json(&run(folder.path(), &["check", "--schema"]));
    assert!(schema["properties"]["issuer"].is_object());
}

#[test]
fn a_running_servers_store_is_left_alone() {
    let (folder, port) = folder("");
    let _running = Running::serve(folder.path(), port);
    let output = run(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("in use by a running server"));
}
