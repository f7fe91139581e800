//! The form that is filled in at home: from the first question to codes that a camera reads.

use std::fmt::Write as _;

use std::collections::BTreeMap;

use niims_prefill::{Filled, Gathered, Part};

use super::*;

/// What a field holds that is percent-encoded for a form.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        let _ = write!(all, "%{byte:02X}");
        all
    })
}

fn plain(html: &str) -> String {
    [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")]
        .iter()
        .fold(html.to_owned(), |text, (code, letter)| text.replace(code, letter))
}

fn between<'p>(page: &'p Page, before: &str, after: &str) -> Option<&'p str> {
    page.body.split_once(before)?.1.split_once(after).map(|(inside, _)| inside)
}

/// The answers that the page carries.
fn carried(page: &Page) -> String {
    plain(between(page, "name=\"answers\" value=\"", "\"").unwrap())
}

/// Section by section, with these answers; the last page, and how many there were.
async fn walk(browser: &mut Browser, kind: &str, told: &[(&str, &str)]) -> (Page, usize) {
    browser.get("/form").await;
    let mut page = browser.post("/form", &format!("kind={kind}")).await;
    for steps in 0..30 {
        assert!(page.body.len() < LARGEST_PAGE, "{steps}: {} bytes", page.body.len());
        if page.body.contains("Print this page and bring it") {
            return (page, steps);
        }
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let action = between(&page, "<form method=\"post\" action=\"", "\"").unwrap().to_owned();
        let mut fields = format!("answers={}", encoded(&carried(&page)));
        for (name, value) in told {
            if page.body.contains(&format!("name=\"{name}\"")) {
                let _ = write!(fields, "&{}={}", encoded(name), encoded(value));
            }
        }
        page = browser.post(&action, &fields).await;
    }
    panic!("the form has no end");
}

/// Reads the codes of a page as a camera does.
fn codes(page: &Page) -> Vec<String> {
    let pictures = page.body.split("<svg ").skip(1);
    pictures
        .map(|svg| {
            let runs = svg.split(" d=\"").nth(2).unwrap().split('"').next().unwrap();
            let side: usize = svg
                .split_once("viewBox=\"0 0 ")
                .unwrap()
                .1
                .split(' ')
                .next()
                .unwrap()
                .parse()
                .unwrap();
            let mut dark: BTreeMap<(usize, usize), bool> = BTreeMap::new();
            for run in runs.split('M').filter(|run| !run.is_empty()) {
                let (x, rest) = run.split_once(' ').unwrap();
                let (y, rest) = rest.split_once('h').unwrap();
                let (length, _) = rest.split_once('v').unwrap();
                let [x, y, length] = [x, y, length].map(|n| n.parse::<usize>().unwrap());
                dark.extend((x..x + length).map(|x| ((x, y), true)));
            }
            let light =
                |x: usize, y: usize| if dark.contains_key(&(x / 4, y / 4)) { 0 } else { 255 };
            let mut picture =
                rqrr::PreparedImage::prepare_from_greyscale(side * 4, side * 4, light);
            picture.detect_grids()[0].decode().unwrap().1
        })
        .collect()
}

const ADULT: [(&str, &str); 14] = [
    ("first_name", "Test"),
    ("surname", "Sample <b>"),
    ("sex", "FEMALE"),
    ("date_of_birth.day", "23"),
    ("date_of_birth.month", "4"),
    ("date_of_birth.year", "1987"),
    ("date_of_birth_precision", "DAY"),
    ("residency_category", "CITIZEN"),
    ("citizenship_mode", "BIRTH"),
    ("birth_country", "UG"),
    ("no_document_reason", "NEVER_ISSUED"),
    ("current_residence.county", "001"),
    ("current_residence.area", "Port Reitz"),
    ("preferred_language", "sw"),
];

