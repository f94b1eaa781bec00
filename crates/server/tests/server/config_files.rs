//! Secrets in separate files, and paths relative to the configuration.

use std::fs;

use crate::support::{load_in, load_with};

#[test]
fn a_secret_may_stand_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in
        [("app.secret", "\u{FEFF}s3cret\n\n"), ("url", "postgres://u:p@h/d\r\n"), ("key", " two\nlines \n")]
    {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let toml = "
        [store]
        url_file = \"url\"
        [[client]]
        client_id = \"app\"
        client_secret_file = \"app.secret\"
        [vector]
        app_keys = [{ key_file = \"key\", scopes = [\"user\"] }]
    ";
    let config = load_in(folder.path(), toml, &[]).unwrap();
    assert_eq!(config.client[0].client_secret.as_ref().unwrap().expose(), "s3cret");
    assert_eq!(config.store.url.expose(), "postgres://u:p@h/d");
    assert_eq!(
        config.vector.app_keys[0].key.expose(),
        " two\nlines ",
        "only a mark before it and line ends behind it go"
    );
}

#[test]
fn a_secret_given_twice_is_an_error() {
    let toml = "[[client]]\nclient_id = \"a\"\nclient_secret = \"hunter2\"\nclient_secret_file = \"f\"";
    assert_eq!(
        load_with(toml, &[]).unwrap_err().to_string(),
        "`client[0].client_secret` and `client[0].client_secret_file` are both set: keep one of them"
    );
}

#[test]
fn an_unreadable_secret_names_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let error = load_in(folder.path(), "[api_tokens]\nsecret_file = \"absent\"", &[]).unwrap_err();
    let path = folder.path().join("absent");
    let expected = format!(
        "`api_tokens.secret_file` cannot be read from {}: No such file or directory (os error 2): name a readable text file",
        path.display()
    );
    assert_eq!(error.to_string(), expected);
}

#[test]
fn relative_paths_start_at_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let toml = "[http]\ntls_cert = \"tls/cert.pem\"\ntls_key = \"/etc/key.pem\"\n[sms]\nfile = \"./sms.log\"";
    let config = load_in(folder.path(), toml, &[("JETON_HTTP__CLIENT_CA", "ca.pem")]).unwrap();
    assert_eq!(config.http.tls_cert.unwrap(), folder.path().join("tls/cert.pem"));
    assert_eq!(config.http.tls_key.unwrap(), std::path::Path::new("/etc/key.pem"));
    assert_eq!(config.http.client_ca.unwrap(), folder.path().join("ca.pem"));
    assert_eq!(config.sms.file.unwrap(), folder.path().join("sms.log"));
    assert_eq!(config.data_dir, folder.path().join("jeton-data"), "the default too");
}

#[test]
fn without_a_file_paths_stay_as_they_are() {
    let config = jeton_server::config::Config::load(None, std::iter::empty()).unwrap();
    assert_eq!(config.data_dir, std::path::Path::new("./jeton-data"));
}
