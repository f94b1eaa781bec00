//! Robots in the model: who owns them, which JWT each has, and what it may do with that.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jeton_face_vector::proto::token::{AssociatePrimaryUserRequest, ReassociatePrimaryUserRequest, TokenBundle};
use jeton_jose::digest::sha256;
use proptest::prelude::*;
use tonic::Code;

use super::{Held, Run};
use crate::faces::Faces;
use crate::robot::{Robot, SESSION};

/// How many robots there are.
const ROBOTS: u32 = 3;
/// A robot renews a JWT when less than this is left of it.
const RENEWED_BEFORE: Duration = Duration::from_hours(3);

/// What a robot, or somebody with it, does.
#[derive(Clone, Debug)]
pub(super) enum RobotStep {
    Associate {
        owner: Owner,
        skip: bool,
        revoke: bool,
    },
    Reassociate {
        owner: Owner,
        skip: bool,
    },
    AddApp(Owner),
    /// `arrives`: the robot gets the answer.
    Refresh {
        renews: bool,
        arrives: bool,
    },
    Disassociate,
    RevokeRobot,
    RevokeOwner(Owner),
    Ban,
    Forget,
    SignIn,
}

pub(super) fn step() -> impl Strategy<Value = RobotStep> {
    let owner = || prop_oneof![2 => Just(Owner::Household), 1 => Just(Owner::Alice)];
    let associate = (owner(), any::<bool>(), any::<bool>());
    prop_oneof![
        6 => associate.prop_map(|(owner, skip, revoke)| RobotStep::Associate { owner, skip, revoke }),
        2 => (owner(), any::<bool>()).prop_map(|(owner, skip)| RobotStep::Reassociate { owner, skip }),
        4 => owner().prop_map(RobotStep::AddApp),
        5 => any::<bool>().prop_map(|arrives| RobotStep::Refresh { renews: true, arrives }),
        1 => Just(RobotStep::Refresh { renews: false, arrives: true }),
        1 => Just(RobotStep::Disassociate),
        1 => Just(RobotStep::RevokeRobot),
        1 => owner().prop_map(RobotStep::RevokeOwner),
        1 => Just(RobotStep::Ban),
        1 => Just(RobotStep::Forget),
        1 => Just(RobotStep::SignIn),
    ]
}

/// Who may own robots.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Owner {
    /// Whoever has the configured session.
    Household,
    /// Alice, with a session of her account.
    Alice,
}

/// What is known of a robot.
#[derive(Debug)]
struct Known {
    robot: Robot,
    /// Where the JWT that it stores is in the list of all; none: it never got one.
    stored: Option<usize>,
    /// Whether its record still knows that one.
    is_known: bool,
    /// The JWT that a lost answer had.
    lost: Option<usize>,
    owner: Option<Owner>,
    /// The family of its present association.
    family: Option<u64>,
    is_seen: bool,
    is_banned: bool,
}

/// The robots and their owners.
#[derive(Debug)]
pub(super) struct Robots {
    all: Vec<Known>,
    /// Where the session of Alice's account is in the list of all tokens.
    session: usize,
    /// The account's id of each owner.
    ids: [String; 2],
    /// Families that ended.
    over: BTreeSet<u64>,
}

impl Robots {
    /// Robots that nobody owns yet, and the text of a session of Alice's, which is to be the first token of the list.
    pub(super) async fn new(faces: &Faces) -> (Self, String) {
        let new = |serial| Known {
            robot: Robot::new(serial),
            stored: None,
            is_known: false,
            lost: None,
            owner: None,
            family: None,
            is_seen: false,
            is_banned: false,
        };
        let session = faces.account_session().await;
        let ids = [faces.session_of(SESSION).await.unwrap(), faces.session_of(&session).await.unwrap()];
        (Self { all: (0..ROBOTS).map(new).collect(), session: 0, ids, over: BTreeSet::new() }, session)
    }

    /// That a family ended.
    pub(super) fn family_ended(&mut self, family: u64) {
        self.over.insert(family);
    }
}

impl Run {
    fn family_of_robot(&self, at: usize) -> Option<u64> {
        self.robots.all[at].family.filter(|family| !self.robots.over.contains(family))
    }

