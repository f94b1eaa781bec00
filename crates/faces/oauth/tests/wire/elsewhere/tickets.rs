//! What a caller is told of a request, the ticket that keeps it, and the response it has to send.

use jeton_core::authorization::{SignsIn, Ticket, push, use_up};
use jeton_core::client_auth::{BasicCredentials, Presented};
use jeton_core::refusals::{INTERACTION_INVALID, LOGIN_REQUIRED, REDIRECT_URI_UNREGISTERED, TICKET_USED};
use jeton_wire::oauth::{AuthorizationResponse, Sent};

use jeton_served::{Browser, back, basic, code_params};

use super::{answer, answered, bob, house, params, read, ticket};

#[tokio::test]
async fn the_caller_learns_what_the_client_wants() {
    let house = house().await;
    let mut asked = code_params("app", "openid read");
    let claims =
        r#"{"id_token":{"acr":{"essential":true,"values":["urn:acr:3"]},"sub":{"value":"bob"},"shoe_size":null}}"#;
    asked.extend([("prompt", "select_account consent"), ("max_age", "0"), ("claims", claims)]);
    asked.extend([("login_hint", "bob@"), ("ui_locales", "de fr"), ("display", "popup")]);
    let (request, client) = read(&house, &asked).await.unwrap();
    assert_eq!(client.client_id.as_str(), "app");
    assert!(request.prompt.login && request.prompt.select_account && request.prompt.consent && !request.prompt.none);
    assert_eq!((request.max_age.unwrap().as_secs(), request.subject.as_deref()), (0, Some("bob")));
    let elsewhere = request.elsewhere.as_ref().unwrap();
    assert_eq!(
        (&elsewhere.acr_values[..], &elsewhere.ui_locales[..]),
        (&["urn:acr:3".to_owned()][..], &["de".to_owned(), "fr".to_owned()][..])
    );
    assert_eq!(elsewhere.display.as_deref(), Some("popup"));
    assert!(request.claims.id_token["acr"].essential && request.claims.id_token.contains_key("shoe_size"));

    let basic = BasicCredentials::parse(&basic("app:s3cret"));
    let presented = Presented { basic, ..Presented::default() };
    let pushed =
        push(&house.jeton.oauth, &house.service(), &presented, &params(&asked), SignsIn::Elsewhere, None).await;
    let uri = pushed.unwrap().request_uri;
    let (by_reference, _) = read(&house, &[("client_id", "app"), ("request_uri", &uri)]).await.unwrap();
    assert_eq!(serde_json::to_value(&by_reference).unwrap(), serde_json::to_value(&request).unwrap());
}

/// Both ways find the same faults in a request, and tell them to the same address.
#[tokio::test]
async fn a_bad_request_is_bad_for_everybody() {
    let house = house().await;
    let change = |name: &'static str, value: &'static str| {
        let mut asked = code_params("app", "openid read");
        asked.retain(|(known, _)| *known != name);
        asked.push((name, value));
        asked
    };
    for asked in [
        change("client_id", "nobody"),
        change("redirect_uri", "https://evil.example/cb"),
        change("scope", "openid admin"),
        change("response_type", "nothing"),
        change("response_mode", "smoke"),
        change("prompt", "none login"),
        change("code_challenge_method", "S512"),
        change("claims", "{"),
        change("max_age", "-1"),
        change("id_token_hint", "x.y.z"),
        change("request_uri", "urn:ietf:params:oauth:request_uri:jtn_par_x"),
        change("request", "x.y.z"),
    ] {
        let error = read(&house, &asked).await.unwrap_err();
        let reply = Browser::default().open(&house, &asked).await;
        let Some(to) = &error.return_to else {
            assert_eq!(house.refusal(&reply), error.refusal.kind().id);
            continue;
        };
        let service = house.service();
        let response = AuthorizationResponse::refused(&service, to, (&error.refusal, error.profile));
        assert_eq!(response.sent().unwrap(), Sent::Location(reply.header("location").unwrap().to_owned()));
        assert_eq!(back(&reply)["iss"], jeton_served::ISSUER);
    }
}

