//! TLS to the database, in every mode of libpq.

use std::path::PathBuf;

use crate::support::PostgresServer;
use jeton_model::{Store, StoreReads};
use jeton_store_postgres::{OpenError, Options, PostgresStore};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for these names, and its key.
fn leaf(authority: &Authority, names: &[&str], user: &str, purpose: ExtendedKeyUsagePurpose) -> (String, String) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.extended_key_usages = vec![purpose];
    params.distinguished_name.push(DnType::CommonName, user);
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, authority).unwrap().pem(), key.serialize_pem())
}

/// A server with TLS, called `localhost` and 127.0.0.1, and the files for its clients.
struct Secured {
    server: PostgresServer,
    url: String,
    files: tempfile::TempDir,
}

/// `hba`: the rule for connections, after the address.
fn secured(hba: &str) -> Secured {
    let server = PostgresServer::start();
    let own = authority("Authority of the database");
    let (certificate, key) = leaf(&own, &["localhost", "127.0.0.1"], "database", ExtendedKeyUsagePurpose::ServerAuth);
    let certificate = server.private_file("server.crt", &certificate);
    let key = server.private_file("server.key", &key);
    let ca = server.private_file("ca.crt", &own.pem());
    let settings = format!(
        "ssl = on\nssl_cert_file = '{}'\nssl_key_file = '{}'\nssl_ca_file = '{}'",
        certificate.display(),
        key.display(),
        ca.display()
    );
    server.configure(&settings, None);
    let url = server.database();
    // `psql` of the tests connects without TLS, to the database `postgres` only.
    server.configure("", Some(&format!("host postgres all 127.0.0.1/32 password\n{hba}")));
    server.kill();
    server.restart();
    let files = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| std::fs::write(files.path().join(name), text).unwrap();
    write("ca.pem", own.pem());
    write("other.pem", authority("Another authority").pem());
    for (name, issuer, user) in [("client", &own, "jeton"), ("nobody", &own, "nobody")] {
        let (certificate, key) = leaf(issuer, &[], user, ExtendedKeyUsagePurpose::ClientAuth);
        write(&format!("{name}.pem"), certificate);
        write(&format!("{name}.key"), key);
    }
    Secured { server, url, files }
}

const ALL_BY_TLS: &str = "hostssl all all 127.0.0.1/32 scram-sha-256";

