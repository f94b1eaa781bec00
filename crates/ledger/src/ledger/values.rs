//! Encrypted copies of tokens' texts: kept only where the operator wants to see values (`tokens.show_values`).

use jeton_jose::{Secret, base64url};

use super::Secrets;
use jeton_model::Refusal;
use jeton_model::ids::TokenId;
use jeton_model::records::{Token, TokenKind};

impl Secrets {
    /// The encrypted copy of a new token's text; none for kinds that no list shows.
    pub(super) fn sealed_value(&self, kind: TokenKind, id: TokenId, text: &Secret) -> Result<Option<String>, Refusal> {
        let shown = matches!(kind, TokenKind::Access | TokenKind::Refresh | TokenKind::Api | TokenKind::Robot);
        if !shown {
            return Ok(None);
        }
        Ok(Some(base64url::encode(self.seal.seal(&purpose(id), text.expose().as_bytes())?)))
    }

    /// The text of a row; none when no copy was kept, or when it cannot be decrypted.
    pub fn opened_value(&self, token: &Token) -> Option<Secret> {
        let sealed = token.details.as_ref()?.sealed_value.as_ref()?;
        let bytes = self.seal.open(&purpose(token.id), &base64url::decode(sealed).ok()?).ok()?;
        std::str::from_utf8(&bytes).ok().map(Secret::new)
    }
}

/// Binds a copy to its token.
fn purpose(id: TokenId) -> [u8; 19] {
    let mut purpose = *b"token value\0\0\0\0\0\0\0\0";
    let number = id.get().to_be_bytes();
    purpose.iter_mut().rev().zip(number.iter().rev()).for_each(|(to, from)| *to = *from);
    purpose
}
