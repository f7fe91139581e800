//! What the pages of an interview share: whose it is, where it stands, where it goes on.

use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use niims_country::{CountryPack, Field as PackField};
use niims_record::ApplicationId;
use niims_web::{Button, Posted, date_time};

use super::guest::{Instead, Officer, Or, Pairs};
use super::seat::Shared;
use super::view::FormView;
use crate::interview::{Interview, InterviewOf, Stage, next_question, reached};

/// Name of the cookie of officers who take a section at a time.
pub(super) const DENSE: &str = "dense";

/// The address of a part of an interview; its first page to come where `part` is empty.
pub(super) fn address(of: InterviewOf, part: &str) -> String {
    let id = of.interview;
    if part.is_empty() { format!("/interviews/{id}") } else { format!("/interviews/{id}/{part}") }
}

/// The officer, and which of their interviews the address names.
pub(super) struct At {
    pub officer: Officer,
    pub of: InterviewOf,
    /// The second name of the address, such as a question.
    pub place: String,
}

impl FromRequestParts<Shared> for At {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, pages: &Shared) -> Result<Self, Response> {
        let officer = Officer::from_request_parts(parts, pages).await?;
        let names = Path::<Vec<(String, String)>>::from_request_parts(parts, pages).await;
        let names = names.map(|Path(names)| names).unwrap_or_default();
        let id = names.first().and_then(|(_, id)| id.parse::<ApplicationId>().ok());
        let Some(interview) = id else {
            return Err(officer.show_code(StatusCode::NOT_FOUND, "web.not_found").into_response());
        };
        let of = InterviewOf { interview, officer: officer.seat.officer };
        let place = names.into_iter().nth(1).map(|(_, place)| place).unwrap_or_default();
        Ok(Self { officer, of, place })
    }
}

/// An interview as its pages show it.
pub(super) struct Opened {
    pub interview: Interview,
    pub saved_at: jiff::Timestamp,
    pub reached: Stage,
}

impl At {
    /// The interview, if this part of it may be opened.
    pub async fn open(&self, stage: Stage) -> Or<Opened> {
        let of = self.of;
        let found = self
            .officer
            .kit(move |kit, now, _| {
                let interview = kit.interview(of)?;
                let rows = kit.interviews()?;
                let saved = rows.iter().find(|row| row.interview == of.interview);
                let pack = kit.options.pack.clone();
                Ok(Opened {
                    reached: reached(&interview, &pack, pack.today(now)),
                    saved_at: saved.map_or(now, |row| row.saved_at),
                    interview,
                })
            })
            .await?;
        let opened = match found {
            Ok(opened) => opened,
            Err(refused) => {
                let page = self.officer.refused(of, &refused).err();
                return Err(page.unwrap_or_else(|| {
                    Instead::of(self.officer.show_code(StatusCode::NOT_FOUND, "web.not_found"))
                }));
            }
        };
        if stage > opened.reached {
            return Err(Instead::of(self.officer.go_to(&self.next(&opened))));
        }
        Ok(opened)
    }

    /// Where the interview goes on.
    pub fn next(&self, opened: &Opened) -> String {
        if opened.reached != Stage::Questions {
            return address(self.of, opened.reached.as_str());
        }
        let pack = &self.officer.pack;
        let next = next_question(&opened.interview, pack, self.officer.today());
        let Some(question) = next else { return address(self.of, Stage::Documents.as_str()) };
        if self.is_dense() {
            address(self.of, &format!("parts/{}", question.section))
        } else {
            address(self.of, &format!("questions/{}", question.id))
        }
    }

    /// Whether the officer takes a section at a time.
    pub fn is_dense(&self) -> bool {
        self.officer.pages.shell.cookie(&self.officer.visitor, DENSE) == Some("yes")
    }

    /// A page of this interview: caption, way back, button, and when it was saved last.
    pub fn view(&self, opened: &Opened, stage: Stage, title: Option<&str>) -> FormView<'_> {
        let officer = &self.officer;
        let w = officer.words();
        let key = format!("stage.{}", stage.as_str());
        let caption = w.t(&key);
        let mut view =
            FormView::new(officer.page(title.unwrap_or(caption)), w, title.map(str::to_owned));
        view.caption = (title != Some(caption)).then(|| caption.to_owned());
        view.back = Some("/home".to_owned());
        view.buttons = vec![Button::send(w.t("save"))];
        let offset = officer.pack.settings().utc_offset;
        view.saved = Some(date_time(officer.shell_words(), opened.saved_at, offset));
        if opened.interview.revisit.is_some() {
            let asked = w.t("corrections.what_is_asked").to_owned();
            view.links.push((asked, address(self.of, "asked")));
            if stage == Stage::Body {
                view.lead.extend(super::correction::advice(officer, &opened.interview));
            }
        }
        view
    }

    /// What the form of these questions would have posted to give the answers that stand.
    pub fn written(&self, opened: &Opened) -> Posted {
        Posted::of_answers(&self.officer.pack, &opened.interview.answers)
    }
}

/// `GET /interviews/{id}`: on to the page that comes next.
pub(super) async fn go_on(at: At) -> Or<Response> {
    let opened = at.open(Stage::Age).await?;
    Ok(at.officer.go_to(&at.next(&opened)))
}

/// `POST /interviews/{id}/withdraw`: takes the interview back.
pub(super) async fn withdraw(at: At, form: Pairs) -> Or<Response> {
    at.officer.posted(form)?;
    let of = at.of;
    let _ = at.officer.kit(move |kit, _, _| kit.withdraw_interview(of)).await?;
    Ok(at.officer.go_to("/home"))
}

/// The way to the codes of a form that was filled in before.
pub(super) fn prefill_link(at: &At) -> (String, String) {
    (at.officer.words().t("prefill.link").to_owned(), address(at.of, "prefill"))
}

/// How the officer recognises an unfinished interview: the names given so far.
pub(super) fn person(interview: &Interview, pack: &CountryPack) -> String {
    use niims_country::Role;
    let view = pack.view(&interview.answers);
    [Role::GivenNames, Role::OtherNames, Role::Surname]
        .into_iter()
        .filter_map(|role| view.text(role))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The outer field of the pack with this id.
pub(super) fn outer<'p>(pack: &'p CountryPack, id: &str) -> Option<&'p PackField> {
    pack.field(id).filter(|field| field.parent.is_none())
}
