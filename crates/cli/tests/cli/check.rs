//! `jeton check`

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use rcgen::{CertificateParams, KeyPair};

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
    assert!(text(&output.stderr).contains("client[0] (`app`): `dpop_bound_access_tokens`"), "{}", text(&output.stderr));
}

/// `check` applies the file to an empty store, as a first start does: what that refuses, it names, with the record that is wrong.
#[test]
fn what_a_start_would_refuse_is_a_problem() {
    let secret = "a secret of forty characters, too short.";
    let of_client =
        |more: &str| format!("[[client]]\nclient_id = \"app\"\nredirect_uris = [\"https://app.example/cb\"]\n{more}\n");
    let with_secret = |more: &str| of_client(&format!("client_secret = \"{secret}\"\n{more}"));
    let verified = |name: &str, number: &str| {
        format!("[[user]]\nusername = \"{name}\"\nphone_number = \"{number}\"\nphone_number_verified = true\n")
    };
    let too_short = "client[0] (`app`): `client_secret`: is too short";
    for (rest, said) in [
        (with_secret("id_token_signed_response_alg = \"HS512\""), too_short),
        (with_secret("userinfo_signed_response_alg = \"HS512\""), too_short),
        (
            with_secret(
                "token_endpoint_auth_method = \"client_secret_jwt\"\ntoken_endpoint_auth_signing_alg = \"HS512\"",
            ),
            too_short,
        ),
        (
            of_client(
                "token_endpoint_auth_method = \"private_key_jwt\"\njwks_uri = \"https://app.example/jwks\"\n\
                 id_token_signed_response_alg = \"HS256\"",
            ),
            "client[0] (`app`): `client_secret`: is missing",
        ),
        ("[[group]]\npath = \"atlas\"\n".to_owned(), "group[0] (`atlas`): `path`"),
        (
            verified("ann", "+14255550100") + &verified("ben", "+1 (425) 555-0100"),
            "user[1] (`ben`): the verified phone_number is already taken",
        ),
    ] {
        let (folder, _) = folder(&rest);
        let checked = run(folder.path(), &["check"]);
        let lines = text(&checked.stderr);
        assert!(checked.status.code() == Some(2) && lines.contains(said), "{said}: {lines}");
        assert!(!folder.path().join("jeton-data").exists(), "nothing is made: {said}");
        let served = run(folder.path(), &["serve"]);
        let lines = text(&served.stderr);
        assert!(!served.status.success() && lines.contains(said), "{said}: {lines}");
    }
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
fn files_that_others_may_read_or_write_are_named() {
    let client = |name: &str| {
        format!(
            "[[client]]\nclient_id = \"{name}\"\nclient_secret_file = \"{name}.secret\"\ngrant_types = [\"client_credentials\"]\n"
        )
    };
    let rest = format!("tls_cert = \"cert.pem\"\ntls_key = \"key.pem\"\n{}{}", client("app"), client("other"));
    let (folder, _) = folder(&rest);
    let at = |name: &str| folder.path().join(name);
    let mode = |name: &str, mode: u32| fs::set_permissions(at(name), Permissions::from_mode(mode)).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    fs::write(at("cert.pem"), certificate.pem()).unwrap();
    fs::write(at("key.pem"), key.serialize_pem()).unwrap();
    for name in ["app.secret", "other.secret"] {
        fs::write(at(name), "a secret of some length").unwrap();
    }
    mode("jeton.toml", 0o600);
    for name in ["key.pem", "app.secret", "other.secret"] {
        mode(name, 0o600);
    }
    mode("cert.pem", 0o644);
    assert_eq!(run(folder.path(), &["init", "--config", "made.toml"]).status.code(), Some(0));
    let made = fs::read_to_string(at("made.toml")).unwrap();
    assert!(made.contains("jeton-data"), "the same folder: {made}");
    let warnings = || {
        let report = json(&run(folder.path(), &["check", "--json"]));
        let lines: Vec<_> =
            report["warnings"].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect();
        lines.into_iter().filter(|line| line.contains("chmod")).collect::<Vec<_>>()
    };
    assert_eq!(warnings(), [""; 0], "what the program makes is its owner's alone");

    // A group may be given a secret to read.
    mode("app.secret", 0o640);
    assert_eq!(warnings(), [""; 0]);
    for (name, open, key, complaint) in [
        ("jeton-data/seal.key", 0o640, "data_dir", "read by others (mode 0640): chmod 600 "),
        ("jeton-data/seal.key", 0o602, "data_dir", "written by others (mode 0602): chmod 600 "),
        ("jeton-data/jeton.db", 0o644, "store.url", "read by others (mode 0644): chmod 600 "),
        ("jeton.toml", 0o644, "configuration", "read by others (mode 0644): chmod 600 "),
        ("jeton.toml", 0o666, "configuration", "read and written by others (mode 0666): chmod 600 "),
        ("jeton.toml", 0o620, "configuration", "written by others (mode 0620): chmod 600 "),
        ("key.pem", 0o644, "http.tls_key", "read by others (mode 0644): chmod 600 "),
        ("cert.pem", 0o664, "http.tls_cert", "written by others (mode 0664): chmod go-w "),
        ("other.secret", 0o604, "client[1].client_secret_file", "read by others (mode 0604): chmod 600 "),
        ("jeton-data", 0o770, "data_dir", "written by others (mode 0770): chmod go-w "),
    ] {
        let before = fs::metadata(at(name)).unwrap().permissions();
        mode(name, open);
        let found = warnings();
        assert_eq!(found.len(), 1, "{name} {open:o}: {found:?}");
        assert!(found[0].starts_with(&format!("`{key}`: ")) && found[0].contains(complaint), "{}", found[0]);
        assert!(found[0].contains(name.rsplit('/').next().unwrap()), "{}", found[0]);
        // It is a warning: others may be all right here.
        assert_eq!(run(folder.path(), &["check"]).status.code(), Some(0));
        fs::set_permissions(at(name), before).unwrap();
    }
    // Who may write in the folder may replace what is in it.
    let folder_mode = fs::metadata(folder.path()).unwrap().permissions();
    mode(".", 0o777);
    assert!(warnings().iter().any(|line| line.contains("can be written by everyone")));
    fs::set_permissions(folder.path(), folder_mode).unwrap();
}

#[test]
fn keys_that_nothing_reads_are_named() {
    let (folder, _) = folder(
        "[organization]\naccess_token = \"a secret of thirty-two bytes or more\"\n[[client]]\nclient_id = \"app\"\nclient_secret = \"another one of that length\"\ngrant_types = [\"client_credentials\"]\n\
                              authorization_details_types = [\"a\"]\n[[service]]\nid = 7\nissuer = \"https://seven.example\"\nsettings = { a = 1 }\n",
    );
    let output = run(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let line = "warning: `client[0].authorization_details_types` has no effect in this version: remove it";
    assert!(text(&output.stderr).contains(line), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr).matches("has no effect").count(), 1, "{}", text(&output.stderr));
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
