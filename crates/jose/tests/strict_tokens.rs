//! Tokens that are almost right (RFC 7515 §5.2, RFC 8725 §2).

use jeton_jose::jws::{Header, MAX_COMPACT_LEN, ParseError, parse_compact, sign_compact, verify};
use jeton_jose::{Algorithm, SigningKey, VerifyingKey, base64url};

const SECRET: [u8; 32] = [7; 32];

#[cfg(test)]
fn key() -> SigningKey {
    SigningKey::from_private_bytes(Algorithm::HS256, Some("k"), &SECRET).unwrap()
}

#[cfg(test)]
fn verifier() -> VerifyingKey {
    VerifyingKey::from_secret(Algorithm::HS256, &SECRET).unwrap()
}

/// A correctly signed token with any header at all.
#[cfg(test)]
fn token_with_header(header: &str) -> String {
    let signing_input = format!("{}.{}", base64url::encode(header), base64url::encode("{}"));
    let signature = key().sign(signing_input.as_bytes()).unwrap();
    format!("{signing_input}.{}", base64url::encode(signature))
}

#[test]
fn the_header_is_written_as_expected() {
    let header = Header::for_key(&key()).typ("at+jwt").cty("JWT").prepare();
    let json = base64url::decode(header.as_str()).unwrap();
    assert_eq!(String::from_utf8(json).unwrap(), r#"{"alg":"HS256","cty":"JWT","kid":"k","typ":"at+jwt"}"#);
    let awkward = Header::new(Algorithm::HS256).kid("a\"b\\\n").prepare();
    let json = base64url::decode(awkward.as_str()).unwrap();
    assert_eq!(String::from_utf8(json).unwrap(), r#"{"alg":"HS256","kid":"a\"b\\\n"}"#);
}

#[test]
fn every_flipped_bit_is_refused() {
    for alg in [Algorithm::HS256, Algorithm::ES256, Algorithm::EdDSA] {
        let key = SigningKey::generate(alg).unwrap();
        let verifier = match key.public_jwk() {
            Some(jwk) => VerifyingKey::from_jwk(&jwk, alg).unwrap(),
            None => VerifyingKey::from_secret(alg, &key.private_bytes().unwrap()).unwrap(),
        };
        let token = sign_compact(&Header::new(alg).prepare(), b"{\"a\":1}", &key).unwrap();
        for position in 0..token.len() {
            for bit in 0..8 {
                let mut bytes = token.clone().into_bytes();
                bytes[position] ^= 1 << bit;
                // What is not UTF-8 cannot even be offered.
                let Ok(changed) = String::from_utf8(bytes) else {
                    continue;
                };
                let accepted = parse_compact(&changed).is_ok_and(|jws| verify(&jws, &verifier).is_ok());
                assert!(!accepted, "{alg}: bit {bit} of byte {position}: {changed}");
            }
        }
    }
}

#[test]
fn every_cut_and_every_addition_is_refused() {
    let token = sign_compact(&Header::new(Algorithm::HS256).prepare(), b"{\"a\":1}", &key()).unwrap();
    let accepted = |token: &str| parse_compact(token).is_ok_and(|jws| verify(&jws, &verifier()).is_ok());
    assert!(accepted(&token));
    for position in 0..token.len() {
        assert!(!accepted(&token[..position]), "cut at {position}");
        assert!(!accepted(&token[position + 1..]), "begun after {position}");
    }
    for position in 0..=token.len() {
        for extra in [".", "=", "A", " ", "\n", "\0", "é"] {
            let mut longer = token.clone();
            longer.insert_str(position, extra);
            assert!(!accepted(&longer), "{extra:?} at {position}");
        }
    }
}

#[test]
fn unsigned_tokens_are_not_even_parsed() {
    let payload = base64url::encode("{}");
    for name in ["none", "None", "NONE", "nOnE", ""] {
        let header = base64url::encode(format!("{{\"alg\":\"{name}\"}}"));
        for signature in ["", "AAAA"] {
            let refused = parse_compact(&format!("{header}.{payload}.{signature}")).map(|_| ());
            assert!(matches!(refused, Err(ParseError::Algorithm)), "{name:?}: {refused:?}");
        }
    }
}

#[test]
fn headers_that_are_refused() {
    let refused = |header: &str| parse_compact(&token_with_header(header)).map(|_| ()).unwrap_err();
    for header in [r#"{"typ":"JWT"}"#, r#"{"alg":"HS257"}"#, r#"{"alg":1}"#, r#"{"alg":["HS256"]}"#, r#"{"alg":null}"#]
    {
        assert!(matches!(refused(header), ParseError::Algorithm), "{header}");
    }
    for header in [
        r#"{"alg":"HS256","crit":["exp"],"exp":1}"#,
        r#"{"alg":"HS256","crit":[]}"#,
        r#"{"alg":"HS256","crit":null}"#,
        r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#,
        r#"{"alg":"HS256","b64":true}"#,
    ] {
        assert!(matches!(refused(header), ParseError::Critical), "{header}");
    }
    for header in [
        "",
        "null",
        "[]",
        "\"HS256\"",
        r#"{"alg":"HS256""#,
        r#"{"alg":"HS256"} x"#,
        r#"{"alg":"HS256","alg":"HS256"}"#,
        r#"{"alg":"none","alg":"HS256"}"#,
        r#"{"alg":"HS256","\u0061lg":"none"}"#,
        r#"{"alg":"HS256","x":{"y":1,"y":2}}"#,
    ] {
        assert!(matches!(refused(header), ParseError::Header(_)), "{header}");
    }
    for header in [r#"{"alg":"HS256","kid":7}"#, r#"{"alg":"HS256","typ":null}"#, r#"{"alg":"HS256","cty":[]}"#] {
        assert!(matches!(refused(header), ParseError::Member), "{header}");
    }
    let unknown = token_with_header(r#"{"alg":"HS256","future":{"a":[1]}}"#);
    assert!(parse_compact(&unknown).is_ok_and(|jws| verify(&jws, &verifier()).is_ok()));
}

#[test]
fn parts_that_are_refused() {
    for token in ["", ".", "a.b", "e30.e30", "a.b.c.d", "a.b.c.d.e"] {
        assert!(matches!(parse_compact(token), Err(ParseError::Parts)), "{token:?}");
    }
    let good = token_with_header(r#"{"alg":"HS256"}"#);
    let parts: Vec<_> = good.split('.').collect();
    for (header, payload, signature) in [
        (format!("{}=", parts[0]), parts[1].to_owned(), parts[2].to_owned()),
        (parts[0].to_owned(), parts[1].to_owned(), format!("{}=", parts[2])),
    ] {
        let token = format!("{header}.{payload}.{signature}");
        assert!(matches!(parse_compact(&token), Err(ParseError::Base64(_))), "{token}");
    }
    // `e30` encodes `{}`; `e31` differs from it only in bits that must be zero.
    for payload in ["e30=", "e31", "e3+/", " e30"] {
        let token = format!("{}.{payload}.{}", parts[0], parts[2]);
        assert!(matches!(parse_compact(&token), Err(ParseError::Payload)), "{token}");
        // Faults of the header are reported first: then this is not a JWS.
        let headless = format!("AAAA.{payload}.{}", parts[2]);
        assert!(matches!(parse_compact(&headless), Err(ParseError::Header(_))), "{headless}");
    }
}

#[test]
fn a_payload_that_is_no_object_is_told_from_a_token_that_is_none() {
    let with_payload =
        |payload: &str| sign_compact(&Header::new(Algorithm::HS256).prepare(), payload.as_bytes(), &key()).unwrap();
    for payload in ["", "null", "[]", "\"a\"", "{", r#"{"sub":"a","sub":"b"}"#, "{} x"] {
        let token = with_payload(payload);
        let jws = parse_compact(&token).unwrap();
        assert!(verify(&jws, &verifier()).is_ok() && jws.claims().is_err(), "{payload}");
    }
    let token = with_payload(r#"{"sub":"a"}"#);
    assert_eq!(parse_compact(&token).unwrap().claims().unwrap()["sub"], "a");
}

#[test]
fn trailing_bits_in_the_signature_are_refused() {
    let good = sign_compact(&Header::new(Algorithm::HS256).prepare(), b"{}", &key()).unwrap();
    let (start, last) = good.split_at(good.len() - 1);
    // 32 bytes leave two unused bits in the last character: three neighbours would decode to the same signature.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for other in alphabet.chars().map(String::from).filter(|other| other != last) {
        let accepted = parse_compact(&format!("{start}{other}")).is_ok_and(|jws| verify(&jws, &verifier()).is_ok());
        assert!(!accepted, "{other}");
    }
}

#[test]
fn long_tokens_are_refused_unread() {
    let header = Header::new(Algorithm::HS256).prepare();
    let token = |payload: usize| sign_compact(&header, &vec![b'x'; payload], &key()).unwrap();
    let frame = token(0).len();
    let longest = (MAX_COMPACT_LEN - frame) / 4 * 3;
    assert!(token(longest).len() <= MAX_COMPACT_LEN && parse_compact(&token(longest)).is_ok());
    assert!(matches!(parse_compact(&token(longest + 3)), Err(ParseError::TooLong)));
    assert!(matches!(parse_compact(&".".repeat(1 << 20)), Err(ParseError::TooLong)));
}

#[test]
fn types_are_compared_as_media_types() {
    let typ = |typ: &str| format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#);
    let is = |header: &str, expected| parse_compact(&token_with_header(header)).unwrap().header().is_typ(expected);
    for same in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/at+jwt"] {
        assert!(is(&typ(same), "at+jwt"), "{same}");
        assert!(is(&typ(same), "application/at+jwt"), "{same}");
    }
    for other in ["jwt", "", "at+jwt ", "text/at+jwt", "application/", "application/x/at+jwt"] {
        assert!(!is(&typ(other), "at+jwt"), "{other}");
    }
    assert!(!is(r#"{"alg":"HS256"}"#, "at+jwt"));
}

#[test]
fn an_embedded_key_is_shown_but_never_used() {
    let stranger = SigningKey::generate(Algorithm::ES256).unwrap();
    let jwk = stranger.public_jwk().unwrap();
    let header = format!(r#"{{"alg":"ES256","jwk":{}}}"#, serde_json::to_string(&jwk).unwrap());
    let signing_input = format!("{}.{}", base64url::encode(header), base64url::encode("{}"));
    let signature = stranger.sign(signing_input.as_bytes()).unwrap();
    let token = format!("{signing_input}.{}", base64url::encode(signature));
    let jws = parse_compact(&token).unwrap();
    let ours = SigningKey::generate(Algorithm::ES256).unwrap().public_jwk().unwrap();
    assert!(verify(&jws, &VerifyingKey::from_jwk(&ours, Algorithm::ES256).unwrap()).is_err());
    assert_eq!(jws.header().danger_embedded_jwk().unwrap(), Some(jwk));
}

#[test]
fn embedded_keys_that_are_refused() {
    let embedded = |jwk: &str| {
        let token = token_with_header(&format!(r#"{{"alg":"HS256","jwk":{jwk}}}"#));
        parse_compact(&token).unwrap().header().danger_embedded_jwk().map(|_| ())
    };
    assert!(embedded(r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#).is_ok());
    for refused in ["null", "[]", "{}", "\"key\"", r#"{"kty":"OKP","x":"AA","d":"AA"}"#, r#"{"kty":"oct","k":"AA"}"#] {
        assert!(matches!(embedded(refused), Err(ParseError::Member)), "{refused}");
    }
    let none = parse_compact(&token_with_header(r#"{"alg":"HS256"}"#)).unwrap().header().danger_embedded_jwk();
    assert!(none.unwrap().is_none());
}
