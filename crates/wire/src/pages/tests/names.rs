//! Client names that try to imitate the page.

use crate::pages::ClientName;

#[test]
fn ordinary_names_stay() {
    for name in ["Tide Tables", "Zoë's café №5", "東京アプリ", "<b>"] {
        assert_eq!(ClientName::new(name).to_string(), name);
    }
}

#[test]
fn invisible_and_reordering_characters_go() {
    assert_eq!(ClientName::new("Bank\u{202E}gpj.exe").to_string(), "Bankgpj.exe");
    assert_eq!(ClientName::new("A\u{200B}\u{2066}B\0\u{7}").to_string(), "AB");
    assert_eq!(ClientName::new(" two\n\n\tlines ").to_string(), "two lines");
}

#[test]
fn empty_names_become_a_noun() {
    for name in ["", "  ", "\u{200B}\u{3164}"] {
        assert_eq!(ClientName::new(name).to_string(), "an application");
    }
}

#[test]
fn long_names_are_clipped() {
    let shown = ClientName::new(&"é".repeat(5000)).to_string();
    assert_eq!(shown.chars().count(), 65);
    assert!(shown.ends_with('…'));
}

#[test]
fn the_initial_is_a_letter_or_a_dot() {
    assert_eq!(ClientName::new("«tide»").initial(), "T");
    assert_eq!(ClientName::new("ß").initial(), "SS");
    assert_eq!(ClientName::new("!!!").initial(), "•");
}
