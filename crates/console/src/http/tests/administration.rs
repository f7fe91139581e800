//! What needs two administrators, and what takes hold at once.

use axum::http::StatusCode;
use niims_record::staff::Role;
use niims_store::staff::duties;

use super::browser::{Browser, Centre, PASSWORD, Page, Worker, attribute};

const CHIEF: [Role; 1] = [Role::Administrator];

fn duty_of<'a>(role: &'a str, place: &'a str) -> [(&'a str, &'a str); 4] {
    [("role", role), ("place", place), ("from", "2027-03-01"), ("until", "2027-06-30")]
}

async fn ask(browser: &mut Browser<'_>, whom: &Worker, role: &str, place: &str) -> Page {
    browser.get("/staff").await;
    let path = format!("/staff/members/{}/duty", whom.id);
    browser.post(&path, &duty_of(role, place)).await
}

async fn approve(browser: &mut Browser<'_>) -> Page {
    let page = browser.get("/staff/approvals").await;
    let request = attribute(&page.body, "name=\"request\" value=\"").unwrap();
    browser.post("/staff/approvals/approve", &[("request", &request)]).await
}

#[tokio::test]
async fn a_role_needs_two_administrators() {
    for centre in Centre::each().await {
        let chief = centre.worker("chief.one", &CHIEF).await;
        let second = centre.worker("chief.two", &CHIEF).await;
        let worker = centre.worker("desk.one", &[]).await;
        let mut one = centre.signed_in(&chief).await;
        let mut two = centre.signed_in(&second).await;
        let mut desk = centre.signed_in(&worker).await;
        let page = ask(&mut one, &worker, "adjudicator", "019").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        // Who asked cannot approve, not even by a forged form.
        let page = approve(&mut one).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.body.contains("A second administrator must approve this"));
        assert!(!desk.get("/staff").await.body.contains("See the evidence"));
        let page = approve(&mut two).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let home = desk.get("/staff").await;
        assert!(
            home.body.contains("See the evidence") && home.body.contains("Nyeri"),
            "{}",
            home.body
        );
        // Once only.
        let mut tx = centre.test.database.read().await.unwrap();
        assert_eq!(duties::list(&mut tx, worker.id).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn nobody_gives_himself_a_role_alone() {
    let centre = Centre::one().await;
    let chief = centre.worker("chief.one", &CHIEF).await;
    let second = centre.worker("chief.two", &CHIEF).await;
    let mut one = centre.signed_in(&chief).await;
    let mut two = centre.signed_in(&second).await;
    ask(&mut one, &chief, "fleet_manager", "").await;
    assert_eq!(approve(&mut one).await.status, StatusCode::CONFLICT);
    // Asked by another, the receiver is not the second one either.
    one.get("/staff/approvals").await;
    let page = one.get("/staff/approvals").await;
    let request = attribute(&page.body, "name=\"request\" value=\"").unwrap();
    one.post("/staff/approvals/refuse", &[("request", &request)]).await;
    ask(&mut two, &chief, "fleet_manager", "").await;
    let page = approve(&mut one).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.body.contains("Nobody decides about the own account"));
    // And no administrator gets one that shows biometrics.
    let page = ask(&mut one, &second, "adjudicator", "").await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.body.contains("Nobody administers accounts and sees prints or photos"));
}

#[tokio::test]
async fn duties_that_exclude_each_other_are_refused_when_asked_and_when_approved() {
    let centre = Centre::one().await;
    let chief = centre.worker("chief.one", &CHIEF).await;
    let second = centre.worker("chief.two", &CHIEF).await;
    let worker = centre.worker("desk.one", &[]).await;
    let mut one = centre.signed_in(&chief).await;
    let mut two = centre.signed_in(&second).await;
    ask(&mut one, &worker, "adjudicator", "019").await;
    // The list has the oldest first.
    centre.pass(1);
    ask(&mut one, &worker, "registration_officer", "019").await;
    assert_eq!(approve(&mut two).await.status, StatusCode::OK);
    let page = approve(&mut two).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.body.contains("Nobody captures residents and decides"), "{}", page.body);
    let page = ask(&mut one, &worker, "registration_officer", "nyeri").await;
    assert_eq!(page.status, StatusCode::CONFLICT, "a centre lies in its county: {}", page.body);
    for (role, place) in [("king", "019"), ("auditor", "no such place")] {
        let page = ask(&mut one, &worker, role, place).await;
        assert!(page.body.contains("This cannot be read"), "{role} {place}");
    }
}

