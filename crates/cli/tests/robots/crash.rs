//! `kill -9` while robots associate and refresh: none is stranded, and no app is locked out.

use std::time::Duration;

use jeton_face_vector::proto::token::AssociatePrimaryUserRequest;

use crate::home::{Home, SESSION};
use crate::robot::{APP_KEY, Robot, call};

/// How often a server is killed; `JETON_CRASHES` sets another number.
const CRASHES: u64 = 6;

/// What a robot remembers.
struct Life {
    robot: Robot,
    /// The JWT before the one that it has.
    before: String,
    apps: usize,
}

impl Life {
    /// Refreshes and adds apps until the server is gone.
    async fn lead(mut self) -> Self {
        for _ in 0..100_000 {
            match self.robot.try_refresh().await {
                Some(Ok(jwt)) => self.before = std::mem::replace(&mut self.robot.jwt, jwt),
                Some(Err(status)) if status.code() == tonic::Code::PermissionDenied => panic!("stranded: {status:?}"),
                _ => return self,
            }
            match self.robot.try_second_client(SESSION).await {
                Some(Ok(_)) => self.apps += 1,
                _ => return self,
            }
        }
        self
    }

    /// After the server came back: the JWT that it has, or the one before, refreshes, and every app that was answered is in.
    async fn check(&mut self) {
        match self.robot.refresh(&self.robot.jwt).await {
            Ok(jwt) => self.robot.jwt = jwt,
            Err(_) => self.robot.jwt = self.robot.refresh(&self.before).await.unwrap(),
        }
        let listed = self.robot.app_tokens().await.len();
        // One more where the answer was lost.
        assert!((self.apps..=self.apps + 1).contains(&listed), "{listed} of {}", self.apps);
        self.apps = listed;
    }
}

async fn survives(mut home: Home) {
    let crashes = std::env::var("JETON_CRASHES").ok().and_then(|text| text.parse().ok()).unwrap_or(CRASHES);
    for crash in 0..crashes {
        let mut lives = Vec::new();
        for esn in 0..6 {
            let mut robot = Robot::new(&home, &format!("{crash:04x}{esn:04x}"));
            robot.associate().await;
            let before = robot.jwt.clone();
            lives.push(Life { robot, before, apps: 1 });
        }
        let mut associating = Robot::new(&home, &format!("{crash:04x}ffff"));
        let running: Vec<_> = lives.into_iter().map(|life| tokio::spawn(life.lead())).collect();
        tokio::time::sleep(Duration::from_millis(40 + crash * 37 % 400)).await;
        let asked =
            call(AssociatePrimaryUserRequest::default(), &[("anki-app-key", APP_KEY), ("anki-user-session", SESSION)]);
        let mut token = associating.token().await;
        let association = tokio::spawn(async move { token.associate_primary_user(asked).await });
        home.kill9();
        let mut lives = Vec::new();
        for life in running {
            lives.push(life.await.unwrap());
        }
        home.start().await;
        for life in &mut lives {
            life.check().await;
        }
        if let Ok(Ok(answer)) = association.await {
            associating.jwt = answer.into_inner().data.unwrap().token;
            associating.refresh(&associating.jwt).await.unwrap();
        } else {
            associating.associate().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_robot_is_stranded_on_sqlite() {
    survives(Home::new().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_robot_is_stranded_on_postgresql() {
    survives(Home::on_postgresql().await).await;
}
