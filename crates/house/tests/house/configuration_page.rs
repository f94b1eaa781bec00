//! Every configuration key has a line on its page.

use jeton_server::config::reference_markdown;

use crate::tree::read;

#[test]
fn every_key_is_on_its_page() {
    assert!(
        read("docs/configuration.md") == reference_markdown(),
        "docs/configuration.md is made from the code and no longer equals it: run the test of jeton-server that writes it \
         (crates/server/tests/server/config_reference.rs says how)"
    );
}
