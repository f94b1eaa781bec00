use serde_json::{Value, json};

use super::{About, JwtProfile, PROFILES, of};
use jeton_model::records::{Client, GridSettings, Service, Settings, User};
use jeton_model::scope::Scope;

fn named(name: &str) -> &'static dyn JwtProfile {
    PROFILES.iter().copied().find(|profile| profile.name() == name).unwrap()
}

fn client(scope: &str) -> Client {
    let text = json!({"key": 1, "service": 1, "client_id": "job", "enabled": true, "token_endpoint_auth_method": "none",
        "grant_types": [], "scope": scope, "created": 0, "updated": 0});
    serde_json::from_value(text).unwrap()
}

fn claims_of(profile: &dyn JwtProfile, groups: &[&str], scope: &str, change: impl FnOnce(&mut GridSettings)) -> Value {
    let user: User = serde_json::from_value(json!({"key": 1, "service": 1, "sub": "rosa-1", "username": "rosa",
        "password": null, "enabled": true, "groups": groups, "created": 0, "updated": 0,
        "claims": {"name": "Rosa", "email": "rosa@example.org", "phone_number": "+1"}}))
    .unwrap();
    let mut settings = Settings::default();
    change(&mut settings.grid);
    let service = Service {
        id: jeton_model::ids::ServiceId::new(1),
        name: "Harbour".into(),
        issuer: "https://iam.example:8443/".into(),
        enabled: true,
        settings,
        created: jeton_model::Timestamp::default(),
    };
    let scope = Scope::parse(scope).unwrap();
    let is_optional = |path: &str| path.starts_with("/atlas/opt");
    Value::Object(profile.claims(&About { service: &service, user: &user, scope: &scope, is_optional: &is_optional }))
}

fn groups(member: &[&str], scope: &str) -> Value {
    claims_of(named("wlcg"), member, scope, |_| ())["wlcg.groups"].clone()
}

#[test]
fn a_client_has_the_one_profile_among_its_scopes_or_the_services() {
    let mut settings = Settings::default();
    let name = |scope: &str, settings: &Settings| of(Some(&client(scope)), settings).map(JwtProfile::name);
    for profile in PROFILES {
        assert_eq!(name(&format!("openid {}", profile.name()), &settings), Some(profile.name()));
    }
    assert_eq!(name("openid", &settings), None);
    assert_eq!(name("iam wlcg", &settings), None);
    assert_eq!(name("wlcg.groups storage.read:/", &settings), None);
    settings.grid.default_profile = Some("kc".into());
    assert_eq!(name("openid", &settings), Some("kc"));
    assert_eq!(name("iam wlcg", &settings), Some("kc"));
    assert_eq!(name("aarc", &settings), Some("aarc"));
    assert_eq!(of(None, &settings).map(JwtProfile::name), Some("kc"));
}

#[test]
fn groups_come_in_the_order_of_the_request_and_the_usual_ones_at_the_end() {
    let member = ["/atlas", "/atlas/production", "/cms", "/atlas/optional"];
    let usual = json!(["/atlas", "/atlas/production", "/cms"]);
    assert_eq!(groups(&member, "openid"), Value::Null);
    assert_eq!(groups(&member, "wlcg.groups"), usual);
    assert_eq!(groups(&member, "wlcg.groups:/cms"), json!(["/cms", "/atlas", "/atlas/production"]));
    assert_eq!(
        groups(&member, "wlcg.groups:/cms wlcg.groups:/atlas/optional"),
        json!(["/cms", "/atlas/optional", "/atlas", "/atlas/production"])
    );
    assert_eq!(
        groups(&member, "wlcg.groups wlcg.groups:/atlas/optional wlcg.groups:/cms"),
        json!(["/atlas", "/atlas/production", "/cms", "/atlas/optional"])
    );
    // Not a member: the group is left out, and no other is added.
    assert_eq!(groups(&member, "wlcg.groups:/lhcb"), usual);
    assert_eq!(groups(&["/atlas/optional"], "wlcg.groups"), Value::Null);
    assert_eq!(groups(&[], "wlcg.groups:/atlas"), Value::Null);
    // Membership of a group does not imply membership of its parent or child.
    assert_eq!(groups(&["/atlas"], "wlcg.groups:/atlas/production"), json!(["/atlas"]));
    // A name that cannot be a group's path is never included.
    assert_eq!(groups(&["cms", "/a//b", "/../x", "/a b", "/é"], "wlcg.groups"), json!(["/cms"]));
}

#[test]
fn each_profile_names_groups_in_its_own_way() {
    let member = ["/atlas", "/atlas/production"];
    let by = |name: &str, scope: &str| claims_of(named(name), &member, scope, |_| ());
    assert_eq!(by("kc", "openid"), json!({"roles": ["atlas", "atlas/production"]}));
    assert_eq!(by("iam", "openid profile email"), json!({}));
    let urns =
        ["urn:geant:iam.example:group:atlas#iam.example", "urn:geant:iam.example:group:atlas:production#iam.example"];
    assert_eq!(
        by("aarc", "openid"),
        json!({"entitlements": urns, "eduperson_entitlement": urns, "voperson_id": "rosa-1@iam.example"})
    );
    let own = claims_of(named("aarc"), &["/cms"], "", |s| s.entitlement_namespace = Some("urn:x:y".into()));
    assert_eq!(own["entitlements"], json!(["urn:x:y:group:cms#iam.example"]));
}

#[test]
fn personal_data_needs_the_switch_and_the_scope() {
    let by = |name: &str, scope: &str| claims_of(named(name), &["/cms"], scope, |s| s.user_data = true);
    assert_eq!(by("iam", "openid"), json!({}));
    assert_eq!(by("iam", "email"), json!({"email": "rosa@example.org"}));
    let named =
        json!({"name": "Rosa", "preferred_username": "rosa", "groups": ["cms"], "organisation_name": "Harbour"});
    assert_eq!(by("iam", "profile"), named);
    assert_eq!(by("wlcg", "profile phone"), json!({"name": "Rosa", "preferred_username": "rosa"}));
    assert_eq!(by("kc", "profile email"), json!({"roles": ["cms"]}));
}
