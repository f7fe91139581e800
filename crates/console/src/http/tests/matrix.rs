//! The matrix as a golden file, and the router against it.

use axum::http::{Method, StatusCode};
use niims_record::staff::Role;

use super::browser::{Browser, Centre};
use crate::http::routes::Gate;
use crate::http::{access_matrix, declared};

const GOLDEN: &str = include_str!("../../../matrix.txt");

#[test]
fn the_matrix_is_as_it_was_reviewed() {
    let now = access_matrix();
    if std::env::var_os("NIIMS_RENEW_MATRIX").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/matrix.txt");
        std::fs::write(path, &now).unwrap();
        return;
    }
    assert!(now == GOLDEN, "matrix.txt has to be renewed and reviewed:\n{now}");
}

#[test]
fn no_route_is_declared_twice_and_none_outside_staff() {
    let routes = declared();
    let mut seen = std::collections::BTreeSet::new();
    for route in routes.declarations() {
        assert!(route.path == "/staff" || route.path.starts_with("/staff/"), "{}", route.path);
        assert!(seen.insert((route.path, route.method.to_string())), "{}", route.path);
        assert!(matches!(route.method, Method::GET | Method::POST));
    }
}

/// A path of a route with something in each of its blanks.
fn filled(path: &str) -> String {
    path.split('/')
        .map(|part| if part.starts_with('{') { "00000000000000000000000000000000" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

#[tokio::test]
async fn the_router_keeps_the_matrix_for_every_role_and_route() {
    let centre = Centre::one().await;
    for role in Role::ALL {
        let worker =
            centre.worker(&format!("one.{}", role.name().replace('_', ".")), &[role]).await;
        let mut browser = centre.signed_in(&worker).await;
        for route in declared().declarations() {
            let Gate::May(action) = route.gate else { continue };
            // Some routes end the session.
            if !browser.cookies.contains_key("niims-staff") {
                browser = centre.signed_in(&worker).await;
            }
            browser.get("/staff/account").await;
            let path = filled(route.path);
            let page = if route.method == Method::GET {
                browser.get(&path).await
            } else {
                browser.post(&path, &[]).await
            };
            let refused = page.status == StatusCode::FORBIDDEN;
            assert_eq!(refused, !action.is_for(role), "{role:?} {} {path}", route.method);
            if refused {
                let why = ["staff.other_role", "staff.administrator_and_biometrics"];
                assert!(why.iter().any(|code| page.body.contains(code)), "{}", page.body);
            }
        }
    }
    let refusals = centre.trail().await;
    assert!(refusals.iter().any(|event| event.action == "staff.refused"));
}

#[tokio::test]
async fn nobody_comes_in_without_a_session() {
    let centre = Centre::one().await;
    for route in declared().declarations() {
        let mut browser = Browser::new(&centre);
        browser.get("/staff/sign-in").await;
        let path = filled(route.path);
        let page = if route.method == Method::GET {
            browser.get(&path).await
        } else {
            browser.post(&path, &[]).await
        };
        match route.gate {
            Gate::Anybody => assert_ne!(page.status, StatusCode::FORBIDDEN, "{path}"),
            Gate::May(_) => {
                assert_eq!(page.location.as_deref(), Some("/staff/sign-in"), "{path}");
            }
        }
    }
}

#[tokio::test]
async fn no_form_is_taken_without_its_token() {
    let centre = Centre::one().await;
    let routes = declared();
    for route in routes.declarations().iter().filter(|route| route.method == Method::POST) {
        let mut browser = Browser::new(&centre);
        browser.get("/staff/sign-in").await;
        for csrf in ["", "0000000000000000000000000000000000000000000000000000000000000000"] {
            let page = browser.post_with(&filled(route.path), &[], csrf).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", route.path);
            assert!(page.body.contains("web.form_forged"));
        }
    }
}
