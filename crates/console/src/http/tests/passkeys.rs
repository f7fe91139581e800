//! Passkeys through the pages, with an authenticator in software.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use niims_record::OfficerId;
use niims_record::staff::Role;

use super::browser::{Browser, Centre, Page, attribute};
use crate::staff::passkey::software::SoftwarePasskey;

const ROLES: [Role; 1] = [Role::Adjudicator];

/// The challenge that a page asks.
fn challenge(page: &Page) -> Vec<u8> {
    BASE64.decode(attribute(&page.body, "data-challenge=\"").unwrap()).unwrap()
}

/// Sets an account up with a passkey.
async fn made(centre: &Centre, user_name: &str, seed: u8) -> (OfficerId, SoftwarePasskey) {
    let (officer, token) = centre.invited(user_name, &ROLES).await;
    let mut passkey = SoftwarePasskey::new(seed);
    let mut browser = Browser::new(centre);
    let page = browser.open_invitation(&token).await;
    let user = BASE64.decode(attribute(&page.body, "data-user=\"").unwrap()).unwrap();
    let page =
        make(&mut browser, &mut passkey, &challenge(&page), &user, "/staff/set-up/passkey").await;
    assert_eq!(page.location.as_deref(), Some("/staff"), "{}", page.body);
    (officer, passkey)
}

async fn make(
    browser: &mut Browser<'_>,
    passkey: &mut SoftwarePasskey,
    challenge: &[u8],
    user: &[u8],
    path: &str,
) -> Page {
    let answer = passkey.create(challenge, user);
    let fields = [
        ("client_data", &*BASE64.encode(answer.client_data)),
        ("attestation", &*BASE64.encode(answer.attestation_object)),
    ];
    browser.post(path, &fields).await
}

/// What the script would post.
fn answer(passkey: &mut SoftwarePasskey, challenge: &[u8]) -> Vec<(&'static str, String)> {
    let answer = passkey.answer(challenge);
    vec![
        ("credential_id", BASE64.encode(answer.credential_id)),
        ("client_data", BASE64.encode(answer.client_data)),
        ("authenticator_data", BASE64.encode(answer.authenticator_data)),
        ("signature", BASE64.encode(answer.signature)),
        ("user_handle", BASE64.encode(answer.user_handle)),
    ]
}

async fn post(browser: &mut Browser<'_>, fields: &[(&'static str, String)]) -> Page {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, v)| (*name, v.as_str())).collect();
    browser.post("/staff/sign-in/passkey", &fields).await
}

#[tokio::test]
async fn a_passkey_signs_in_and_no_answer_counts_twice() {
    for centre in Centre::each().await {
        let (_, mut passkey) = made(&centre, "desk.one", 3).await;
        let mut browser = Browser::new(&centre);
        let page = browser.get("/staff/sign-in").await;
        assert!(page.policy.contains("script-src 'nonce-"));
        let fields = answer(&mut passkey, &challenge(&page));
        // A thief copies the whole browser before the answer is sent.
        let mut thief = browser.clone();
        let page = post(&mut browser, &fields).await;
        assert_eq!(page.location.as_deref(), Some("/staff"), "{}", page.body);
        assert_eq!(browser.get("/staff").await.status, StatusCode::OK);
        let page = post(&mut thief, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        // Nor in another visit, where the challenge was never asked.
        let mut stranger = Browser::new(&centre);
        stranger.get("/staff/sign-in").await;
        let page = post(&mut stranger, &fields).await;
        assert!(page.body.contains("answered another question"), "{}", page.body);
    }
}

#[tokio::test]
async fn an_answer_that_is_wrong_begins_no_session() {
    let centre = Centre::one().await;
    let (_, mut passkey) = made(&centre, "desk.one", 3).await;
    let mut check = async |change: &dyn Fn(&mut SoftwarePasskey), want: &str| {
        let mut browser = Browser::new(&centre);
        let page = browser.get("/staff/sign-in").await;
        let (origin, count, key) =
            (passkey.origin.clone(), passkey.sign_count, passkey.credential_id.clone());
        change(&mut passkey);
        let fields = answer(&mut passkey, &challenge(&page));
        (passkey.origin, passkey.sign_count, passkey.credential_id) = (origin, count + 1, key);
        let page = post(&mut browser, &fields).await;
        assert!(page.body.contains(want), "{want}: {}", page.body);
        assert!(browser.get("/staff").await.location.is_some(), "{want}");
    };
    check(&|p| p.origin = "https://evil.example".into(), "used on another site").await;
    check(&|p| p.credential_id = vec![9; 20], "is not known here").await;
    let mut browser = Browser::new(&centre);
    let page = browser.get("/staff/sign-in").await;
    passkey.sign_count = 0;
    let fields = answer(&mut passkey, &challenge(&page));
    let page = post(&mut browser, &fields).await;
    assert!(page.body.contains("counter of the passkey went back"), "{}", page.body);
    for bad in ["", "!!", &"A".repeat(20_000)] {
        let mut fields = answer(&mut passkey, &[1; 32]);
        fields[3].1 = bad.to_owned();
        let page = post(&mut browser, &fields).await;
        assert!(page.body.contains("could not be read"), "{}", page.body);
    }
}

#[tokio::test]
async fn passkeys_are_added_and_removed_but_the_last() {
    for centre in Centre::each().await {
        let (officer, _) = made(&centre, "desk.one", 3).await;
        let (other, _) = made(&centre, "desk.two", 4).await;
        let mut passkey = SoftwarePasskey::new(3);
        passkey.create(&[0; 32], officer.as_bytes());
        passkey.sign_count = 5;
        let mut browser = Browser::new(&centre);
        let page = browser.get("/staff/sign-in").await;
        let fields = answer(&mut passkey, &challenge(&page));
        post(&mut browser, &fields).await;
        let path = "/staff/account/passkey";
        // One that somebody has already.
        let page = browser.get("/staff/account").await;
        let mut known = SoftwarePasskey::new(4);
        let page = make(&mut browser, &mut known, &challenge(&page), other.as_bytes(), path).await;
        assert!(page.body.contains("is known here already"), "{}", page.body);
        // The only one stays.
        let (_, passkeys) = page.body.split_once("/staff/account/passkey/remove").unwrap();
        let id = attribute(passkeys, "name=\"id\" value=\"").unwrap();
        let page = browser.post("/staff/account/passkey/remove", &[("id", &id)]).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.body);
        // A second one, of the other kind of key; then the first goes.
        let mut second = SoftwarePasskey::ed25519(7);
        let page =
            make(&mut browser, &mut second, &challenge(&page), officer.as_bytes(), path).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let page = browser.post("/staff/account/passkey/remove", &[("id", &id)]).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let mut fresh = Browser::new(&centre);
        let page = fresh.get("/staff/sign-in").await;
        let fields = answer(&mut second, &challenge(&page));
        assert_eq!(post(&mut fresh, &fields).await.location.as_deref(), Some("/staff"));
    }
}