    /// The session of an owner, and whether it is good.
    fn session_of(&self, owner: Owner) -> (String, bool) {
        let session = &self.held[self.robots.session];
        match owner {
            Owner::Household => (SESSION.to_owned(), true),
            Owner::Alice => (session.text.clone(), self.is_good(session)),
        }
    }

    /// A family ends, with all tokens in it.
    fn end_family(&mut self, family: Option<u64>) {
        let Some(family) = family else { return };
        self.robots.family_ended(family);
        self.held.iter_mut().filter(|held| held.family == Some(family)).for_each(|held| held.ended = true);
    }

    /// The JWTs of a robot are replaced.
    fn replace_jwts(&mut self, at: usize) {
        let Some(family) = self.family_of_robot(at) else { return };
        let theirs = |held: &&mut Held| held.family == Some(family) && held.kind == "robot" && !held.ended;
        self.held.iter_mut().filter(theirs).for_each(|held| (held.ended, held.rotated) = (true, true));
    }

    /// The robot has no owner any more.
    fn disown(&mut self, at: usize) {
        self.end_family(self.robots.all[at].family);
        let known = &mut self.robots.all[at];
        (known.owner, known.family, known.lost, known.is_known) = (None, None, None, false);
    }

    /// Why the JWT that a robot stores does not let it in: to be renewed, and to add an app. A suspension is not final.
    fn kept_out(&self, at: usize) -> Option<Code> {
        let known = &self.robots.all[at];
        // It may be one of an association that ended: robots keep theirs when their owner associates them again.
        match known.stored.map(|jwt| &self.held[jwt]) {
            Some(_) if known.is_banned || !known.is_known || self.family_of_robot(at).is_none() => {
                Some(Code::PermissionDenied)
            }
            Some(jwt) if self.rules.iter().any(|rule| rule.means(jwt)) => Some(Code::Unauthenticated),
            Some(_) => None,
            None => Some(Code::PermissionDenied),
        }
    }

    /// Whether a token counts again when a suspension is undone.
    fn is_suspended(&self, token: &Held) -> bool {
        self.lives(token) && !self.is_good(token)
    }

    async fn learn_bundle(&mut self, at: usize, bundle: &TokenBundle) -> Option<usize> {
        let texts = [&bundle.token, &bundle.client_token].into_iter().filter(|text| !text.is_empty());
        self.learn(texts.cloned().collect(), None).await;
        let family = self.held.last().and_then(|held| held.family);
        assert!(family.is_some(), "{:?}", self.held.last());
        self.robots.all[at].family = family;
        self.robots.all[at].is_seen = true;
        self.held.iter().position(|held| held.text == bundle.token)
    }

    pub(super) async fn take_robot(&mut self, at: usize, step: &RobotStep) {
        let at = at % self.robots.all.len();
        match *step {
            RobotStep::Associate { owner, skip, revoke } => self.associate(at, owner, skip, revoke).await,
            RobotStep::Reassociate { owner, skip } => self.reassociate(at, owner, skip).await,
            RobotStep::AddApp(owner) => self.add_app(at, owner).await,
            RobotStep::Refresh { renews, arrives } => self.refresh_robot(at, renews, arrives).await,
            RobotStep::Disassociate => self.disassociate(at).await,
            RobotStep::RevokeRobot => {
                let count = self.end_association(at);
                let robot = &self.robots.all[at].robot;
                assert_eq!(self.faces.revoke_of(robot, "requestor", &robot.name).await, count);
            }
            RobotStep::RevokeOwner(owner) => {
                let theirs: Vec<_> =
                    (0..self.robots.all.len()).filter(|at| self.robots.all[*at].owner == Some(owner)).collect();
                let count = theirs.into_iter().map(|at| self.end_association(at)).sum::<u32>();
                let id = &self.robots.ids[usize::from(owner == Owner::Alice)];
                assert_eq!(self.faces.revoke_of(&self.robots.all[at].robot, "user", id).await, count);
            }
            RobotStep::Ban => {
                self.faces.ban(&self.robots.all[at].robot).await;
                self.disown(at);
                (self.robots.all[at].is_banned, self.robots.all[at].is_seen) = (true, true);
            }
            RobotStep::Forget => {
                let path = format!("/robots/{}", self.robots.all[at].robot.name);
                let reply = self.faces.admin("DELETE", &path, None).await;
                assert_eq!(reply.status, if self.robots.all[at].is_seen { 204 } else { 404 }, "{reply:?}");
                self.disown(at);
            }
            RobotStep::SignIn => {
                if !self.session_of(Owner::Alice).1 {
                    let text = self.faces.account_session().await;
                    self.robots.session = self.held.len();
                    self.learn(vec![text], None).await;
                }
            }
        }
    }