#[tokio::test]
async fn a_ticket_works_once_for_a_day() {
    let house = house().await;
    let (request, _) = read(&house, &code_params("app", "openid")).await.unwrap();
    let bob = bob(&house).await;
    let [first, failed, late] = [(); 3].map(|()| ticket(&house, request.clone()));

    answer(&house, &first, &bob).await.unwrap();
    assert!(answer(&house, &first, &bob).await.unwrap_err().is(&TICKET_USED));

    let opened = Ticket::open_by_caller(&house.jeton.oauth, house.service, &failed).unwrap();
    use_up(&house.jeton.oauth, &opened).await.unwrap();
    assert!(use_up(&house.jeton.oauth, &opened).await.unwrap_err().is(&TICKET_USED));
    assert!(answer(&house, &failed, &bob).await.unwrap_err().is(&TICKET_USED));

    let mut implicit = code_params("app", "openid");
    implicit[0].1 = "id_token token";
    let (implicit, _) = read(&house, &implicit).await.unwrap();
    let implicit = ticket(&house, implicit);
    answer(&house, &implicit, &bob).await.unwrap();
    let rows = house.rows().await;
    assert!(answer(&house, &implicit, &bob).await.unwrap_err().is(&TICKET_USED));
    assert_eq!(house.rows().await, rows);

    house.wait(24 * 60 * 60 - 1);
    assert!(Ticket::open_by_caller(&house.jeton.oauth, house.service, &late).is_ok());
    house.wait(1);
    assert!(answer(&house, &late, &bob).await.unwrap_err().is(&INTERACTION_INVALID));
}

#[tokio::test]
async fn pages_and_callers_cannot_use_each_others_tickets() {
    let house = house().await;
    let asked = code_params("app", "openid");
    let (request, _) = read(&house, &asked).await.unwrap();
    let text = ticket(&house, request);
    let oauth = &house.jeton.oauth;
    assert!(Ticket::open(oauth, house.service, &text, [0; 32]).unwrap_err().is(&INTERACTION_INVALID));
    let other = jeton_core::ids::ServiceId::new(house.service.get() + 1);
    assert!(Ticket::open_by_caller(oauth, other, &text).unwrap_err().is(&INTERACTION_INVALID));
    let page = Browser::default().open(&house, &asked).await.ok().form().ticket;
    assert!(Ticket::open_by_caller(oauth, house.service, &page).unwrap_err().is(&INTERACTION_INVALID));
    let forged = format!("{}A", &text[..text.len() - 1]);
    assert!(Ticket::open_by_caller(oauth, house.service, &forged).is_err() || forged == text);
}

#[tokio::test]
async fn a_ticket_does_not_outlive_the_registration() {
    let house = house().await;
    let (request, _) = read(&house, &code_params("app", "openid")).await.unwrap();
    let text = ticket(&house, request);
    house.change_client("app", |client| client.redirect_uris = vec!["https://app.example/new".into()]).await;
    let refused = answer(&house, &text, &bob(&house).await).await.unwrap_err();
    assert!(refused.is(&REDIRECT_URI_UNREGISTERED));
}

#[tokio::test]
async fn the_caller_has_what_to_send() {
    let house = house().await;
    let service = house.service();
    for (mode, start) in [("query", "https://app.example/cb?code="), ("fragment", "https://app.example/cb#code=")] {
        let mut asked = code_params("app", "openid");
        asked.push(("response_mode", mode));
        let (request, client) = read(&house, &asked).await.unwrap();
        let to = request.return_to(&client);
        let granted = answered(&house, &asked, &bob(&house).await).await;
        let Sent::Location(location) = AuthorizationResponse::granted(&service, &to, &granted).sent().unwrap() else {
            panic!("a redirect")
        };
        assert!(
            location.starts_with(start) && location.ends_with("&state=st-1&iss=https%3A%2F%2Fid.example"),
            "{location}"
        );
        let failed = AuthorizationResponse::failed(&service, &to, "access_denied", Some("Bob said \"no\""));
        let Sent::Location(location) = failed.sent().unwrap() else { panic!("a redirect") };
        let members = "error=access_denied&error_description=Bob+said+no&state=st-1&iss=https%3A%2F%2Fid.example";
        assert_eq!(&location["https://app.example/cb?".len()..], members);
    }
    let mut asked = code_params("app", "openid");
    asked.push(("response_mode", "form_post"));
    let (request, client) = read(&house, &asked).await.unwrap();
    let to = request.return_to(&client);
    let failed = AuthorizationResponse::refused(&service, &to, (&LOGIN_REQUIRED, client.profile));
    let Sent::Form(html) = failed.sent().unwrap() else { panic!("a form") };
    assert!(html.contains("app.example") && html.contains("login_required"), "{html}");
}