impl Secured {
    fn file(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    /// The parameters with the files' places.
    fn url(&self, parameters: &str) -> String {
        let folder = format!("{}/", self.files.path().display());
        // SCRAM takes its time where nothing is optimized and the machine has much else to do.
        format!("{}?connect_timeout=120&{}", self.url, parameters.replace("./", &folder))
    }

    async fn opens(&self, parameters: &str) -> PostgresStore {
        let opened = PostgresStore::connect(&self.url(parameters), Options::default()).await;
        opened.unwrap_or_else(|error| panic!("{parameters}: {error}"))
    }

    async fn refuses(&self, parameters: &str) -> (OpenError, String) {
        let opened = PostgresStore::connect(&self.url(parameters), Options::default()).await;
        let error = opened.err().unwrap_or_else(|| panic!("{parameters}: it opens"));
        let line = error.to_string();
        assert!(!line.contains('\n') && !line.contains("a-password-for-tests"), "{line}");
        (error, line)
    }

    /// Whether each connection of the store uses TLS.
    async fn speaks_tls(&self, store: &PostgresStore) -> bool {
        store.ping().await.unwrap();
        let name = self.url.rsplit('/').next().unwrap();
        let sql = format!(
            "SELECT bool_and(s.ssl) FROM pg_stat_ssl AS s JOIN pg_stat_activity AS a USING (pid) WHERE a.datname = '{name}' \
             AND a.backend_type = 'client backend'"
        );
        self.server.sql("postgres", &sql).trim() == "t"
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_mode_that_can_be_kept_is_kept() {
    let place = secured(ALL_BY_TLS);
    for parameters in [
        "",
        "sslmode=allow",
        "sslmode=prefer",
        "sslmode=require",
        "sslmode=require&channel_binding=require",
        "sslmode=require&sslrootcert=./ca.pem",
        "sslmode=verify-ca&sslrootcert=./ca.pem",
        "sslmode=verify-full&sslrootcert=./ca.pem&channel_binding=require",
    ] {
        let store = place.opens(parameters).await;
        assert!(place.speaks_tls(&store).await, "{parameters}");
        store.close().await.unwrap();
    }
    // A name of its certificate, wherever that is.
    let url = place.url("sslmode=verify-full&sslrootcert=./ca.pem");
    for url in
        [url.replace("@127.0.0.1", "@localhost"), url.replace("@127.0.0.1", "@localhost") + "&hostaddr=127.0.0.1"]
    {
        PostgresStore::connect(&url, Options::default()).await.unwrap().close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_cannot_be_believed_is_refused_with_what_to_do() {
    let place = secured(ALL_BY_TLS);
    for (parameters, words) in [
        ("sslmode=require&sslrootcert=./other.pem", "sslrootcert=FILE"),
        ("sslmode=verify-ca&sslrootcert=./other.pem", "other.pem"),
        ("sslmode=verify-full&sslrootcert=./other.pem", "signed by none of"),
        ("sslmode=verify-full", "sslrootcert=FILE"),
    ] {
        let (error, line) = place.refuses(parameters).await;
        assert!(matches!(error, OpenError::Tls(_)) && line.contains(words), "{parameters}: {line}");
    }
    // The right certificate for another name: refused by verify-full only.
    let named = |mode: &str| {
        let url = place.url(&format!("sslmode={mode}&sslrootcert=./ca.pem&hostaddr=127.0.0.1"));
        url.replace("@127.0.0.1", "@db.example")
    };
    let error = PostgresStore::connect(&named("verify-full"), Options::default()).await.err().expect("refused");
    let line = error.to_string();
    assert!(
        matches!(error, OpenError::Tls(_)) && line.contains("\"db.example\"") && line.contains("subjectAltName"),
        "{line}"
    );
    PostgresStore::connect(&named("verify-ca"), Options::default()).await.unwrap().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_tls_a_server_that_demands_it_is_refused_in_its_own_words() {
    let place = secured(ALL_BY_TLS);
    let (error, line) = place.refuses("sslmode=disable").await;
    assert!(matches!(error, OpenError::Refused { .. }), "{line}");
    assert!(line.contains("no pg_hba.conf entry") && line.contains("SQLSTATE 28000"), "{line}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_certificate_opens_the_door_that_asks_for_one() {
    let place = secured("hostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-full");
    let with =
        |name: &str| format!("sslmode=verify-full&sslrootcert=./ca.pem&sslcert=./{name}.pem&sslkey=./{name}.key");
    let store = place.opens(&with("client")).await;
    assert!(place.speaks_tls(&store).await);
    store.close().await.unwrap();
    let (_, line) = place.refuses("sslmode=verify-full&sslrootcert=./ca.pem").await;
    assert!(line.contains("client certificate"), "{line}");
    let (error, line) = place.refuses(&with("nobody")).await;
    assert!(matches!(error, OpenError::Refused { .. }) && line.contains("SQLSTATE 28"), "{line}");
    let mixed = with("client").replace("client.key", "nobody.key");
    let (error, line) = place.refuses(&mixed).await;
    assert!(matches!(error, OpenError::Security(_)) && line.contains("sslkey"), "{line}");
    assert!(place.file("client.key").is_file());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_tls_is_taken_only_where_the_url_allows_it() {
    let url = PostgresServer::shared().database();
    for mode in ["disable", "allow", "prefer"] {
        let store = PostgresStore::connect(&format!("{url}?sslmode={mode}"), Options::default()).await.unwrap();
        store.close().await.unwrap();
    }
    let error =
        PostgresStore::connect(&format!("{url}?sslmode=require"), Options::default()).await.err().expect("refused");
    let line = error.to_string();
    assert!(matches!(error, OpenError::Tls(_)) && line.contains("sslmode=disable"), "{line}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prefer_goes_without_tls_where_the_server_wants_none() {
    let place = secured("hostnossl all all 127.0.0.1/32 scram-sha-256");
    let store = place.opens("sslmode=prefer").await;
    assert!(!place.speaks_tls(&store).await);
    store.close().await.unwrap();
    let (error, line) = place.refuses("sslmode=require").await;
    assert!(matches!(error, OpenError::Refused { .. }), "{line}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_of_its_own_is_believed_where_it_is_named() {
    let place = secured(ALL_BY_TLS);
    let key = KeyPair::generate().unwrap();
    // As `openssl req -x509` makes them: an authority and a server in one.
    let mut params = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let own = params.self_signed(&key).unwrap().pem();
    place.server.private_file("server.crt", &own);
    place.server.private_file("server.key", &key.serialize_pem());
    place.server.kill();
    place.server.restart();
    std::fs::write(place.file("own.pem"), own).unwrap();
    let store = place.opens("sslmode=verify-full&sslrootcert=./own.pem").await;
    store.close().await.unwrap();
    place.refuses("sslmode=verify-full&sslrootcert=./ca.pem").await;
}