#[tokio::test]
async fn what_is_filled_in_at_home_stands_in_the_codes_and_nowhere_else() {
    let mut browser = Browser::new(Arc::default());
    has(&browser.get("/form").await, StatusCode::OK, &["Nothing that you write is kept"]);
    let wrong = browser.post("/form", "kind=king").await;
    has(&wrong, StatusCode::UNPROCESSABLE_ENTITY, &["Choose for whom"]);
    // A name that is none comes back beside its question.
    let first = browser.post("/form", "kind=adult").await;
    let action = between(&first, "<form method=\"post\" action=\"", "\"").unwrap().to_owned();
    let page = browser.post(&action, "answers=%7B%7D&first_name=4").await;
    has(&page, StatusCode::UNPROCESSABLE_ENTITY, &["There is a problem"]);

    let mut told = ADULT;
    told[1].1 = "Sample";
    let (page, steps) = walk(&mut browser, "adult", &told).await;
    assert!(steps > 8, "{steps}");
    has(&page, StatusCode::OK, &["Whoever holds this page can read", "23 April 1987"]);
    let pack = CountryPack::embedded().unwrap();
    let mut gathered = Gathered::default();
    for text in codes(&page) {
        gathered.add(Part::read(&text).unwrap()).unwrap();
    }
    let content = gathered.content(&pack).unwrap().unwrap();
    let Filled::Answers(answers) = content.prefill.filled else { unreachable!() };
    assert_eq!(answers.text("surname"), Some("Sample"));
    assert_eq!(answers.text("date_of_birth"), Some("1987-04-23"));
    assert_eq!(answers.get("current_residence").unwrap()["area"], "0001");
    assert!(content.same_pack);
    // Changing a section and going on keeps the others.
    let action = between(&page, "method=\"post\" action=\"", "\"").unwrap().to_owned();
    let state = encoded(&carried(&page));
    let change = browser.post(&action, &format!("answers={state}&change=contact")).await;
    has(&change, StatusCode::OK, &["Part", "preferred_language"]);
    assert!(carried(&change).contains("Sample"));
    // A new visit knows nothing.
    assert!(!browser.get("/form").await.body.contains("Sample"));
}

#[tokio::test]
async fn what_is_sent_is_bounded_and_checked_as_a_whole() {
    let mut browser = Browser::new(Arc::default());
    let first = browser.get("/form").await;
    assert_eq!(first.status, StatusCode::OK);
    for (path, fields, status) in [
        ("/form/adult/personal", "answers=no", StatusCode::BAD_REQUEST),
        ("/form/king/personal", "answers=%7B%7D", StatusCode::NOT_FOUND),
        ("/form/adult/declaration", "answers=%7B%7D", StatusCode::NOT_FOUND),
        ("/form/adult/nothing", "answers=%7B%7D", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(browser.post(path, fields).await.status, status, "{path}");
    }
    let large = format!("answers={}", "x".repeat(200_000));
    let page = browser.post("/form/adult/personal", &large).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(browser.get("/form/adult/personal").await.to.as_deref(), Some("/form"));
    // The last section with nothing before it leads back to the first that lacks something.
    let page = browser.post("/form/adult/agriculture", "answers=%7B%7D").await;
    has(&page, StatusCode::UNPROCESSABLE_ENTITY, &["first_name"]);
    let token = core::mem::replace(&mut browser.token, "no".to_owned());
    assert_eq!(browser.post("/form", "kind=adult").await.status, StatusCode::FORBIDDEN);
    browser.token = token;
}

#[tokio::test]
async fn a_blank_form_has_a_number_and_its_code() {
    let mut browser = Browser::new(Arc::default());
    let page = browser.get("/form/paper/refugee").await;
    has(&page, StatusCode::OK, &["Number of this form: 7777-7777-7777", "First name"]);
    assert_eq!(codes(&page).len(), 1);
    assert!(Part::read(&codes(&page)[0]).is_ok());
    assert!(!page.body.contains("Consent") || !page.body.contains("guardian_consent"));
    assert_eq!(browser.get("/form/paper/king").await.status, StatusCode::NOT_FOUND);
}