#[tokio::test]
async fn a_role_withdrawn_is_gone_with_the_next_request() {
    for centre in Centre::each().await {
        let chief = centre.worker("chief.one", &CHIEF).await;
        let auditor = centre.worker("audit.one", &[Role::Auditor]).await;
        let mut one = centre.signed_in(&chief).await;
        let mut open = centre.signed_in(&auditor).await;
        assert_eq!(open.get("/staff/members").await.status, StatusCode::OK);
        let path = format!("/staff/members/{}", auditor.id);
        let page = one.get(&path).await;
        let duty = attribute(&page.body, "name=\"duty\" value=\"").unwrap();
        let page = one.post(&format!("{path}/withdraw"), &[("duty", &duty)]).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let page = open.get("/staff/members").await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.body.contains("staff.duty_ended"), "{}", page.body);
        let trail = centre.trail().await;
        let refused = trail.iter().find(|event| event.action == "staff.refused").unwrap();
        assert_eq!(refused.actor, auditor.id.to_string());
        assert_eq!(refused.subject, "read_staff");
        // Twice is told.
        let page = one.post(&format!("{path}/withdraw"), &[("duty", &duty)]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_duty_that_ends_by_itself_leaves_no_role_behind() {
    let centre = Centre::one().await;
    let auditor = centre.worker("audit.one", &[Role::Auditor]).await;
    let roles = async || {
        let mut tx = centre.test.database.read().await.unwrap();
        niims_store::officers::get(&mut tx, auditor.id).await.unwrap().unwrap().roles
    };
    assert_eq!(roles().await, ["auditor"]);
    centre.pass(31 * 86_400);
    let mut browser = centre.signed_in(&auditor).await;
    let page = browser.get("/staff/members").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("staff.duty_ended"), "{}", page.body);
    assert_eq!(roles().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_suspended_are_out_at_once() {
    let centre = Centre::one().await;
    let chief = centre.worker("chief.one", &CHIEF).await;
    let auditor = centre.worker("audit.one", &[Role::Auditor]).await;
    let mut one = centre.signed_in(&chief).await;
    let mut open = centre.signed_in(&auditor).await;
    one.get("/staff").await;
    let path = format!("/staff/members/{}/status", auditor.id);
    assert_eq!(one.post(&path, &[("status", "suspended")]).await.status, StatusCode::OK);
    assert!(open.get("/staff").await.location.is_some());
    centre.pass(30);
    let page = Browser::new(&centre).sign_in(&auditor, PASSWORD, &centre.code(&auditor)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "and it is not told why");
    one.post(&path, &[("status", "active")]).await;
    centre.signed_in(&auditor).await;
    let own = format!("/staff/members/{}/status", chief.id);
    let page = one.post(&own, &[("status", "suspended")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_recovery_takes_two_and_leaves_no_old_way_in() {
    for centre in Centre::each().await {
        let chief = centre.worker("chief.one", &CHIEF).await;
        let second = centre.worker("chief.two", &CHIEF).await;
        let worker = centre.worker("desk.one", &[Role::Adjudicator]).await;
        let mut one = centre.signed_in(&chief).await;
        let mut two = centre.signed_in(&second).await;
        let mut desk = centre.signed_in(&worker).await;
        one.get("/staff").await;
        let own = one.post(&format!("/staff/members/{}/recovery", chief.id), &[]).await;
        assert_eq!(own.status, StatusCode::CONFLICT, "never oneself");
        let page = one.post(&format!("/staff/members/{}/recovery", worker.id), &[]).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert_eq!(approve(&mut one).await.status, StatusCode::CONFLICT);
        let page = approve(&mut two).await;
        let link = page.body.split_once("/staff/set-up/").unwrap().1;
        let token = link.split_once('<').unwrap().0.to_owned();
        assert!(desk.get("/staff").await.location.is_some());
        centre.pass(30);
        let mut browser = Browser::new(&centre);
        let page = browser.sign_in(&worker, PASSWORD, &centre.code(&worker)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let mut fresh = Browser::new(&centre);
        fresh.set_up(&token).await;
        assert!(fresh.get("/staff").await.body.contains("See the evidence"));
    }
}
