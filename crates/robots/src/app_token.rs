//! The token of an app (`docs/contracts/vector.md` section 5): 16 random bytes; the robot compares their salted hash.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jeton_jose::Secret;
use jeton_jose::digest::sha256;

use crate::text::cut;
use jeton_ledger::ledger::{Given, GivenText, TokenPlan};
use jeton_model::entropy::{Entropy, NoEntropy};
use jeton_model::records::{TokenFormat, TokenKind};
use jeton_model::scope::Scope;

/// The member of a row's details with the salted hash, 64 characters of base64. A stored name: it never changes.
pub(crate) const HASH: &str = "salted_hash";
/// The member with the name of the app. A stored name: it never changes.
pub(crate) const APP_ID: &str = "app_id";
/// The longest name that a robot accepts, in bytes.
const LONGEST: usize = 255;

/// The app that a client token is for.
#[derive(Clone, Debug, Default)]
pub struct ClientName {
    /// Its device, for people; often empty.
    pub client_name: String,
    /// The app; often empty.
    pub app_id: String,
}

/// A new app token: 24 characters, unlimited in time.
///
/// # Errors
/// When the random source fails.
pub(crate) fn client_token(client: &ClientName, entropy: &dyn Entropy) -> Result<TokenPlan, NoEntropy> {
    let (mut token, mut salt) = ([0; 16], [0; 16]);
    entropy.fill(&mut token)?;
    entropy.fill(&mut salt)?;
    let mut plan = TokenPlan::new(TokenKind::RobotClient, TokenFormat::Foreign, Scope::empty(), None);
    plan.given = Some(Given { text: GivenText::Clear(Secret::new(STANDARD.encode(token))), by: None });
    let name = cut(&client.client_name, LONGEST);
    plan.details.name = (!name.is_empty()).then(|| name.to_owned());
    plan.details.other.insert(APP_ID.to_owned(), cut(&client.app_id, LONGEST).into());
    plan.details.other.insert(HASH.to_owned(), salted(&token, &salt).into());
    Ok(plan)
}

/// SHA-256 over token and salt, then the salt.
fn salted(token: &[u8; 16], salt: &[u8; 16]) -> String {
    let hash = sha256(&[*token, *salt].concat());
    STANDARD.encode([&hash[..], salt].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jeton_model::entropy::SystemEntropy;

    #[test]
    fn the_salted_hash_has_64_characters_and_proves_the_token() {
        let client = ClientName { client_name: "x".repeat(300), app_id: "SDK".into() };
        let plan = client_token(&client, &SystemEntropy).unwrap();
        let Some(Given { text: GivenText::Clear(text), .. }) = &plan.given else { panic!("no text") };
        assert_eq!(text.expose().len(), 24);
        let hash = plan.details.other[HASH].as_str().unwrap();
        assert_eq!(hash.len(), 64);
        let stored = STANDARD.decode(hash).unwrap();
        let salted = [&STANDARD.decode(text.expose()).unwrap()[..], &stored[32..]].concat();
        assert_eq!(sha256(&salted), stored[..32]);
        assert_eq!(plan.details.name.as_deref().map(str::len), Some(255));
    }
}
