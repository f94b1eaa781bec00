//! The state of a token or a grant as 17 bytes: its number, its time, its detail.
//!
//! Always 17, because SQLite overwrites a row of unchanged length in place. With separate columns the row would grow
//! when it is revoked, and the full page that contains it would have to be split.

use jeton_model::records::{GrantState, TokenState};

use crate::fault::{Done, Fault};

/// Length in bytes.
const LENGTH: usize = 17;

/// The bytes of a token's state.
pub(super) fn of_token(state: TokenState) -> [u8; LENGTH] {
    let (number, at, detail) = state.sql();
    pack(number, at, detail)
}

/// The bytes of a grant's state: as a token's that is active or revoked.
pub(super) fn of_grant(state: GrantState) -> [u8; LENGTH] {
    of_token(match state {
        GrantState::Active => TokenState::Active,
        GrantState::Revoked { at, why } => TokenState::Revoked { at, why },
    })
}

/// A token's state from its bytes.
pub(super) fn token(bytes: &[u8]) -> Done<TokenState> {
    let (number, at, detail) = unpack(bytes).ok_or(Fault::Corrupt("state"))?;
    TokenState::from_sql(number, Some(at), Some(detail)).ok_or(Fault::Corrupt("state"))
}

/// A grant's state from its bytes.
pub(super) fn grant(bytes: &[u8]) -> Done<GrantState> {
    match token(bytes)? {
        TokenState::Active => Ok(GrantState::Active),
        TokenState::Revoked { at, why } => Ok(GrantState::Revoked { at, why }),
        TokenState::Rotated { .. } => Err(Fault::Corrupt("state")),
    }
}

fn pack(number: i16, at: Option<i64>, detail: Option<i64>) -> [u8; LENGTH] {
    let mut out = [0; LENGTH];
    let (head, rest) = out.split_at_mut(1);
    let (time, more) = rest.split_at_mut(8);
    head.copy_from_slice(&[number.to_be_bytes()[1]]);
    time.copy_from_slice(&at.unwrap_or_default().to_be_bytes());
    more.copy_from_slice(&detail.unwrap_or_default().to_be_bytes());
    out
}

fn unpack(bytes: &[u8]) -> Option<(i16, i64, i64)> {
    let (number, rest) = bytes.split_first()?;
    let (time, more) = rest.split_first_chunk::<8>()?;
    Some((i16::from(*number), i64::from_be_bytes(*time), i64::from_be_bytes(more.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use jeton_model::clock::Timestamp;
    use jeton_model::ids::TokenId;
    use jeton_model::records::{GrantState, Reason, TokenState};

    use super::{grant, of_grant, of_token, token};

    #[test]
    fn states_come_back() {
        let at = Timestamp::from_millis(1_700_000_000_123);
        for s in [
            TokenState::Active,
            TokenState::Rotated { at, to: TokenId::new(1 << 52) },
            TokenState::Revoked { at, why: Reason::CodeReuse },
        ] {
            assert_eq!(token(&of_token(s)).unwrap(), s);
        }
        let g = GrantState::Revoked { at, why: Reason::User };
        assert_eq!(grant(&of_grant(g)).unwrap(), g);
    }

    #[test]
    fn nonsense_is_corrupt() {
        assert!(token(&[]).is_err() && token(&[0; 16]).is_err() && token(&[9; 17]).is_err());
        assert!(grant(&of_token(TokenState::Rotated { at: Timestamp::default(), to: TokenId::new(1) })).is_err());
    }
}
