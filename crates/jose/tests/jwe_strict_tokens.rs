//! Encrypted tokens that are almost right (RFC 7516 §5.2, RFC 8725 §2).

use jeton_jose::base64url;
use jeton_jose::jwe::{
    ContentEncryption, DecryptError, DecryptionKey, EncryptionKey, Header, KeyAlgorithm, MAX_COMPACT_LEN, ParseError,
    decrypt, encrypt_compact, parse_compact,
};

#[cfg(test)]
fn refused(header: &str) -> ParseError {
    parse_compact(&format!("{}.AAAA.AAAA.AAAA.AAAA", base64url::encode(header))).map(|_| ()).unwrap_err()
}

#[cfg(test)]
fn accepted(token: &str, key: &DecryptionKey) -> bool {
    parse_compact(token).is_ok_and(|jwe| decrypt(&jwe, key).is_ok())
}

/// A reader of each kind with a token for it.
#[cfg(test)]
fn readers() -> Vec<(DecryptionKey, String)> {
    let encs = [ContentEncryption::A128GCM, ContentEncryption::A128CBCHS256];
    let algs = [KeyAlgorithm::EcdhEs, KeyAlgorithm::EcdhEsA256KW, KeyAlgorithm::A192KW, KeyAlgorithm::A128GCMKW];
    let mut readers = Vec::new();
    for enc in encs {
        for alg in algs {
            let reader = DecryptionKey::generate(alg).unwrap();
            let writer = match reader.public_jwk() {
                Some(jwk) => EncryptionKey::from_jwk(&jwk, alg).unwrap(),
                None => EncryptionKey::from_shared(alg, &reader.private_bytes()).unwrap(),
            };
            let token = encrypt_compact(Header::new(), b"{\"a\":1}", &writer, enc).unwrap();
            readers.push((reader, token));
        }
        let bytes = vec![7; enc.key_len()];
        let reader = DecryptionKey::from_private_bytes(KeyAlgorithm::Dir, None, &bytes).unwrap();
        let writer = EncryptionKey::from_shared(KeyAlgorithm::Dir, &bytes).unwrap();
        let token = encrypt_compact(Header::new(), b"{\"a\":1}", &writer, enc).unwrap();
        readers.push((reader, token));
    }
    readers
}

#[test]
fn every_flipped_bit_is_refused() {
    for (key, token) in readers() {
        assert!(accepted(&token, &key));
        for position in 0..token.len() {
            for bit in 0..8 {
                let mut bytes = token.clone().into_bytes();
                bytes[position] ^= 1 << bit;
                // What is not UTF-8 cannot even be offered.
                let Ok(changed) = String::from_utf8(bytes) else {
                    continue;
                };
                assert!(!accepted(&changed, &key), "{}: bit {bit} of byte {position}: {changed}", key.alg());
            }
        }
    }
}

#[test]
fn every_cut_and_every_addition_is_refused() {
    for (key, token) in readers() {
        for position in 0..token.len() {
            assert!(!accepted(&token[..position], &key), "cut at {position}");
            assert!(!accepted(&token[position + 1..], &key), "begun after {position}");
        }
        for position in 0..=token.len() {
            for extra in [".", "=", "A", " ", "\n", "\0", "é"] {
                let mut longer = token.clone();
                longer.insert_str(position, extra);
                assert!(!accepted(&longer, &key), "{extra:?} at {position}");
            }
        }
    }
}

/// A part left empty, or one part put in another's place.
#[test]
fn every_exchange_of_parts_is_refused() {
    for (key, token) in readers() {
        let parts: Vec<_> = token.split('.').collect();
        for target in 0..parts.len() {
            for source in parts.iter().chain(&["", "AAAA"]) {
                let mut changed = parts.clone();
                changed[target] = source;
                assert!(changed == parts || !accepted(&changed.join("."), &key), "{}: part {target}", key.alg());
            }
        }
    }
}