    async fn associate(&mut self, at: usize, owner: Owner, skip: bool, revoke: bool) {
        let (session, is_good) = self.session_of(owner);
        let asked =
            AssociatePrimaryUserRequest { skip_client_token: skip, revoke_client_tokens: revoke, ..Default::default() };
        let answer = self.faces.associate(&self.robots.all[at].robot, &session, asked).await;
        let known = &self.robots.all[at];
        let expected = match () {
            () if !is_good => Some(Code::Unauthenticated),
            () if known.is_banned => Some(Code::PermissionDenied),
            () => None,
        };
        assert_eq!(answer.as_ref().err(), expected.as_ref());
        let Ok(bundle) = answer else { return };
        match self.family_of_robot(at).filter(|_| known.owner == Some(owner)) {
            Some(family) => {
                self.replace_jwts(at);
                let theirs = |held: &&mut Held| held.family == Some(family) && held.kind == "robot_client";
                self.held.iter_mut().filter(theirs).for_each(|held| held.ended |= revoke);
            }
            None => self.disown(at),
        }
        let jwt = self.learn_bundle(at, &bundle).await;
        assert!(jwt.is_some() && bundle.client_token.is_empty() == skip, "{bundle:?}");
        let known = &mut self.robots.all[at];
        (known.stored, known.is_known, known.lost, known.owner) = (jwt, true, None, Some(owner));
    }

    async fn reassociate(&mut self, at: usize, owner: Owner, skip: bool) {
        let (session, is_good) = self.session_of(owner);
        let asked = ReassociatePrimaryUserRequest { skip_client_token: skip, ..Default::default() };
        let answer = self.faces.reassociate(&self.robots.all[at].robot, &session, asked).await;
        let known = &self.robots.all[at];
        let expected = match () {
            () if !is_good => Some(Code::Unauthenticated),
            () if known.is_banned => Some(Code::PermissionDenied),
            () if known.owner.is_some_and(|known| known != owner) => Some(Code::InvalidArgument),
            () => None,
        };
        assert_eq!(answer.as_ref().err(), expected.as_ref());
        let Ok(bundle) = answer else { return };
        self.replace_jwts(at);
        // Robots throw its JWT away.
        assert!(self.learn_bundle(at, &bundle).await.is_some());
        self.robots.all[at].owner = Some(owner);
    }

    async fn add_app(&mut self, at: usize, owner: Owner) {
        let known = &self.robots.all[at];
        let Some(jwt) = known.stored.map(|jwt| &self.held[jwt].text) else { return };
        let (session, is_good) = self.session_of(owner);
        let is_paused = owner == Owner::Alice && self.is_suspended(&self.held[self.robots.session]);
        let kept_out = self.kept_out(at);
        let expected = match () {
            () if is_paused => Some(Code::Unauthenticated),
            () if kept_out.is_some() => kept_out,
            () if !is_good || known.owner != Some(owner) => Some(Code::InvalidArgument),
            () => None,
        };
        let answer = self.faces.add_app(&known.robot, jwt, &session).await;
        assert_eq!(answer.as_ref().err(), expected.as_ref(), "{known:?}");
        let Ok(bundle) = answer else { return };
        assert!(bundle.token.is_empty() && !bundle.client_token.is_empty(), "{bundle:?}");
        self.learn_bundle(at, &bundle).await;
    }

