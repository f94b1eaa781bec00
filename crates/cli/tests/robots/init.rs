//! `jeton vector init`, and what `jeton check` says of certificates that robots would refuse.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rcgen::{CertificateParams, KeyPair};
use serde_json::Value;

use crate::home::run;

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn it_writes_what_a_house_needs_and_replaces_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let first = [
        "vector",
        "init",
        "--name",
        "robots.home.arpa",
        "--address",
        "192.0.2.7",
        "--address",
        "2001:db8::1",
        "--port",
        "8443",
    ];
    let made = run(folder.path(), &first);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let said = text(&made.stdout);
    for part in
        ["robots.home.arpa", "192.0.2.7, 2001:db8::1", "\"0.0.0.0:8443\"", "vector/server.pem", "jeton vector robots"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let at = |name: &str| folder.path().join("vector").join(name);
    for (name, mode) in [
        ("ca.pem", 0o644),
        ("ca.key", 0o600),
        ("server.pem", 0o644),
        ("server.key", 0o600),
        ("server_config.json", 0o644),
    ] {
        assert_eq!(std::fs::metadata(at(name)).unwrap().permissions().mode() & 0o777, mode, "{name}");
    }
    let config: Value = serde_json::from_slice(&std::fs::read(at("server_config.json")).unwrap()).unwrap();
    for name in ["tms", "jdocs", "chipper"] {
        assert_eq!(config[name], "robots.home.arpa:8443");
    }
    assert_eq!(
        (&config["check"], &config["appkey"]),
        (&"robots.home.arpa/ok".into(), &"oDoa0quieSeir6goowai7f".into())
    );

    let before = std::fs::read(at("ca.pem")).unwrap();
    let again = run(folder.path(), &["vector", "init"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("exists and is left as it is"), "{}", text(&again.stderr));
    assert_eq!(std::fs::read(at("ca.pem")).unwrap(), before);
    for (odd, hint) in [
        (["--name", "Ünicode"], "xn--nicode-2ya"),
        (["--name", "*.home.arpa"], "write home.arpa"),
        (["--name", "robots\u{7}.local"], "control character"),
        (["--name", "robots.local:8443"], "--name robots.local --port 8443"),
        (["--name", "192.168.1.20"], "--address 192.168.1.20"),
        (["--address", "[fd00::20]"], "write only the address: fd00::20"),
        (["--address", "0.0.0.0"], "this machine's own"),
        (["--port", "0"], "1..=65535"),
        (["--port", "65536"], "1..=65535"),
    ] {
        let refused = run(folder.path(), &[&["vector", "init", "--dir", "other"][..], &odd].concat());
        let said = text(&refused.stderr);
        assert!(refused.status.code() == Some(2) && said.contains(hint), "{odd:?}: {said}");
        assert!(!folder.path().join("other").exists(), "nothing was written");
    }
    let elsewhere = run(folder.path(), &["vector", "init", "--dir", "other", "--json"]);
    let document: Value = serde_json::from_slice(&elsewhere.stdout).unwrap();
    assert_eq!(document["names"][0], "escapepod.local", "{document}");
}

fn checked(folder: &Path, cert: &str, key: &str) -> (Option<i32>, String) {
    let config = format!(
        "[vector]\nlisten = [\"0.0.0.0:8443\", \"0.0.0.0:8084\"]\ntls_cert = \"{cert}\"\ntls_key = \"{key}\"\nclient_ca = \"vector/ca.pem\"\n"
    );
    std::fs::write(folder.join("jeton.toml"), config).unwrap();
    let output = run(folder, &["check"]);
    (output.status.code(), text(&output.stderr) + &text(&output.stdout))
}

#[test]
fn a_certificate_that_robots_refuse_is_named_by_check() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["vector", "init"]);
    let (code, said) = checked(folder.path(), "vector/server.pem", "vector/server.key");
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("vector.tls_cert"), "{said}");

    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([]).unwrap();
    (params.not_before, params.not_after) = (rcgen::date_time_ymd(2026, 11, 1), rcgen::date_time_ymd(2030, 1, 1));
    std::fs::write(folder.path().join("cert.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
    std::fs::write(folder.path().join("key.pem"), key.serialize_pem()).unwrap();
    let (code, said) = checked(folder.path(), "cert.pem", "key.pem");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("`vector.tls_cert` names no host"), "{said}");

    // Nothing can be served with these.
    let (code, said) = checked(folder.path(), "cert.pem", "vector/server.key");
    assert_eq!(code, Some(2), "{said}");
    std::fs::write(folder.path().join("vector/ca.pem"), "junk").unwrap();
    let (code, said) = checked(folder.path(), "vector/server.pem", "vector/server.key");
    assert!(code == Some(2) && said.contains("`vector.client_ca`"), "{said}");
}
