//! What every store must do.

use crate::support::fresh;

jeton_testkit::conformance_suite!(fresh);

#[test]
fn it_equals_the_model() {
    jeton_testkit::conformance::property(fresh, 24);
}
