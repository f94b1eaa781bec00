//! The rules of each field (`docs/contracts/prodmanager.md` sections 2.1 to 2.3 and 5.1).

use crate::support::{SECRET, Shop, USUAL, claims, options};

fn failed(reasons: &str) -> String {
    format!("{{\"message\": \"Token creation failed\", \"reasons\": {{{reasons}}}}}")
}

#[tokio::test]
async fn a_wrong_secret_is_400_and_looked_at_last() {
    let shop = Shop::open().await;
    let wrong = failed(r#""secret": ["Application secret invalid"]"#);
    for secret in ["wrong-one", "x", &SECRET[1..], &SECRET.to_uppercase(), &format!("{SECRET} ")] {
        let answer = shop.create(&[&[("secret", secret)], &USUAL[1..]].concat()).await;
        assert_eq!((answer.said(), answer.refusal(&shop)), ((400, wrong.as_str()), "api_token_secret"), "{secret}");
    }
    let required = failed(r#""name": ["This field is required."]"#);
    assert_eq!(shop.create(&[("secret", "wrong-one"), USUAL[2]]).await.said(), (400, required.as_str()));
    // Blanks alone are no secret, and no guess either.
    let required = failed(r#""secret": ["This field is required."]"#);
    for secret in ["", " ", "   ", "\t", " \n"] {
        let answer = shop.create(&[&[("secret", secret)], &USUAL[1..]].concat()).await;
        assert_eq!(
            (answer.said(), answer.refusal(&shop)),
            ((400, required.as_str()), "api_token_fields"),
            "{secret:?}"
        );
    }
    assert_eq!(shop.create(&[]).await.refusal(&shop), "api_token_fields");
}

#[tokio::test]
async fn all_faults_are_said_at_once_by_field() {
    let shop = Shop::with(jeton_core::prodmanager::Options { strict_lengths: true, ..options() }).await;
    let fields = [
        ("name", "short"),
        ("description", "much too long a description of a token"),
        ("not_before_date", ""),
        ("expiration_date", "tomorrow"),
        ("permission", "scope_api"),
        ("permission", "everything"),
        ("permission", "nothing"),
    ];
    let reasons = [
        r#""description": ["Field must be between 12 and 32 characters long."]"#,
        r#""expiration_date": ["This field is required."]"#,
        r#""name": ["Field must be between 8 and 16 characters long."]"#,
        r#""not_before_date": ["This field is required."]"#,
        r#""permission": ["'everything', 'nothing' are not valid choices for this field."]"#,
        r#""secret": ["This field is required."]"#,
    ];
    assert_eq!(shop.create(&fields).await.said(), (400, failed(&reasons.join(", ")).as_str()));
}

#[tokio::test]
async fn the_documents_own_example_is_accepted_unless_the_original_lengths_are_asked_for() {
    // 17 characters, one more than the original accepts.
    let example = [("secret", SECRET), ("name", "api-documentation"), ("description", "API documentation token")];
    let shop = Shop::open().await;
    assert_eq!(claims(&shop.create(&example).await.token())["aud"], "api-documentation");
    let strict = Shop::with(jeton_core::prodmanager::Options { strict_lengths: true, ..options() }).await;
    let length = failed(r#""name": ["Field must be between 8 and 16 characters long."]"#);
    assert_eq!(strict.create(&example).await.said(), (400, length.as_str()));
}

#[tokio::test]
async fn lengths_are_counted_in_characters() {
    let (shop, strict) =
        (Shop::open().await, Shop::with(jeton_core::prodmanager::Options { strict_lengths: true, ..options() }).await);
    for (shop, name, description, good) in [
        (&shop, 1, 1, true),
        (&shop, 255, 255, true),
        (&shop, 256, 1, false),
        (&shop, 1, 256, false),
        (&strict, 8, 12, true),
        (&strict, 16, 32, true),
        (&strict, 7, 12, false),
        (&strict, 17, 12, false),
        (&strict, 8, 11, false),
        (&strict, 8, 33, false),
    ] {
        let fields = [("secret", SECRET), ("name", &"é".repeat(name)), ("description", &"字".repeat(description))];
        let answer = shop.create(&fields).await;
        assert_eq!(answer.status == 200, good, "{name} {description} {}", answer.body);
        assert!(good || answer.body.contains(" characters long."), "{}", answer.body);
    }
}

#[tokio::test]
async fn trailing_blanks_are_cut_blank_lines_folded_and_leading_blanks_kept() {
    let shop = Shop::with(jeton_core::prodmanager::Options { strict_lengths: true, ..options() }).await;
    // Four characters and blanks: lengths are checked before blanks are trimmed.
    let fields = [("secret", SECRET), ("name", "  ab    "), ("description", "one  \r\n\r\n\r\n  two  ")];
    let claims = claims(&shop.create(&fields).await.token());
    assert_eq!((claims["aud"].as_str(), claims["sub"].as_str()), (Some("  ab"), Some("one\n\n  two")));
    let blank = [("secret", SECRET), ("name", "          "), ("description", " \n \n \n \n \n \n \n")];
    let required = failed(r#""description": ["This field is required."], "name": ["This field is required."]"#);
    assert_eq!(shop.create(&blank).await.said(), (400, required.as_str()));
}

#[tokio::test]
async fn permissions_keep_their_order_and_their_duplicates() {
    let shop = Shop::open().await;
    let all = [
        "weather_api",
        "token_api",
        "scope_api",
        "weather_api",
        "service_api",
        "incident_api",
        "maintenance_api",
        "monitor_api",
        "announcement_api",
    ];
    let fields: Vec<_> = all.iter().map(|name| ("permission", *name)).collect();
    assert_eq!(claims(&shop.make(&fields).await)["permissions"], serde_json::json!(all));
    assert_eq!(claims(&shop.make(&[]).await)["permissions"], serde_json::json!([]));
}

#[tokio::test]
async fn permissions_are_those_of_the_configuration() {
    let permissions = vec!["deploy".to_owned()];
    let shop = Shop::with(jeton_core::prodmanager::Options { permissions, ..options() }).await;
    assert_eq!(claims(&shop.make(&[("permission", "deploy")]).await)["permissions"], serde_json::json!(["deploy"]));
    for bad in ["scope_api", "", "Deploy", "deploy ", "it's <b>"] {
        let answer = shop.create(&[USUAL, &[("permission", bad)]].concat()).await;
        let reason = format!(r#""permission": ["'{bad}' is not a valid choice for this field."]"#);
        assert_eq!(answer.said(), (400, failed(&reason).as_str()));
    }
}

/// The original names each unknown value once.
#[tokio::test]
async fn every_unknown_permission_is_named_once() {
    let shop = Shop::open().await;
    let more = ["q", "scope_api", "", "q", "it's"].map(|name| ("permission", name));
    let reason = failed(r#""permission": ["'q', '', 'it's' are not valid choices for this field."]"#);
    assert_eq!(shop.create(&[USUAL, &more[..]].concat()).await.said(), (400, reason.as_str()));
    // However many there are, the answer is bounded.
    let many: Vec<_> = (0..2_000).map(|n| format!("p{n}")).collect();
    let many: Vec<_> = many.iter().map(|name| ("permission", name.as_str())).collect();
    let answer = shop.create(&[USUAL, &many[..]].concat()).await;
    assert!(answer.status == 400 && answer.body.contains("'p31' are not valid choices"), "{}", answer.body);
}

#[tokio::test]
async fn unknown_fields_are_passed_over_and_the_first_of_a_field_counts() {
    let shop = Shop::open().await;
    let more = [("permissions", "nonsense"), ("csrf_token", "x"), ("name", "another-name"), ("secret", "wrong")];
    let claims = claims(&shop.make(&more).await);
    assert_eq!((&claims["aud"], &claims["permissions"]), (&"nightly-report".into(), &serde_json::json!([])));
}
