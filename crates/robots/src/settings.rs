//! What the operator decides about robots.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use jeton_jose::Secret;
use jeton_model::ids::ServiceId;

use crate::aws::StsSettings;
use crate::identity::Authorities;

const HOUR: Duration = Duration::from_secs(3600);

/// The settings of the robots' face, from the configuration.
#[derive(Clone, Debug)]
pub struct RobotSettings {
    /// The service that robots and their owners belong to.
    pub service: ServiceId,
    /// The app keys that callers may send.
    pub app_keys: Vec<AppKey>,
    /// Session tokens that are accepted for everyone and never expire: the mode without accounts.
    pub session_tokens: Vec<Secret>,
    /// Who signs factory certificates; none: a robot's key is pinned at its first association.
    pub authorities: Option<Authorities>,
    /// Lifetime of a JWT when the request names none.
    pub jwt_lifetime: Duration,
    /// The bounds of a requested lifetime. A robot renews three hours before the end, so the lower bound is above that.
    pub jwt_lifetimes: RangeInclusive<Duration>,
    /// Lifetime of an account session.
    pub session_lifetime: Duration,
    /// Whether strangers may make accounts.
    pub sign_up: bool,
    /// How many robots one account may own.
    pub robots_per_account: u32,
    /// How many associations one account may make at once.
    pub associations: u32,
    /// After which time it may make one more.
    pub association_interval: Duration,
    /// Who gives AWS credentials to robots that upload logs; none: nobody.
    pub sts: Option<StsSettings>,
}

/// The settings now, for each part of this feature that reads them.
pub type SharedSettings = Arc<ArcSwap<RobotSettings>>;

impl Default for RobotSettings {
    fn default() -> Self {
        Self {
            service: ServiceId::new(1),
            app_keys: Vec::new(),
            session_tokens: Vec::new(),
            authorities: None,
            jwt_lifetime: HOUR * 24,
            jwt_lifetimes: HOUR * 4..=HOUR * 24 * 30,
            session_lifetime: HOUR * 24 * 365,
            sign_up: false,
            robots_per_account: 20_000,
            associations: 20_000,
            association_interval: Duration::from_secs(1),
            sts: None,
        }
    }
}

impl RobotSettings {
    /// The lifetime of a JWT for which this many minutes are requested; 0: the default.
    pub(crate) fn jwt_lifetime_of(&self, minutes: u32) -> Duration {
        let wanted = match minutes {
            0 => self.jwt_lifetime,
            some => Duration::from_secs(u64::from(some) * 60),
        };
        wanted.clamp(*self.jwt_lifetimes.start(), *self.jwt_lifetimes.end())
    }
}

/// An app key and what callers with it may do.
#[derive(Clone, Debug)]
pub struct AppKey {
    /// The key as it is sent.
    pub key: Secret,
    /// What callers with it may do.
    pub scopes: AppScopes,
}

/// The app keys of robots, SDKs and set-up tools: public constants that name an app. They get the scope user.
pub const SHIPPED: &[&str] =
    &["oDoa0quieSeir6goowai7f", "xiepae8Ach2eequiphee4U", "aung2ieCho3aiph7Een3Ei", "luyain9ep5phahP8aph8xa"];

/// What callers with an app key may do (`docs/contracts/vector.md` section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AppScope {
    /// What robots and the apps of their owners do.
    User,
    /// What support does: disassociate a robot.
    Support,
    /// What administrators do: revoke certificates and tokens.
    Admin,
    /// What other services do: list and revoke tokens, validate sessions.
    Service,
    /// Scheduled work; nothing here needs it.
    Cron,
    /// Everything.
    Root,
}

impl AppScope {
    const ALL: [(&'static str, Self); 6] = [
        ("user", Self::User),
        ("support", Self::Support),
        ("admin", Self::Admin),
        ("service", Self::Service),
        ("cron", Self::Cron),
        ("root", Self::Root),
    ];

    /// The scope of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, scope)| scope)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, scope)| *scope == self).map_or("", |(name, _)| name)
    }
}

/// The scopes of an app key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppScopes(BTreeSet<AppScope>);

impl FromIterator<AppScope> for AppScopes {
    fn from_iter<I: IntoIterator<Item = AppScope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl AppScopes {
    /// Whether one of these is among them; [`AppScope::Root`] stands for all.
    #[must_use]
    pub fn any_of(&self, wanted: &[AppScope]) -> bool {
        self.0.contains(&AppScope::Root) || wanted.iter().any(|scope| self.0.contains(scope))
    }

    /// Their names.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|scope| scope.name()).collect()
    }
}
