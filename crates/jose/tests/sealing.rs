//! What a sealed value promises.

use std::collections::HashSet;

use jeton_jose::seal::{SealError, SealKey};

#[cfg(test)]
fn key(byte: u8) -> SealKey {
    SealKey::from_bytes(&[byte; 32]).unwrap()
}

#[test]
fn a_value_round_trips() {
    let key = key(1);
    for plaintext in [&b""[..], b"x", b"a client secret", &[0xa5; 100_000]] {
        let sealed = key.seal(b"client 7", plaintext).unwrap();
        assert_eq!(sealed.len(), plaintext.len() + 29);
        assert_eq!(key.open(b"client 7", &sealed).unwrap().as_slice(), plaintext);
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let key = key(1);
    let sealed = key.seal(b"row", b"secret").unwrap();
    for position in 0..sealed.len() {
        for bit in 0..8 {
            let mut changed = sealed.clone();
            changed[position] ^= 1 << bit;
            assert_eq!(key.open(b"row", &changed), Err(SealError::Refused), "bit {bit} of byte {position}");
        }
    }
}

#[test]
fn every_cut_and_every_addition_is_refused() {
    let key = key(1);
    let sealed = key.seal(b"row", b"secret").unwrap();
    for length in 0..sealed.len() {
        assert_eq!(key.open(b"row", &sealed[..length]), Err(SealError::Refused), "cut at {length}");
    }
    assert_eq!(key.open(b"row", &[&sealed[..], &[0]].concat()), Err(SealError::Refused));
}

#[test]
fn a_value_is_bound_to_its_row_and_key() {
    let sealed = key(1).seal(b"row 1", b"secret").unwrap();
    assert_eq!(key(1).open(b"row 2", &sealed), Err(SealError::Refused));
    assert_eq!(key(1).open(b"", &sealed), Err(SealError::Refused));
    assert_eq!(key(2).open(b"row 1", &sealed), Err(SealError::Refused));
}

#[test]
fn the_same_value_never_seals_alike() {
    let key = key(1);
    let sealed: HashSet<_> = (0..1_000).map(|_| key.seal(b"row", b"secret").unwrap()).collect();
    assert_eq!(sealed.len(), 1_000);
}

#[test]
fn a_stored_value_still_opens() {
    // Computed with another implementation of HKDF and AES-GCM, from the documented format alone. Rows written in it
    // must open for as long as the version byte is known.
    let sealed = jeton_jose::base64url::decode(STORED).unwrap();
    let opened = key(1).derive("client secrets").unwrap().open(b"client 7", &sealed).unwrap();
    assert_eq!(opened.as_slice(), b"a client secret");
}

#[test]
fn derived_keys_are_stable_and_apart() {
    let root = key(1);
    let derived = |label: &str| root.derive(label).unwrap().to_bytes();
    assert_eq!(derived("a"), derived("a"));
    let labels = ["", "a", "b", "ab", "a ", "seal", "mac"];
    let keys: HashSet<_> = labels.iter().map(|label| *derived(label)).chain([*root.to_bytes()]).collect();
    assert_eq!(keys.len(), labels.len() + 1);
    assert_ne!(derived("a"), key(2).derive("a").unwrap().to_bytes());
    assert_ne!(*derived("a"), *root.derive("a").unwrap().derive("a").unwrap().to_bytes());

    let mac = |label: &str| root.derive_mac(label).unwrap().mac(&[b"x"]);
    assert_eq!(mac("a"), mac("a"));
    assert_ne!(mac("a"), mac("b"));
    assert_ne!(mac("a"), jeton_jose::digest::MacKey::new(derived("a").as_ref()).mac(&[b"x"]));
}

#[test]
fn a_key_file_round_trips() {
    let key = SealKey::random().unwrap();
    let text = key.to_text();
    assert_eq!(SealKey::from_text(&format!("\n {}\r\n", *text)).unwrap().to_bytes(), key.to_bytes());
    assert_ne!(SealKey::random().unwrap().to_bytes(), key.to_bytes());
    assert_eq!(format!("{key:?}"), "SealKey(…)");
}

#[test]
fn key_files_that_are_refused() {
    for refused in ["", "AAAA", &"A".repeat(43), &"A".repeat(44), &"AQ".repeat(32), "not base64 at all"] {
        assert_eq!(SealKey::from_text(refused).unwrap_err(), SealError::KeyFormat, "{refused}");
    }
    for length in [0, 16, 31, 33, 64] {
        assert_eq!(SealKey::from_bytes(&vec![1; length]).unwrap_err(), SealError::KeyFormat);
    }
}

const STORED: &str = "AQABAgMEBQYHCAkKC_3slS_u7EBS4Okxl8vCuL4MMHv8CJ38TcXrs4n5bHc";
