//! How many signatures one core checks in a second with a key that is parsed, and how many keys it parses:
//! `cargo run --release -p jeton-jose --example verify_speed`.

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::time::Duration;

use jeton_jose::jws::{Header, parse_compact, sign_compact, verify};
use jeton_jose::{Algorithm, SigningKey, VerifyingKey};

fn main() -> Result<(), Box<dyn Error>> {
    let claims =
        br#"{"iss":"client","sub":"client","aud":"https://as.example/token","exp":1800000000,"jti":"0123456789"}"#;
    println!("{:8} {:>14} {:>14} {:>14}", "", "parsed key", "parse the key", "whole token");
    for alg in [Algorithm::ES256, Algorithm::ES384, Algorithm::ES512, Algorithm::EdDSA, Algorithm::RS256] {
        let signer = SigningKey::generate(alg)?;
        let jwk = signer.public_jwk().ok_or("a public key")?;
        let key = VerifyingKey::from_jwk(&jwk, alg)?;
        let token = sign_compact(&Header::for_key(&signer).prepare(), claims, &signer)?;
        let jws = parse_compact(&token)?;
        let parsed = rate(|| verify(&jws, &key).is_ok())?;
        let parsing = rate(|| VerifyingKey::from_jwk(&jwk, alg).is_ok())?;
        let whole = rate(|| parse_compact(&token).is_ok_and(|jws| verify(&jws, &key).is_ok()))?;
        println!("{alg:8} {parsed:>12.0}/s {parsing:>12.0}/s {whole:>12.0}/s");
    }
    Ok(())
}

/// How often the work is done in a second of processor time; every time must succeed.
fn rate(mut work: impl FnMut() -> bool) -> Result<f64, Box<dyn Error>> {
    let (start, mut count) = (processor_time()?, 0.0);
    loop {
        for _ in 0..200 {
            assert!(black_box(work()), "it succeeds");
            count += 1.0;
        }
        let spent = processor_time()?.saturating_sub(start);
        if spent >= Duration::from_secs(1) {
            return Ok(count / spent.as_secs_f64());
        }
    }
}

/// What this thread has computed for, as Linux counts it: other programs on the machine do not spoil the result.
fn processor_time() -> Result<Duration, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = text.split(' ').next().ok_or("a number")?.parse()?;
    Ok(Duration::from_nanos(nanoseconds))
}
