use proptest::prelude::*;

use super::covers;
use crate::scope::Scope;

#[test]
fn a_path_allows_what_lies_below_it_by_whole_segments() {
    for (held, asked) in [
        ("storage.read:/", "storage.read:/"),
        ("storage.read:/", "storage.read:/atlas/x"),
        ("storage.read:/atlas", "storage.read:/atlas"),
        ("storage.read:/atlas", "storage.read:/atlas/x/y"),
        ("storage.read:/atlas", "storage.read:/atlas/"),
        ("storage.read:/atlas/", "storage.read:/atlas/"),
        ("storage.read:/atlas/", "storage.read:/atlas/x"),
        ("storage.read:/atlas/", "storage.read:/atlas/x/"),
        ("storage.read:/", "storage.read:/atlas/"),
        ("storage.poll:/a%20b", "storage.poll:/a%20b/c"),
        ("storage.poll:/a%20b/", "storage.poll:/a%20b/c"),
        ("wlcg.groups", "wlcg.groups:/atlas/pilots"),
        ("wlcg.groups:/atlas", "wlcg.groups:/atlas"),
        ("compute.read", "compute.read"),
        ("storage.readonly", "storage.readonly"),
        ("storage.delete", "storage.delete"),
        ("wlcg.groupsX", "wlcg.groupsX"),
    ] {
        assert!(covers(held, asked), "{held} allows {asked}");
    }
    for (held, asked) in [
        ("storage.read:/foo", "storage.read:/foobar"),
        ("storage.read:/foo", "storage.read:/foobar/"),
        ("storage.read:/foo/", "storage.read:/foo"),
        ("storage.read:/foo/", "storage.read:/foobar"),
        ("storage.read:/foo/", "storage.read:/fo"),
        ("storage.read:/foo/x/", "storage.read:/foo/"),
        ("storage.read:/foo", "storage.read:/"),
        ("storage.read:/foo", "storage.read:/Foo"),
        ("storage.read:/foo", "storage.create:/foo"),
        ("storage.modify:/", "storage.read:/"),
        ("compute.read", "compute.read:/x"),
        ("compute.read", "compute.modify"),
        ("wlcg.groups:/atlas", "wlcg.groups:/atlas/pilots"),
        ("wlcg.groups:/atlas", "wlcg.groups"),
        ("wlcg", "wlcg.groups"),
        ("storage.delete:/", "storage.delete:/a"),
        ("api", "api:/x"),
    ] {
        assert!(!covers(held, asked), "{held} does not allow {asked}");
    }
}

#[test]
fn a_malformed_capability_is_allowed_by_nothing_not_even_itself() {
    for bad in [
        "storage.read",
        "storage.read:",
        "storage.read:atlas",
        "storage.read://",
        "storage.read://atlas",
        "storage.read:/atlas//",
        "storage.read:///",
        "storage.read:/atlas//x",
        "storage.read:/.",
        "storage.read:/./",
        "storage.read:/..",
        "storage.read:/../",
        "storage.read:/atlas/..",
        "storage.read:/atlas/../",
        "storage.read:/atlas/../cms",
        "storage.read:/atlas/%2E%2E/",
        "storage.read:/atlas%2F",
        "storage.read:/atlas/%2F",
        "storage.read:/atlas/./x",
        "storage.read:/%2e%2e",
        "storage.read:/%2E%2E/cms",
        "storage.read:/atlas%2Fx",
        "storage.read:/atlas%2fx",
        "storage.read:/%41tlas",
        "storage.read:/%252E%252E",
        "storage.read:/a%5Cb",
        "storage.read:/a%00",
        "storage.read:/a%7F",
        "storage.read:/a%c3",
        "storage.read:/a%2",
        "storage.read:/a%",
        "storage.read:/a?b",
        "storage.read:/a#b",
        "storage.read:/a[b",
        "wlcg.groups:",
        "wlcg.groups:/",
        "wlcg.groups:atlas",
        "wlcg.groups:/atlas/",
        "wlcg.groups:/-atlas",
        "wlcg.groups:/atlas//x",
        "wlcg.groups:/../x",
        "wlcg.groups:/at%20las",
    ] {
        assert!(!covers(bad, bad), "{bad}");
        assert!(!covers("storage.read:/", bad), "{bad}");
        assert!(!covers("wlcg.groups", bad), "{bad}");
        assert!(!covers(bad, "storage.read:/atlas/x"), "{bad}");
        let list = Scope::parse(&format!("openid {bad}")).unwrap();
        assert!(!list.within(&list), "{bad}");
        assert!(!list.contains(bad), "{bad}");
        assert_eq!(list.beyond(&list).as_deref(), Some(bad));
        assert_eq!(list.intersect(&list).as_str(), "openid");
    }
}

