//! What every store must do.

use crate::support::fresh;

jeton_testkit::conformance_suite!(fresh);

#[test]
fn it_equals_the_model() {
    jeton_testkit::conformance::property(fresh, 24);
}

#[test]
fn a_filter_means_the_same_in_lists_previews_and_suspensions() {
    jeton_testkit::conformance::meaning(fresh, 24);
}