/// RFC 7516 §11.5: however the encrypted key, the content or the tag is wrong, the answer is one and the same.
#[test]
fn every_failure_looks_the_same() {
    let alg = KeyAlgorithm::RsaOaep256;
    let reader = DecryptionKey::generate(alg).unwrap();
    let writer = EncryptionKey::from_jwk(&reader.public_jwk().unwrap(), alg).unwrap();
    let token = encrypt_compact(Header::new(), b"x", &writer, ContentEncryption::A128CBCHS256).unwrap();
    assert!(accepted(&token, &reader));
    let parts: Vec<_> = token.split('.').collect();
    let stranger = DecryptionKey::generate(alg).unwrap();
    assert_eq!(decrypt(&parse_compact(&token).unwrap(), &stranger), Err(DecryptError));
    let mut encrypted = base64url::decode(parts[1]).unwrap();
    encrypted[40] ^= 1;
    for (target, replacement) in [
        (1, String::new()),
        (1, base64url::encode(&encrypted)),
        (1, base64url::encode([0; 256])),
        (1, base64url::encode([0xff; 256])),
        (1, base64url::encode([1; 255])),
        (2, String::new()),
        (2, base64url::encode([0; 12])),
        (3, String::new()),
        (3, base64url::encode([0; 15])),
        (3, base64url::encode([0; 16])),
        (4, String::new()),
        (4, base64url::encode([0; 16])),
        (4, base64url::encode([0; 32])),
    ] {
        let mut changed: Vec<_> = parts.iter().map(|part| (*part).to_owned()).collect();
        changed[target] = replacement;
        let changed = changed.join(".");
        assert_eq!(decrypt(&parse_compact(&changed).unwrap(), &reader), Err(DecryptError), "part {target}");
    }
}