    async fn refresh_robot(&mut self, at: usize, renews: bool, arrives: bool) {
        let known = &self.robots.all[at];
        let Some(jwt) = known.stored.map(|jwt| &self.held[jwt].text) else { return };
        let enough = self.now() + i64::try_from(RENEWED_BEFORE.as_secs()).unwrap();
        let lost = known.lost.map(|lost| &self.held[lost]);
        let lost = lost.filter(|lost| renews && lost.expires.is_some_and(|end| end > enough));
        let is_suspended = lost.is_some_and(|lost| self.rules.iter().any(|rule| rule.means(lost)));
        let expected = self.kept_out(at).or(is_suspended.then_some(Code::Unauthenticated));
        let answer = self.faces.renew(&known.robot, jwt, renews).await;
        assert_eq!(answer.as_ref().err(), expected.as_ref(), "{known:?}");
        let Ok(text) = answer else { return };
        if !renews {
            assert_eq!(text, *jwt);
            return;
        }
        let new = match lost.filter(|lost| !lost.ended) {
            Some(lost) => {
                assert_eq!(text, lost.text, "the answer that was lost comes again");
                known.lost.unwrap()
            }
            None => {
                self.replace_jwts(at);
                self.learn(vec![text], None).await;
                self.held.len() - 1
            }
        };
        let known = &mut self.robots.all[at];
        match arrives {
            true => (known.stored, known.lost) = (Some(new), None),
            false => known.lost = Some(new),
        }
    }

    async fn disassociate(&mut self, at: usize) {
        let known = &self.robots.all[at];
        let Some(jwt) = known.stored.map(|jwt| &self.held[jwt]) else { return };
        let expected = match () {
            () if self.is_suspended(jwt) => Some(Code::Unauthenticated),
            () if !self.lives(jwt) || !known.is_known => Some(Code::PermissionDenied),
            () => None,
        };
        let answer = self.faces.disassociate(&known.robot, &jwt.text).await;
        assert_eq!(answer.err(), expected, "{known:?}");
        if expected.is_none() {
            self.disown(at);
        }
    }

    /// All that was issued for a robot ends; how many JWTs those were.
    fn end_association(&mut self, at: usize) -> u32 {
        let Some(family) = self.family_of_robot(at) else { return 0 };
        let theirs = |held: &&Held| held.family == Some(family) && held.kind == "robot" && !held.ended;
        let count = self.held.iter().filter(theirs).count();
        self.end_family(Some(family));
        u32::try_from(count).unwrap()
    }

    /// What robots see is what lives; and administrators see it too.
    pub(super) async fn check_robots(&self) {
        for known in &self.robots.all {
            let apps = self.held.iter().filter(|held| {
                held.kind == "robot_client"
                    && held.family == known.family
                    && known.family.is_some()
                    && self.is_good(held)
            });
            let apps: Vec<_> = apps.collect();
            let ids = known.is_seen.then(|| apps.iter().map(|app| app.id).collect::<Vec<_>>());
            assert_eq!(self.faces.apps_of(&known.robot).await, ids, "{known:?}");
            let Some(jwt) = known.stored.map(|jwt| &self.held[jwt]) else { continue };
            let read = self.faces.apps_in_document(&known.robot, &jwt.text).await;
            if !(self.is_good(jwt) && known.is_known) {
                let code = if self.is_suspended(jwt) { Code::Unauthenticated } else { Code::PermissionDenied };
                assert_eq!(read.err(), Some(code), "{known:?}");
                continue;
            }
            let hashes = read.unwrap_or_else(|code| panic!("{code:?}: {known:?}"));
            assert_eq!(hashes.len(), apps.len(), "{known:?}");
            assert!(hashes.iter().zip(&apps).all(|(hash, app)| proves(hash, &app.text)), "{known:?}");
        }
        let session = &self.held[self.robots.session];
        assert_eq!(self.faces.session_of(&session.text).await.is_some(), self.is_good(session), "{session:?}");
    }
}

/// Whether a salted hash is that of an app token (`docs/contracts/vector.md` section 5).
fn proves(hash: &str, token: &str) -> bool {
    let (hash, token) = (STANDARD.decode(hash).unwrap(), STANDARD.decode(token).unwrap());
    let salted = [token.as_slice(), &hash[32..]].concat();
    sha256(&salted) == hash[..32]
}
