//! `jeton-jose` against npm `jose` and PyPI `jwcrypto`: what one makes the other reads, for every algorithm.

use anyhow::{Context as _, Result, anyhow, ensure};
use jeton_jose::jwe::{self, ContentEncryption, DecryptionKey, EncryptionKey, KeyAlgorithm};
use jeton_jose::{Algorithm, SigningKey, VerifyingKey, jws};
use jeton_tests::client_run;
use serde_json::{Map, Value, json};

const PAYLOAD: &str = r#"{"sub":"alice","name":"Zoë"}"#;

/// Keys on P-384, P-521 and X25519 in PKCS#8, as another library wrote them; fresh keys are on P-256.
const CURVES: [&str; 3] = [
    "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDBhH0-Lz4kGTkN4qjS8Bz8FDDb9eaPoVXQd79qaLYscznvrE1LDCHA-8Iyr88wyYJyhZANiAAQ3Kz_qgAW6hcb3SUeBgf5ybBUUokkxBRTfTYFRftRvadEQwYqU4Kj4B4dBZR0yBNHuztGAjK4_Aa5OJuZ7LFg17m9OOXZJYJ-LHTPOR6cGVOHFrXIIl-PWTworU7dTK2E",
    "MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIBtha5zZZuPjfmr-Pfg-NM_FrKyVKq4Hdl_IoktWJp43MZ8HzUUZFqfQ8qXbCQjPiMPpMkCCs6c0N_qi1dYw9EB3ChgYkDgYYABACFeljs--JwBQotZrkj9VIbR4VhN5Mr7x2vHXEB-3GmyPl1VPT_h_7Y4ZRL6v-eUAKKHFa0aOwVMbj0fYVJt4ZgrQGYhyKVQQDSgkeiVHEORXX2kgbfX9q9RbVyH-EsAB2xyPbP5rLfn1Zws3aAKv15CZyeGmhcaM4KPWBOQBul-CJV-g",
    "MC4CAQAwBQYDK2VuBCIEIFAul9QxGvhCpJmCylgYoUEnCHhvsmkhvqQaOSzmIBJK",
];

/// One thing to be read and made by both sides.
enum Case {
    Jws(SigningKey),
    Jwe(DecryptionKey, ContentEncryption),
}

impl Case {
    /// Every signature algorithm; every key management with every content encryption; every curve.
    fn all() -> Result<Vec<Self>> {
        let mut cases = Vec::new();
        for alg in Algorithm::ALL {
            cases.push(Self::Jws(SigningKey::generate(alg)?));
        }
        for alg in KeyAlgorithm::ALL {
            let key = if alg == KeyAlgorithm::Dir { None } else { Some(DecryptionKey::generate(alg)?) };
            for enc in ContentEncryption::ALL {
                let bytes = match &key {
                    Some(key) => key.private_bytes().to_vec(),
                    None => (0..).take(enc.key_len()).collect(),
                };
                cases.push(Self::Jwe(DecryptionKey::from_private_bytes(alg, None, &bytes)?, enc));
            }
        }
        for private in CURVES {
            let bytes = jeton_jose::base64url::decode(private)?;
            for (alg, enc) in [
                (KeyAlgorithm::EcdhEs, ContentEncryption::A256GCM),
                (KeyAlgorithm::EcdhEs, ContentEncryption::A256CBCHS512),
                (KeyAlgorithm::EcdhEsA128KW, ContentEncryption::A128GCM),
                (KeyAlgorithm::EcdhEsA192KW, ContentEncryption::A192CBCHS384),
                (KeyAlgorithm::EcdhEsA256KW, ContentEncryption::A256GCM),
            ] {
                cases.push(Self::Jwe(DecryptionKey::from_private_bytes(alg, None, &bytes)?, enc));
            }
        }
        Ok(cases)
    }

    /// How the key is called in the scripts' case.
    fn key_name(&self) -> String {
        match self {
            Self::Jws(key) => key.alg().to_string(),
            Self::Jwe(key, _) if key.alg() == KeyAlgorithm::Dir => format!("dir {}", key.private_bytes().len()),
            Self::Jwe(key, _) => match key.public_jwk().and_then(|jwk| jwk.crv) {
                Some(curve) => format!("{} {curve}", key.alg()),
                None => key.alg().to_string(),
            },
        }
    }

