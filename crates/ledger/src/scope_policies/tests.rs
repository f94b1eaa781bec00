use serde_json::{Value, json};

use super::{Matching, Pattern, ScopePolicies};
use jeton_model::records::{Document, DocumentKind, User};
use jeton_model::scope::Scope;

fn policies(bodies: &[Value]) -> ScopePolicies {
    let document = |body: &Value| Document {
        id: jeton_model::ids::DocumentId::new(1),
        service: jeton_model::ids::ServiceId::new(1),
        kind: DocumentKind::ScopePolicy,
        owner: String::new(),
        name: "1".into(),
        updated: jeton_model::Timestamp::default(),
        body: body.clone(),
    };
    ScopePolicies::of(&bodies.iter().map(document).collect::<Vec<_>>())
}

fn left(bodies: &[Value], asked: &str) -> String {
    let user: User = serde_json::from_value(json!({"key": 7, "service": 1, "sub": "rosa-1", "username": "rosa",
        "password": null, "enabled": true, "groups": ["/atlas", "cms"], "created": 0, "updated": 0}))
    .unwrap();
    policies(bodies).permitted(&user, &Scope::parse(asked).unwrap()).to_string()
}

const ASKED: &str = "openid read write storage.read:/atlas/x";

#[test]
fn without_a_policy_everything_is_permitted_and_with_one_only_what_is() {
    assert_eq!(left(&[], ASKED), ASKED);
    assert_eq!(left(&[json!({"rule": "permit"})], ASKED), ASKED);
    assert_eq!(left(&[json!({"rule": "permit", "scopes": ["read"]})], ASKED), "openid read");
    assert_eq!(left(&[json!({"rule": "deny"})], ASKED), "openid");
}

#[test]
fn a_denial_wins_within_a_level_and_each_level_decides_what_is_left_open() {
    let permit_all = json!({"rule": "permit"});
    let deny = |target: Value| json!({"rule": "deny", "scopes": ["write"], "target": target});
    let permit = |target: Value| json!({"rule": "permit", "scopes": ["write"], "target": target});
    let (rosa, other, atlas, lhcb, all) = (
        json!({"account": 7}),
        json!({"account": 8}),
        json!({"group": "/atlas"}),
        json!({"group": "/lhcb"}),
        json!("everybody"),
    );
    assert_eq!(left(&[permit_all.clone(), deny(all.clone())], "read write"), "read");
    assert_eq!(left(&[permit_all.clone(), deny(other)], "read write"), "read write");
    assert_eq!(left(&[permit_all.clone(), deny(lhcb)], "read write"), "read write");
    assert_eq!(left(&[permit_all.clone(), deny(atlas.clone())], "read write"), "read");
    assert_eq!(left(&[permit_all.clone(), deny(all.clone()), permit(atlas.clone())], "read write"), "read write");
    assert_eq!(left(&[permit_all.clone(), permit(atlas.clone()), deny(rosa.clone())], "read write"), "read");
    assert_eq!(left(&[permit(rosa), deny(atlas), deny(all)], "read write"), "write");
    assert_eq!(left(&[deny(json!({"group": "/cms"})), permit_all], "read write"), "read", "a group without its slash");
}

#[test]
fn scopes_are_named_by_words_expressions_and_paths() {
    let by = |matching: &str, scope: &str| {
        left(&[json!({"rule": "permit", "matching": matching, "scopes": [scope]})], ASKED)
    };
    assert_eq!(by("EQ", "storage.read:/atlas"), "openid");
    assert_eq!(by("PATH", "storage.read:/atlas"), "openid storage.read:/atlas/x");
    assert_eq!(by("PATH", "storage.read:/at"), "openid");
    assert_eq!(by("REGEXP", "rea|writ"), "openid", "the whole word");
    assert_eq!(by("REGEXP", "read|write"), "openid read write");
    assert_eq!(by("REGEXP", "[a-z]+"), "openid read write");
    let denied = [
        json!({"rule": "permit"}),
        json!({"rule": "deny", "matching": "PATH", "scopes": ["storage.read:/atlas/secret"]}),
    ];
    for (asked, expected) in [
        ("storage.read:/atlas/secret/x", ""),
        ("storage.read:/atlas", ""),
        ("storage.read:/", ""),
        ("storage.read:/atlas/secrets storage.create:/", "storage.read:/atlas/secrets storage.create:/"),
    ] {
        assert_eq!(left(&denied, asked), expected, "{asked}: what holds something denied is denied");
    }
}

#[test]
fn what_cannot_be_read_denies() {
    for bad in [json!({"rule": "maybe"}), json!({}), json!({"rule": "permit", "matching": "REGEXP", "scopes": ["("]})] {
        assert_eq!(left(&[json!({"rule": "permit"}), bad], ASKED), "openid");
    }
}

#[test]
fn an_expression_is_bounded() {
    let pattern = |text: &str| Pattern::new(Matching::Regexp, Some(&[text.to_owned()]));
    for bad in ["(", "a)(b", "(?:a{1000}){1000}", "[a", &"(".repeat(64)] {
        assert!(pattern(bad).is_err(), "{bad}");
    }
    let slow = pattern("(a*)*b").unwrap();
    assert!(!slow.permits(&"a".repeat(4096)));
}
