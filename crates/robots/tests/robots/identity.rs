//! A robot is proven: by an authority, or by the key that was pinned.

use jeton_core::administration::Caller;
use jeton_core::refusals::{ROBOT_CERTIFICATE, ROBOT_KEY_CHANGED};
use jeton_core::robots::identity::{Authorities, NotAuthorities};
use jeton_core::robots::{Presented, Robots};
use rcgen::{DnType, KeyPair};

use crate::house::{House, Vector, authority, named, refused};

#[tokio::test]
async fn another_key_is_refused_until_an_administrator_releases_the_robot() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    let mut other = Vector { jwt: robot.jwt.clone(), ..Vector::new("00601b50") };
    refused(house.renew(&other).await, &ROBOT_KEY_CHANGED);
    refused(house.add_app(&other, &house.alice, "x").await, &ROBOT_KEY_CHANGED);
    refused(house.reassociate(&other, &house.alice).await, &ROBOT_KEY_CHANGED);
    refused(house.associate(&mut other.clone(), &house.alice).await, &ROBOT_KEY_CHANGED);
    refused(house.robots().disassociate_primary(&other.presented()).await, &ROBOT_KEY_CHANGED);
    house.renew(&robot).await.unwrap();
    house.robots().release(&Caller::local(), "00601b50").await.unwrap();
    house.refresh(&mut other).await.unwrap();
    // Now that one is pinned.
    refused(house.renew(&robot).await, &ROBOT_KEY_CHANGED);
}

#[tokio::test]
async fn with_an_authority_only_its_certificates_prove_a_robot() {
    let house = House::new().await;
    let ((factory, pem), (other, _)) = (authority(), authority());
    let authorities = Authorities::from_pem(pem.as_bytes()).unwrap();
    house.configure(|settings| settings.authorities = Some(authorities));
    let mut robot = Vector::signed("00601b50", &factory);
    house.associate(&mut robot, &house.alice).await.unwrap();
    for mut wrong in [Vector::new("00601b50"), Vector::signed("00601b50", &other)] {
        wrong.jwt.clone_from(&robot.jwt);
        refused(house.renew(&wrong).await, &ROBOT_CERTIFICATE);
        refused(house.associate(&mut wrong, &house.alice).await, &ROBOT_CERTIFICATE);
    }
    // The authority decides, not the key: a robot may get another certificate of the factory.
    let renewed = Vector { jwt: robot.jwt.clone(), ..Vector::signed("00601b50", &factory) };
    house.renew(&renewed).await.unwrap();
}

#[test]
fn files_without_authorities_are_told_apart() {
    let (_, pem) = authority();
    let leaf = named("vic:00601b50").self_signed(&KeyPair::generate().unwrap()).unwrap().pem();
    assert!(Authorities::from_pem(format!("{pem}{pem}").as_bytes()).is_ok());
    assert_eq!(Authorities::from_pem(b"").unwrap_err(), NotAuthorities::Empty);
    assert_eq!(Authorities::from_pem(b"junk").unwrap_err(), NotAuthorities::Empty);
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert_eq!(Authorities::from_pem(broken.as_bytes()).unwrap_err(), NotAuthorities::Unreadable(1));
    // rcgen writes no basic constraints into a leaf, so such a certificate counts as an old authority's.
    assert!(Authorities::from_pem(leaf.as_bytes()).is_ok());
    let mut params = named("vic:00601b50");
    params.is_ca = rcgen::IsCa::ExplicitNoCa;
    let leaf = params.self_signed(&KeyPair::generate().unwrap()).unwrap().pem();
    assert_eq!(Authorities::from_pem(leaf.as_bytes()).unwrap_err(), NotAuthorities::NotAuthority(1));
}

#[tokio::test]
async fn junk_and_other_names_prove_no_robot() {
    let house = House::new().await;
    let of = |name: &str| named(name).self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec();
    let good = of("vic:00601b50");
    let mut expired = named("vic:00601b50");
    expired.not_after = rcgen::date_time_ymd(1990, 1, 1);
    let expired = expired.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec();
    let mut two = named("vic:00601b50");
    two.distinguished_name.push(rcgen::DnType::CustomDnType(vec![2, 5, 4, 3]), "vic:00000001");
    let two = two.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec();
    let mut wrong = vec![of("Vector-A1B2"), of("vic:00601B50"), of(""), of("vic:00601b50 "), two, expired];
    wrong.extend([vec![], vec![0x30], vec![0xff; 5000], [&good[..], b"more"].concat()]);
    wrong.extend((0..good.len()).step_by(7).map(|cut| good[..cut].to_vec()));
    for certificate in wrong {
        let mut robot = Vector { certificate, ..Vector::new("00601b50") };
        refused(house.associate(&mut robot, &house.alice).await, &ROBOT_CERTIFICATE);
    }
    let robots: &Robots = house.robots();
    let bare = Presented { session: Some(&house.alice), app_key: Some(crate::house::APP), ..Presented::default() };
    refused(robots.associate_primary(&bare, Default::default()).await, &ROBOT_CERTIFICATE);
    // Any byte may be another one.
    for at in 0..good.len() {
        let mut certificate = good.clone();
        certificate[at] ^= 0x55;
        let mut robot = Vector { certificate, ..Vector::new("00601b50") };
        drop(house.associate(&mut robot, &house.alice).await);
    }
}

/// Every factory certificate is of one organization (`docs/contracts/vector.md` section 3); one that names none proves as much.
#[tokio::test]
async fn a_certificate_of_another_organization_is_no_robots() {
    let house = House::new().await;
    let of = |organizations: &[&str]| {
        let (mut params, key) = (named("vic:00601b50"), KeyPair::generate().unwrap());
        for (at, name) in organizations.iter().enumerate() {
            // rcgen keeps one value of each type.
            let kind = if at == 0 { DnType::OrganizationName } else { DnType::CustomDnType(vec![2, 5, 4, 10]) };
            params.distinguished_name.push(kind, *name);
        }
        let certificate = params.self_signed(&key).unwrap().der().to_vec();
        Vector { certificate, ..Vector::new("00601b50") }
    };
    for wrong in [&["Somebody Inc."][..], &["anki inc."], &[""], &["Anki Inc.", "Somebody Inc."]] {
        refused(house.associate(&mut of(wrong), &house.alice).await, &ROBOT_CERTIFICATE);
    }
    let mut robot = of(&["Anki Inc."]);
    house.associate(&mut robot, &house.alice).await.unwrap();
    house.refresh(&mut robot).await.unwrap();
}