#[test]
fn algorithms_that_are_off_are_refused() {
    for alg in ["RSA1_5", "RSA-OAEP", "RSA-OAEP-384", "PBES2-HS256+A128KW", "PBES2-HS512+A256KW", "none", "", "DIR"] {
        let header = format!(r#"{{"alg":"{alg}","enc":"A128GCM","p2s":"AAAAAAAAAAA","p2c":1000}}"#);
        assert!(matches!(refused(&header), ParseError::Algorithm), "{alg}");
    }
    for header in [r#"{"enc":"A128GCM"}"#, r#"{"alg":7,"enc":"A128GCM"}"#, r#"{"alg":null,"enc":"A128GCM"}"#] {
        assert!(matches!(refused(header), ParseError::Algorithm), "{header}");
    }
    for enc in [r#""none""#, r#""""#, r#""A128CBC""#, r#""a128gcm""#, "7", "null"] {
        assert!(matches!(refused(&format!(r#"{{"alg":"dir","enc":{enc}}}"#)), ParseError::Encryption), "{enc}");
    }
    assert!(matches!(refused(r#"{"alg":"dir"}"#), ParseError::Encryption));
}

#[test]
fn extensions_and_compression_are_refused() {
    for more in [r#""crit":["exp"],"exp":1"#, r#""crit":[]"#, r#""crit":null"#] {
        assert!(matches!(refused(&format!(r#"{{"alg":"dir","enc":"A128GCM",{more}}}"#)), ParseError::Critical));
    }
    for zip in [r#""DEF""#, "null", r#""""#] {
        let header = format!(r#"{{"alg":"dir","enc":"A128GCM","zip":{zip}}}"#);
        assert!(matches!(refused(&header), ParseError::Compressed), "{zip}");
    }
}

#[test]
fn headers_that_are_refused() {
    for header in [
        "",
        "null",
        "[]",
        r#"{"alg":"dir","enc":"A128GCM""#,
        r#"{"alg":"dir","enc":"A128GCM"} x"#,
        r#"{"alg":"dir","alg":"dir","enc":"A128GCM"}"#,
        r#"{"alg":"RSA1_5","\u0061lg":"dir","enc":"A128GCM"}"#,
        r#"{"alg":"dir","enc":"A128GCM","x":{"y":1,"y":2}}"#,
    ] {
        assert!(matches!(refused(header), ParseError::Header(_)), "{header}");
    }
    for more in [r#""kid":7"#, r#""typ":null"#, r#""cty":[]"#] {
        assert!(matches!(refused(&format!(r#"{{"alg":"dir","enc":"A128GCM",{more}}}"#)), ParseError::Member), "{more}");
    }
}

#[test]
fn parameters_that_are_refused() {
    let point = r#""kty":"OKP","crv":"X25519","x":"AAAA""#;
    for more in [
        String::new(),
        r#","epk":null"#.to_owned(),
        r#","epk":"key""#.to_owned(),
        r#","epk":{}"#.to_owned(),
        format!(r#","epk":{{{point},"d":"AAAA"}}"#),
        format!(r#","epk":{{{point}}},"apu":7"#),
        format!(r#","epk":{{{point}}},"apv":"A""#),
        format!(r#","epk":{{{point}}},"apv":"AA==""#),
    ] {
        let header = format!(r#"{{"alg":"ECDH-ES","enc":"A128GCM"{more}}}"#);
        assert!(matches!(refused(&header), ParseError::Member), "{header}");
    }
    let (iv, tag) = (base64url::encode([0; 12]), base64url::encode([0; 16]));
    for more in [
        String::new(),
        format!(r#","iv":"{iv}""#),
        format!(r#","tag":"{tag}""#),
        format!(r#","iv":"{tag}","tag":"{tag}""#),
        format!(r#","iv":"{iv}","tag":"{iv}""#),
        format!(r#","iv":"{iv}","tag":7"#),
    ] {
        let header = format!(r#"{{"alg":"A128GCMKW","enc":"A128GCM"{more}}}"#);
        assert!(matches!(refused(&header), ParseError::Member), "{header}");
    }
}

/// A point that is not on the curve, or on another one, would reveal information about the reader's key (RFC 7518 §8.8
/// refers to it).
#[test]
fn ephemeral_keys_that_are_none_are_refused() {
    let reader = DecryptionKey::generate(KeyAlgorithm::EcdhEs).unwrap();
    let own = reader.public_jwk().unwrap();
    let (x, y) = (own.x.unwrap(), own.y.unwrap());
    let zero = base64url::encode([0; 32]);
    for (crv, x, y) in
        [("P-256", &x, &x), ("P-256", &zero, &zero), ("P-384", &x, &y), ("secp256k1", &x, &y), ("P-521", &y, &x)]
    {
        let header =
            format!(r#"{{"alg":"ECDH-ES","enc":"A128GCM","epk":{{"kty":"EC","crv":"{crv}","x":"{x}","y":"{y}"}}}}"#);
        let token = format!("{}..AAAAAAAAAAAAAAAA.AAAA.{}", base64url::encode(header), base64url::encode([0; 16]));
        assert_eq!(decrypt(&parse_compact(&token).unwrap(), &reader), Err(DecryptError), "{crv} {x} {y}");
    }
}

#[test]
fn parts_that_are_refused() {
    for token in ["", ".", "a.b.c", "a.b.c.d", "a.b.c.d.e.f", "....."] {
        assert!(matches!(parse_compact(token), Err(ParseError::Parts)), "{token:?}");
    }
    let header = base64url::encode(r#"{"alg":"dir","enc":"A128GCM"}"#);
    for token in ["{}=.AAAA.AAAA.AAAA.AAAA", "{}.AAA=.AAAA.AAAA.AAAA", "{}.AAAA.AB.AAAA.AAAA", "{}.AAAA.AAAA.+/AA.AAAA"]
    {
        let token = token.replace("{}", &header);
        assert!(matches!(parse_compact(&token), Err(ParseError::Base64(_))), "{token}");
    }
}

#[test]
fn long_tokens_are_refused_unread() {
    let writer = EncryptionKey::from_shared(KeyAlgorithm::Dir, &[7; 16]).unwrap();
    let token = |payload: usize| {
        encrypt_compact(Header::new(), &vec![b'x'; payload], &writer, ContentEncryption::A128GCM).unwrap()
    };
    let longest = (MAX_COMPACT_LEN - token(0).len()) / 4 * 3;
    assert!(token(longest).len() <= MAX_COMPACT_LEN && parse_compact(&token(longest)).is_ok());
    assert!(matches!(parse_compact(&token(longest + 3)), Err(ParseError::TooLong)));
    assert!(matches!(parse_compact(&".".repeat(1 << 20)), Err(ParseError::TooLong)));
}
