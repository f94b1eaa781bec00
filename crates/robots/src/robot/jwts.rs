//! The last JWTs of a robot, and which of them it may still renew.
//!
//! A robot stores the JWT of an answer and then uses it; it never goes back. When an answer is lost it presents the JWT before
//! again. So a JWT may be renewed until a newer one was used: until then nobody knows whether the robot got the newer one. Their
//! hashes are here, in the robot's record, because their rows are removed some time after they expire and a robot may come after
//! a year.

use std::time::Duration;

use jeton_jose::base64url;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use jeton_model::clock::Timestamp;
use jeton_model::ids::TokenId;

/// For how long after its end a JWT may be renewed.
const RENEWABLE: Duration = Duration::from_hours(365 * 24);
/// How many are kept at most.
const MOST: usize = 6;
/// How many are kept at least, whatever was used.
const LEAST: usize = 2;

/// A JWT that the robot may hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct KnownJwt {
    /// SHA-256 of its text.
    #[serde(serialize_with = "write_hash", deserialize_with = "read_hash")]
    pub(crate) hash: [u8; 32],
    /// Its row; none: the robot was adopted with it. Another issuer made it, or it is one of ours that had ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<TokenId>,
    /// When it was made.
    pub(crate) issued: Timestamp,
    /// When it expires; it can be renewed for a year after that.
    pub(crate) expires: Timestamp,
    /// Whether the robot has used it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) used: bool,
    /// Whether it is the answer of a call whose JWT robots throw away (ReassociatePrimaryUser).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) spare: bool,
}

impl KnownJwt {
    /// Whether it is not too old to be renewed.
    pub(crate) fn renews(&self, now: Timestamp) -> bool {
        now <= self.expires + RENEWABLE
    }
}

/// The last JWTs, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct KnownJwts(Vec<KnownJwt>);

impl KnownJwts {
    /// Where the JWT with this hash is, if it may still be used: no newer one was.
    pub(crate) fn open(&self, hash: &[u8; 32]) -> Option<usize> {
        let at = self.0.iter().position(|known| known.hash == *hash)?;
        let newer = self.0.get(..at).unwrap_or_default();
        (!newer.iter().any(|known| known.used)).then_some(at)
    }

    /// Whether the JWT with this hash is here, usable or not.
    pub(crate) fn knows(&self, hash: &[u8; 32]) -> bool {
        self.0.iter().any(|known| known.hash == *hash)
    }

    pub(crate) fn get(&self, at: usize) -> Option<&KnownJwt> {
        self.0.get(at)
    }

    /// The newest one that the robot keeps when it gets it.
    pub(crate) fn newest(&self) -> Option<&KnownJwt> {
        self.0.iter().find(|known| !known.spare)
    }

    /// The answer to an earlier renewal of the one at `at`, which was lost.
    pub(crate) fn successor(&self, at: usize) -> Option<&KnownJwt> {
        self.0.get(..at).unwrap_or_default().iter().find(|known| !known.spare)
    }

    /// Records that the robot used one. Returns whether that is new.
    pub(super) fn mark_used(&mut self, at: usize) -> bool {
        self.0.get_mut(at).is_some_and(|known| !std::mem::replace(&mut known.used, true))
    }

    /// Adds a new one. Those before the last one that was used can no longer be renewed, and are dropped, except the last two.
    pub(crate) fn add(&mut self, new: KnownJwt) {
        if new.spare {
            // A robot that throws such answers away may ask for many.
            self.0.retain(|known| !known.spare || known.used);
        }
        self.0.insert(0, new);
        let last_used = self.0.iter().position(|known| known.used);
        if let Some(at) = last_used {
            self.0.truncate((at + 1).max(LEAST));
        }
        // Answers that were lost again and again: the robot presents the oldest, so those between go.
        while self.0.len() > MOST {
            self.0.remove(1);
        }
    }

    /// Adds the one with which the robot is adopted: it is older than all that follow.
    pub(crate) fn add_adopted(&mut self, hash: [u8; 32], now: Timestamp) {
        self.0.push(KnownJwt { hash, token: None, issued: now, expires: now, used: false, spare: false });
    }

    /// The rows of all.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = TokenId> + '_ {
        self.0.iter().filter_map(|known| known.token)
    }
}

fn write_hash<S: Serializer>(hash: &[u8; 32], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&base64url::encode(hash))
}

fn read_hash<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 32], D::Error> {
    let text = String::deserialize(from)?;
    let bytes = base64url::decode(&text).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| serde::de::Error::custom("a hash has 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(n: u8) -> KnownJwt {
        let at = Timestamp::from_seconds(i64::from(n));
        KnownJwt { hash: [n; 32], token: None, issued: at, expires: at, used: false, spare: false }
    }

    fn held(jwts: &[KnownJwt]) -> KnownJwts {
        let mut all = KnownJwts::default();
        jwts.iter().for_each(|jwt| all.add(jwt.clone()));
        all
    }

    #[test]
    fn a_jwt_is_open_until_a_newer_one_was_used() {
        let mut all = held(&[jwt(1), jwt(2)]);
        assert_eq!((all.open(&[2; 32]), all.open(&[1; 32])), (Some(0), Some(1)));
        assert!(all.mark_used(1) && !all.mark_used(1));
        assert_eq!(all.open(&[1; 32]), Some(1), "its own use changes nothing");
        assert_eq!(all.successor(1).unwrap().hash, [2; 32]);
        assert!(all.mark_used(0));
        assert_eq!((all.open(&[2; 32]), all.open(&[1; 32])), (Some(0), None));
        assert!(all.knows(&[1; 32]), "but it is known");
    }

    #[test]
    fn the_last_two_stay_and_older_ones_go_when_a_newer_one_was_used() {
        let mut all = held(&[jwt(1), jwt(2)]);
        all.mark_used(0);
        all.add(jwt(3));
        let hashes = |all: &KnownJwts| all.0.iter().map(|jwt| jwt.hash[0]).collect::<Vec<_>>();
        assert_eq!(hashes(&all), [3, 2]);
        all.mark_used(0);
        all.add(jwt(4));
        assert_eq!(hashes(&all), [4, 3]);
    }

    #[test]
    fn many_lost_answers_leave_the_one_that_the_robot_presents() {
        let mut all = held(&[jwt(1)]);
        all.mark_used(0);
        for n in 2..100 {
            all.add(jwt(n));
        }
        assert!(all.0.len() <= MOST);
        assert!(all.open(&[1; 32]).is_some() && all.open(&[99; 32]).is_some());
    }

    #[test]
    fn answers_that_robots_throw_away_displace_nothing() {
        let mut all = held(&[jwt(1), jwt(2)]);
        for n in 10..30 {
            all.add(KnownJwt { spare: true, ..jwt(n) });
        }
        assert_eq!(all.0.len(), 3);
        assert!(all.open(&[1; 32]).is_some() && all.open(&[2; 32]).is_some() && all.open(&[29; 32]).is_some());
        assert_eq!(all.newest().unwrap().hash, [2; 32]);
    }
}
