//! The thirty messages of `docs/contracts/oauth-token-endpoint.md` section 5, as a table: 30 messages × 2 compatibility modes ×
//! every method that can produce them.
//!
//! A row names the fault in an otherwise valid request. It is sent with each of its methods, in both
//! modes, and the answer is compared word for word. `order.rs` puts two faults into one request.

mod order;
mod rows;
mod ways;

use jeton_core::client_auth;
use jeton_core::model::{AuthMethod, CompatibilityMode};

use rows::{ROWS, Row, Ways};
use ways::World;

impl Row {
    /// The methods with which a client can get this message.
    fn methods(&self) -> Vec<AuthMethod> {
        let all = client_auth::supported();
        match self.ways {
            Ways::Any => all.collect(),
            Ways::Proving => all.filter(|method| *method != AuthMethod::None).collect(),
            Ways::Only(some) => some.to_vec(),
        }
    }
}

#[test]
fn every_message_has_its_row() {
    let mut numbers: Vec<u8> = ROWS.iter().map(|row| row.number).collect();
    numbers.dedup();
    assert_eq!(numbers, (1..=30).collect::<Vec<u8>>());
}

#[test]
fn every_method_has_its_own_message() {
    for method in client_auth::supported().filter(|method| *method != AuthMethod::None) {
        let own = ROWS.iter().any(|row| matches!(row.ways, Ways::Only(ways) if ways.contains(&method)));
        assert!(own, "{method:?} needs a row for how it fails");
    }
}

#[tokio::test]
async fn each_is_said_to_the_letter_in_both_profiles_by_every_method() {
    let mut asked = 0;
    for method in client_auth::supported() {
        for (profile, stored) in [
            (CompatibilityMode::Standard, true),
            (CompatibilityMode::Standard, false),
            (CompatibilityMode::Classic, true),
            (CompatibilityMode::Classic, false),
        ] {
            let rows: Vec<_> =
                ROWS.iter().filter(|row| row.stored == stored && row.methods().contains(&method)).collect();
            if rows.is_empty() {
                continue;
            }
            let world = World::new(method, profile, stored).await;
            for row in rows {
                let reply = row.ask(&world).await;
                let got = match reply.status {
                    200 => (200, String::new(), String::new()),
                    _ => reply.refusal(),
                };
                let expected = row.expected(&world);
                assert_eq!(got, expected, "message {}, {method:?}, {profile:?}\n{}", row.number, reply.show());
                asked += 1;
            }
        }
    }
    let planned: usize = ROWS.iter().map(|row| 2 * row.methods().len()).sum();
    assert_eq!(asked, planned);
}
