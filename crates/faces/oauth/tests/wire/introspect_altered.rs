//! An active token that was changed in any way is inactive.

use aws_lc_rs::signature;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jeton_core::model::TokenFormat;

use jeton_served::{Ask, House, PASSWORD, USER};

const SECRET: &str = "s3cret";

async fn living(house: &House, format: TokenFormat) -> (String, String) {
    house.client("app", Some(SECRET), |c| c.access_token_format = Some(format)).await;
    let form = [
        ("grant_type", "password"),
        ("username", USER),
        ("password", PASSWORD),
        ("scope", "openid read offline_access"),
    ];
    let reply = house.token(("app", SECRET), &form).await.ok();
    (reply.access(), reply.refresh())
}

async fn dead(house: &House, altered: &[u8], what: &str) {
    let mut body = b"token=".to_vec();
    body.extend(altered.iter().flat_map(|b| format!("%{b:02x}").into_bytes()));
    let reply = Ask::post("/introspect").basic("app", SECRET).raw_form(body).send(house).await;
    if reply.status == 200 {
        assert_eq!(reply.body, b"{\"active\":false}", "{what}");
    } else {
        reply.refused(400, "invalid_request", "the parameter token is missing");
    }
}

async fn every_variant(house: &House, text: &str) {
    assert!(house.is_active(text).await);
    for end in 0..text.len() {
        dead(house, &text.as_bytes()[..end], &format!("a prefix of {end}")).await;
        dead(house, &text.as_bytes()[text.len() - end..], &format!("a suffix of {end}")).await;
    }
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            dead(house, &bytes, &format!("byte {at} bit {bit}")).await;
        }
    }
    for pad in ["=", "==", " ", "\n", "\0", "\t", "%00", "a", ".", "_", "A"] {
        dead(house, format!("{text}{pad}").as_bytes(), "padded behind").await;
        dead(house, format!("{pad}{text}").as_bytes(), "padded before").await;
    }
    for altered in [text.to_uppercase(), text.to_lowercase(), format!("{text}{text}"), format!("Bearer {text}")] {
        dead(house, altered.as_bytes(), "rewritten").await;
    }
    assert!(house.is_active(text).await, "and the token itself still lives");
}

#[tokio::test]
async fn no_variant_of_an_opaque_token_is_active() {
    let house = House::new().await;
    let (access, refresh) = living(&house, TokenFormat::Opaque).await;
    every_variant(&house, &access).await;
    every_variant(&house, &refresh).await;
}

#[tokio::test]
async fn no_variant_of_a_jwt_is_active() {
    let house = House::new().await;
    let (access, _) = living(&house, TokenFormat::Jwt).await;
    every_variant(&house, &access).await;
}

#[tokio::test]
async fn the_other_signature_of_the_same_key_is_another_token() {
    let house = House::new().await;
    let (access, _) = living(&house, TokenFormat::Jwt).await;
    let (input, text) = access.rsplit_once('.').unwrap();
    let mut bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
    // ECDSA: (r, n - s) is valid too.
    let negated = minus(&bytes[32..]);
    bytes[32..].copy_from_slice(&negated);
    let malleated = format!("{input}.{}", URL_SAFE_NO_PAD.encode(&bytes));
    // It is a valid signature of the published key.
    house.verified(&malleated).await;
    assert!(house.is_active(&access).await && !house.is_active(&malleated).await);
    assert_eq!(Ask::get("/userinfo").bearer(&malleated).send(&house).await.status, 401);
}

/// The order of P-256 minus a number.
fn minus(s: &[u8]) -> [u8; 32] {
    let order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let mut out = [0; 32];
    let mut borrow = 0_i16;
    for at in (0..32).rev() {
        let digit = i16::from(order[at]) - i16::from(s[at]) - borrow;
        borrow = i16::from(digit < 0);
        out[at] = u8::try_from(digit.rem_euclid(256)).unwrap();
    }
    out
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

#[tokio::test]
async fn a_jwt_signed_by_a_stranger_or_by_nobody_is_not_active() {
    let house = House::new().await;
    let (access, _) = living(&house, TokenFormat::Jwt).await;
    let parts: Vec<&str> = access.split('.').collect();
    let pair = signature::EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let random = aws_lc_rs::rand::SystemRandom::new();
    let input = format!("{}.{}", parts[0], parts[1]);
    let signed = pair.sign(&random, input.as_bytes()).unwrap();
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#);
    for forged in [
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signed.as_ref())),
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{input}."),
        input,
    ] {
        assert!(!house.is_active(&forged).await);
        assert_eq!(Ask::get("/userinfo").bearer(&forged).send(&house).await.status, 401);
    }
}

#[tokio::test]
async fn the_id_in_a_text_is_no_way_to_another_row() {
    let house = House::new().await;
    let (one, _) = living(&house, TokenFormat::Opaque).await;
    let (two, _) = living(&house, TokenFormat::Opaque).await;
    // The row number of one token with the secret of the other, and a right checksum.
    let body = format!("{}{}", &one[..16], &two[16..59]);
    let check = crc32(body.as_bytes());
    let mixed = format!("{body}_{}", base62(check));
    assert_eq!(mixed.len(), one.len());
    assert!(house.is_active(&one).await && house.is_active(&two).await && !house.is_active(&mixed).await);
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes
        .iter()
        .fold(!0, |crc, b| (0..8).fold(crc ^ u32::from(*b), |c, _| (c >> 1) ^ (0xEDB8_8320 & (c & 1).wrapping_neg())))
}

fn base62(mut n: u32) -> String {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut out = [0; 6];
    for digit in out.iter_mut().rev() {
        *digit = DIGITS[(n % 62) as usize];
        n /= 62;
    }
    String::from_utf8(out.to_vec()).unwrap()
}
