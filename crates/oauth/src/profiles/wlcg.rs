//! `wlcg`: the common JWT profile of the WLCG (`docs/contracts/indigo-iam.md` section 8.1).

use serde_json::{Map, Value};

use super::{About, JwtProfile, Shape, person};
use jeton_model::capability::{self, GROUPS};
use jeton_model::records::{GridSettings, Service};

pub(super) struct Wlcg;

/// The audience that every service of the WLCG accepts.
const ANYBODY: &str = "https://wlcg.cern.ch/jwt/v1/any";

/// Of the profile; it stays the same in later editions of the text.
const VERSION: &str = "1.0";

impl JwtProfile for Wlcg {
    fn name(&self) -> &'static str {
        "wlcg"
    }

    fn shape(&self, _: &GridSettings) -> Shape {
        Shape { version: Some(VERSION), audience: Some(ANYBODY), early: Some(60), scope: true, auth_time: true }
    }

    fn group(&self, _: &Service, path: &str) -> String {
        path.to_owned()
    }

    fn id_token_members(&self) -> Map<String, Value> {
        [("wlcg.ver".to_owned(), VERSION.into())].into_iter().collect()
    }

    fn claims(&self, about: &About<'_>) -> Map<String, Value> {
        let mut claims = self.identity_claims(about);
        if about.service.settings.grid.user_data {
            claims.extend(person::data(about));
        }
        claims
    }

    fn identity_claims(&self, about: &About<'_>) -> Map<String, Value> {
        let groups = asked_for(about);
        let claim = (!groups.is_empty()).then(|| (GROUPS.to_owned(), groups.into()));
        claim.into_iter().collect()
    }
}

/// The groups in the order of the request: a group it names if the user is a member; where it names none,
/// those that are not optional. A request for one group gets these as well, at the end.
fn asked_for(about: &About<'_>) -> Vec<String> {
    let member: Vec<String> = about.user.group_paths().collect();
    let usual = || member.iter().filter(|path| !(about.is_optional)(path));
    let (mut listed, mut named, mut plain) = (Vec::new(), false, false);
    let mut add = |path: &String| {
        if !listed.contains(path) {
            listed.push(path.clone());
        }
    };
    for word in about.scope.words() {
        if word == GROUPS {
            plain = true;
            usual().for_each(&mut add);
        } else if let Some(group) = capability::group_of(word) {
            named = true;
            member.iter().filter(|path| *path == group).for_each(&mut add);
        }
    }
    if named && !plain {
        usual().for_each(&mut add);
    }
    listed
}