    fn key(&self) -> Result<Value> {
        let (private, public) = match self {
            Self::Jws(key) => (key.private_bytes()?, key.public_jwk()),
            Self::Jwe(key, _) => (key.private_bytes(), key.public_jwk()),
        };
        // Standard base64 with padding, as PEM has it.
        let mut text = jeton_jose::base64url::encode(&*private).replace('-', "+").replace('_', "/");
        text.extend(std::iter::repeat_n('=', (4 - text.len() % 4) % 4));
        Ok(json!({ "private": text, "public": public }))
    }

    /// A token of Jeton's, as a script gets it.
    fn token(&self) -> Result<Value> {
        Ok(match self {
            Self::Jws(key) => {
                let header = jws::Header::for_key(key).typ("JWT").prepare();
                let token = jws::sign_compact(&header, PAYLOAD.as_bytes(), key)?;
                json!({ "alg": key.alg(), "key": self.key_name(), "token": token })
            }
            Self::Jwe(key, enc) => {
                let writer = writer(key)?;
                let header = jwe::Header::for_key(&writer).cty("JWT");
                let token = jwe::encrypt_compact(header, PAYLOAD.as_bytes(), &writer, *enc)?;
                json!({ "alg": key.alg(), "enc": enc, "key": self.key_name(), "token": token })
            }
        })
    }

    /// Reads a token that the other library made.
    fn read(&self, token: &str) -> Result<()> {
        match self {
            Self::Jws(key) => {
                let verifier = match key.public_jwk() {
                    Some(jwk) => VerifyingKey::from_jwk(&jwk, key.alg())?,
                    None => VerifyingKey::from_secret(key.alg(), &key.private_bytes()?)?,
                };
                let read = jws::parse_compact(token)?;
                jws::verify(&read, &verifier)?;
                ensure!(read.payload() == PAYLOAD.as_bytes() && read.header().kid() == Some("k"), "another token");
            }
            Self::Jwe(key, enc) => {
                let read = jwe::parse_compact(token)?;
                ensure!(read.header().enc() == *enc && read.header().is_cty("JWT"), "another header");
                ensure!(jwe::decrypt(&read, key)?.as_slice() == PAYLOAD.as_bytes(), "another content");
            }
        }
        Ok(())
    }
}

fn writer(key: &DecryptionKey) -> Result<EncryptionKey> {
    Ok(match key.public_jwk() {
        Some(jwk) => EncryptionKey::from_jwk(&jwk, key.alg())?,
        None => EncryptionKey::from_shared(key.alg(), &key.private_bytes())?,
    })
}

/// Lets the library read all of Jeton's tokens, and reads all of the library's.
async fn exchange(script: &str, off: &[&str]) -> Result<()> {
    let cases = Case::all()?;
    let mut keys = Map::new();
    for case in &cases {
        keys.insert(case.key_name(), case.key()?);
    }
    let (signed, encrypted): (Vec<_>, Vec<_>) = cases.iter().partition(|case| matches!(case, Case::Jws(_)));
    let tokens = |cases: &[&Case]| cases.iter().map(|case| case.token()).collect::<Result<Vec<_>>>();
    let case = json!({
        "payload": PAYLOAD,
        "keys": keys,
        "jws": tokens(&signed)?,
        "jwe": tokens(&encrypted)?,
    });
    let steps = match script.ends_with(".py") {
        true => client_run::python(script, &case).await?,
        false => client_run::node(script, &case).await?,
    };
    let made = |prefix: &str| {
        let found = steps.iter().find_map(|step| step.strip_prefix(prefix));
        found.ok_or_else(|| anyhow!("{script} did not do {prefix:?}"))
    };
    for (kind, did, cases) in [("jws", "verified", &signed), ("jwe", "decrypted", &encrypted)] {
        ensure!(cases.len() > 10, "{kind} has cases");
        for (index, case) in cases.iter().enumerate() {
            ensure!(steps.contains(&format!("{did} {index}")), "{script} has not {did} {}", case.key_name());
            let token = made(&format!("{kind} {index} "))?;
            case.read(token).with_context(|| format!("{script}: {}: {token}", case.key_name()))?;
        }
    }
    for name in off {
        let token = made(&format!("off {name} "))?;
        ensure!(jwe::parse_compact(token).is_err(), "{script}: {name} is off: {token}");
    }
    Ok(())
}

#[tokio::test]
async fn npm_jose_and_jeton_read_each_other() -> Result<()> {
    exchange("jose.mjs", &["RSA-OAEP", "PBES2"]).await
}

#[tokio::test]
async fn pypi_jwcrypto_and_jeton_read_each_other() -> Result<()> {
    exchange("jwcrypto_tokens.py", &["RSA-OAEP", "RSA1_5", "PBES2", "zip"]).await
}