#[test]
fn what_two_lists_have_in_common_is_the_narrower_path() {
    let list = |text: &str| Scope::parse(text).unwrap();
    let both =
        list("openid storage.read:/ compute.read").intersect(&list("storage.read:/atlas storage.read:/cms openid"));
    assert_eq!(both.as_str(), "openid storage.read:/atlas storage.read:/cms");
    let both = list("wlcg.groups:/b wlcg.groups:/a").intersect(&list("wlcg.groups"));
    assert_eq!(both.as_str(), "wlcg.groups:/b wlcg.groups:/a");
    assert_eq!(list("storage.read:/").union(&list("storage.read:/a")).as_str(), "storage.read:/ storage.read:/a");
    let both = list("storage.read:/a storage.read:/b/").intersect(&list("storage.read:/a/ storage.read:/b"));
    assert_eq!(both.as_str(), "storage.read:/a/ storage.read:/b/");
    assert!(list("storage.read:/").contains("storage.read:/a"));
    assert!(!list("storage.read:/").names("storage.read:/a"));
}

/// Well-formed values that often allow one another.
fn word() -> impl Strategy<Value = String> {
    let segments = prop::collection::vec(prop::sample::select(vec!["a", "b", "ab", "a%20b", "..."]), 0..4);
    let path = (segments, any::<bool>()).prop_map(|(segments, is_directory)| {
        let end = if is_directory && !segments.is_empty() { "/" } else { "" };
        format!("/{}{end}", segments.join("/"))
    });
    let group = prop::collection::vec(prop::sample::select(vec!["a", "b", "ab"]), 1..3);
    prop_oneof![
        4 => (prop::sample::select(vec!["read", "create"]), path).prop_map(|(action, path)| format!("storage.{action}:{path}")),
        1 => group.prop_map(|names| format!("wlcg.groups:/{}", names.join("/"))),
        1 => prop::sample::select(vec!["wlcg.groups", "openid", "compute.read", "storage.readall"]).prop_map(str::to_owned),
    ]
}

/// Any valid scope value.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        word(),
        "(storage\\.(read|write)|wlcg\\.groups|storage|compute\\.read)(:[/.%a2eEF5c]{0,8})?",
        "[!#-\\[\\]-~]{1,12}",
    ]
}

fn list(of: impl Strategy<Value = String>) -> impl Strategy<Value = Scope> {
    prop::collection::vec(of, 0..6).prop_map(|words| Scope::from_words(words.iter().map(String::as_str)))
}

proptest! {
    #[test]
    fn allowing_is_a_partial_order(a in word(), b in word(), c in word()) {
        prop_assert!(covers(&a, &a));
        prop_assert!(!(covers(&a, &b) && covers(&b, &a)) || a == b);
        prop_assert!(!(covers(&a, &b) && covers(&b, &c)) || covers(&a, &c));
    }

    #[test]
    fn nothing_is_allowed_by_the_beginning_of_its_text(path in "/[a-z]{1,6}", more in "[a-z0-9._~-]{1,6}") {
        let (short, long) = (format!("storage.read:{path}"), format!("storage.read:{path}{more}"));
        prop_assert!(!covers(&short, &long));
    }

    #[test]
    fn what_lists_have_in_common_is_exactly_what_both_allow(
        a in list(hostile()), b in list(hostile()), asked in list(hostile()),
    ) {
        let both = a.intersect(&b);
        prop_assert!(both.within(&a) && both.within(&b), "{a} and {b}: {both}");
        prop_assert_eq!(asked.within(&both), asked.within(&a) && asked.within(&b), "{} of {}", asked, both);
        prop_assert_eq!(asked.beyond(&a).is_none(), asked.within(&a));
        prop_assert!(asked.words().all(|word| !a.contains(word) || asked.union(&a).contains(word)));
    }

    #[test]
    fn lists_without_capabilities_are_compared_by_their_words(
        a in list("[a-d]{1,2}"), b in list("[a-d]{1,2}"),
    ) {
        let is_subset = a.words().all(|word| b.words().any(|other| other == word));
        prop_assert_eq!(a.within(&b), is_subset);
    }
}
