//! The parts of the page that show evidence.

use niims_fingerprint::FingerPosition;
use niims_record::adjudication::Verdict;
use niims_record::desk::{Mark, MarkShape, MarkSide, Priority};
use niims_web::{Tag, Words};
use niims_wire::desk::{
    CandidateShown, EvidenceShown, ImageOf, MissingEvidence, OpenedCase, SideOf, SideShown,
};

use crate::http::Colleague;
use crate::http::desk::{images, likeness, prints, said};

/// What stands above the evidence.
pub(in crate::http::desk) struct Head {
    pub(super) reason: String,
    pub(super) priority: Option<Tag>,
    pub(super) is_child: bool,
    pub(super) exception: Option<String>,
    pub(super) opened: String,
    pub(super) until: String,
    pub(super) rounds: Option<String>,
}

/// What one before concluded: no name.
pub(in crate::http::desk) struct Earlier {
    pub(super) title: String,
    pub(super) verdict: String,
    pub(super) reasons: Vec<String>,
    pub(super) note: Option<String>,
    pub(super) marks: Vec<String>,
}

/// One candidate among several.
pub(in crate::http::desk) struct CandidateLink {
    pub(super) text: String,
    pub(super) go: String,
    pub(super) is_shown: bool,
}

/// A picture with its words.
pub(in crate::http::desk) struct Picture {
    pub(super) address: Option<String>,
    pub(super) side: String,
    pub(super) text: String,
    pub(super) alt: String,
}

/// How alike two are, in words.
pub(in crate::http::desk) struct Likeness {
    pub(super) prints: String,
    pub(super) mixed: bool,
    pub(super) particulars: String,
    pub(super) one: Vec<likeness::Said>,
    pub(super) two: Vec<likeness::Said>,
    pub(super) told_apart: bool,
    pub(super) has_number: bool,
}

/// A pair of fingers in the sheet of all.
pub(in crate::http::desk) struct FingerLine {
    pub(super) title: String,
    pub(super) go: String,
    pub(super) is_shown: bool,
    pub(super) left: Option<String>,
    pub(super) right: Option<String>,
    pub(super) left_alt: String,
    pub(super) right_alt: String,
    pub(super) said: String,
    pub(super) support: String,
}

pub(super) fn head(colleague: &Colleague, opened: &OpenedCase) -> Head {
    let w = colleague.words();
    let entry = &opened.entry;
    let applicant = &opened.evidence.applicant;
    let urgent = entry.priority != Priority::Ordinary;
    let pack = &colleague.accounts().pack;
    let label = |code: &str| {
        let mut lists = pack.code_lists();
        lists.find_map(|list| list.label(code, w.language.code())).unwrap_or(code).to_owned()
    };
    Head {
        reason: said::reason(w, entry.reason).to_owned(),
        priority: urgent.then(|| said::priority(w, entry.priority)),
        is_child: applicant.form_kind == "minor",
        exception: (!applicant.exceptions.is_empty()).then(|| {
            let reasons: Vec<_> = applicant.exceptions.iter().map(|code| label(code)).collect();
            reasons.join("; ")
        }),
        opened: colleague.ago(entry.opened_at),
        until: colleague.when(opened.claimed_until),
        rounds: (opened.recapture_rounds > 0)
            .then(|| w.fill_one("case.rounds", "count", opened.recapture_rounds)),
    }
}

pub(super) fn earlier(colleague: &Colleague, opened: &OpenedCase) -> Vec<Earlier> {
    let w = colleague.words();
    let offered = colleague.desk().reasons(w.language.code());
    let one = |(index, opinion): (usize, &niims_wire::desk::EarlierOpinion)| Earlier {
        title: w.fill_one("case.earlier.one", "count", index + 1),
        verdict: verdict(w, opened, &opinion.verdict),
        reasons: opinion
            .reasons
            .iter()
            .map(|code| {
                let known = offered.iter().find(|reason| reason.code == *code);
                known.map_or_else(|| code.clone(), |reason| reason.text.clone())
            })
            .collect(),
        note: opinion.note.clone(),
        marks: opinion.marks.iter().map(|mark| mark_text(w, mark)).collect(),
    };
    opened.earlier.iter().enumerate().map(one).collect()
}

/// A verdict in words; of "same person" also with which candidate.
pub(in crate::http::desk) fn verdict(
    w: Words<'_>,
    opened: &OpenedCase,
    verdict: &Verdict,
) -> String {
    let name = said::verdict(w, verdict.name());
    let Verdict::SamePerson { candidate } = verdict else { return name.to_owned() };
    let found = opened.evidence.candidates.iter().find(|c| c.side.application == *candidate);
    match found {
        Some(found) => format!("{name}: {}", found.side.application_number),
        None => name.to_owned(),
    }
}

/// A mark in words.
pub(in crate::http::desk) fn mark_text(w: Words<'_>, mark: &Mark) -> String {
    let side = match mark.side {
        MarkSide::Applicant => w.t("case.applicant").to_owned(),
        MarkSide::Candidate { index } => format!("{} {}", w.t("case.candidate"), index + 1),
    };
    let (MarkShape::Point { x, y } | MarkShape::Line { x, y, .. }) = mark.shape;
    let finger = said::finger_code(w, mark.finger);
    let (x, y) = (x.to_string(), y.to_string());
    w.fill("case.mark", &[("side", &side), ("finger", finger), ("x", &x), ("y", &y)])
}

pub(super) fn candidates(w: Words<'_>, opened: &OpenedCase, shown: usize) -> Vec<CandidateLink> {
    let all = &opened.evidence.candidates;
    if all.len() < 2 {
        return Vec::new();
    }
    let link = |(index, candidate): (usize, &CandidateShown)| CandidateLink {
        text: format!(
            "{} {}: {}",
            w.t("case.candidate"),
            index + 1,
            candidate.side.application_number
        ),
        go: format!("place:{index}:0"),
        is_shown: index == shown,
    };
    all.iter().enumerate().map(link).collect()
}

pub(super) fn both<'a>(
    opened: &'a OpenedCase,
    side: Option<SideOf>,
    beside: Option<&'a CandidateShown>,
) -> Vec<(SideOf, &'a SideShown, &'static str)> {
    let mut sides = vec![(SideOf::Applicant, &opened.evidence.applicant, "case.applicant")];
    sides.extend(side.zip(beside).map(|(of, beside)| (of, &beside.side, "case.candidate")));
    sides
}

pub(super) fn portraits(
    w: Words<'_>,
    opened: &OpenedCase,
    side: Option<SideOf>,
    beside: Option<&CandidateShown>,
) -> Vec<Picture> {
    let picture = |(of, side, key): (SideOf, &SideShown, &'static str)| {
        let name = w.find(key).unwrap_or_default();
        let address = side
            .portrait
            .as_ref()
            .map(|_| images::address(opened.entry.case, opened.view, (of, ImageOf::Portrait)));
        Picture {
            text: if address.is_none() {
                w.t("case.no_portrait").to_owned()
            } else {
                String::new()
            },
            address,
            side: format!("{name} {}", side.application_number),
            alt: w.fill_one("case.portrait_of", "side", name),
        }
    };
    both(opened, side, beside).into_iter().map(picture).collect()
}

pub(super) fn documents(
    colleague: &Colleague,
    opened: &OpenedCase,
    side: Option<SideOf>,
    beside: Option<&CandidateShown>,
) -> Vec<Picture> {
    let w = colleague.words();
    let list = colleague.accounts().pack.code_list("identity_documents");
    let mut pictures = Vec::new();
    for (of, side, key) in both(opened, side, beside) {
        let name = w.find(key).unwrap_or_default();
        for (index, document) in side.documents.iter().enumerate() {
            let kind = list.and_then(|list| list.label(&document.kind, w.language.code()));
            let kind = kind.unwrap_or(&document.kind);
            let sighted =
                if document.original_sighted { "case.original" } else { "case.no_original" };
            let which = (of, ImageOf::Document { index });
            pictures.push(Picture {
                address: Some(images::address(opened.entry.case, opened.view, which)),
                side: name.to_owned(),
                text: format!("{kind}. {}", w.find(sighted).unwrap_or_default()),
                alt: format!("{name}: {kind}"),
            });
        }
    }
    pictures
}

pub(super) fn likeness(w: Words<'_>, beside: &CandidateShown) -> Likeness {
    let score = |score: i32| {
        format!(
            "{} ({} {}).",
            likeness::support(w, score),
            likeness::nats(score),
            w.t("score.unit")
        )
    };
    let (one, two) = beside
        .particulars
        .as_ref()
        .map(|found| likeness::particulars(w, found))
        .unwrap_or_default();
    let fingers = beside.fingers.as_ref();
    Likeness {
        prints: match fingers {
            Some(found) => score(found.score),
            None => w.t("score.no_fingers").to_owned(),
        },
        mixed: fingers.is_some_and(|found| found.assignment != "as_stated"),
        particulars: match &beside.particulars {
            Some(found) => score(found.total),
            None => w.t("score.no_particulars").to_owned(),
        },
        one,
        two,
        told_apart: beside.told_apart_before,
        has_number: beside.has_number,
    }
}

pub(super) fn missing(
    w: Words<'_>,
    evidence: &EvidenceShown,
    beside: Option<&CandidateShown>,
) -> Vec<String> {
    let lists = beside.map_or(&evidence.missing, |beside| &beside.missing);
    let mut lines: Vec<String> = lists.iter().map(|missing| missing_text(w, missing)).collect();
    let mut sides = vec![(&evidence.applicant, w.t("case.applicant"))];
    sides.extend(beside.map(|beside| (&beside.side, w.t("case.candidate"))));
    for (side, name) in sides {
        for finger in &side.missing_fingers {
            let key = if finger.permanent { "missing.finger_gone" } else { "missing.finger" };
            let blanks = [("side", name), ("finger", said::finger(w, finger.position))];
            lines.push(w.fill(key, &blanks));
        }
    }
    lines.dedup();
    lines
}

fn missing_text(w: Words<'_>, missing: &MissingEvidence) -> String {
    let key = match missing {
        MissingEvidence::ApplicantPortrait => "missing.applicant_portrait",
        MissingEvidence::CandidatePortrait => "missing.candidate_portrait",
        MissingEvidence::CommonFinger => "missing.common_finger",
        MissingEvidence::OnlyOneCommonFinger => "missing.only_one_finger",
        MissingEvidence::ApplicantDocuments => "missing.applicant_documents",
        MissingEvidence::CandidateDocuments => "missing.candidate_documents",
        MissingEvidence::Damaged { .. } => "missing.damaged",
        MissingEvidence::Unreadable { side, position } => {
            let side = if side == "applicant" { "case.applicant" } else { "case.candidate" };
            let side = w.find(side).unwrap_or_default();
            let blanks = [("side", side), ("finger", said::finger(w, *position))];
            return w.fill("missing.unreadable", &blanks);
        }
    };
    w.find(key).unwrap_or_default().to_owned()
}

pub(super) fn fingers(
    colleague: &Colleague,
    opened: &OpenedCase,
    (index, beside): (usize, Option<&CandidateShown>),
    pairs: &[(Option<FingerPosition>, Option<FingerPosition>)],
    at: usize,
) -> Vec<FingerLine> {
    let w = colleague.words();
    let case = opened.entry.case;
    let compared = beside.and_then(|beside| beside.fingers.as_ref());
    let line = |(n, (left, right)): (usize, &(Option<FingerPosition>, Option<FingerPosition>))| {
        let found = compared.and_then(|found| {
            let mut all = found.pairs.iter();
            all.find(|p| (Some(p.applicant), Some(p.candidate)) == (*left, *right))
        });
        let title = match (left, right) {
            (Some(left), Some(right)) => prints::title(colleague, *left, *right),
            (Some(one), None) | (None, Some(one)) => said::finger(w, *one).to_owned(),
            (None, None) => String::new(),
        };
        let alt = |key: &str, finger: Option<FingerPosition>| {
            let finger = finger.map(|finger| said::finger(w, finger)).unwrap_or_default();
            let side = w.find(key).unwrap_or_default();
            w.fill("case.print_of", &[("side", side), ("finger", finger)])
        };
        let of = SideOf::Candidate { index };
        FingerLine {
            title,
            go: format!("place:{index}:{n}"),
            is_shown: n == at,
            left: left.map(|f| prints::address(case, opened, SideOf::Applicant, f)),
            right: right.map(|f| prints::address(case, opened, of, f)),
            left_alt: alt("case.applicant", *left),
            right_alt: alt("case.candidate", *right),
            said: match (found, left, right) {
                (Some(pair), ..) => likeness::finger(w, pair),
                (None, Some(_), Some(_)) => w.t("score.not_compared").to_owned(),
                (None, ..) => w.t("score.one_side").to_owned(),
            },
            support: found
                .map(|pair| likeness::support(w, pair.score).to_owned())
                .unwrap_or_default(),
        }
    };
    pairs.iter().enumerate().map(line).collect()
}

/// The keys of the page with what they do.
pub(super) fn keys(w: Words<'_>) -> Vec<(&'static str, String)> {
    let all = [
        ("1 2 3 4", w.t("keys.verdict")),
        ("n b", w.t("keys.finger")),
        ("c", w.t("keys.candidate")),
        ("f", w.t("keys.prints")),
        ("m p o q r", w.t("keys.layers")),
        ("+ \u{2212} 0", w.t("keys.zoom")),
        ("\u{2190} \u{2191} \u{2192} \u{2193}", w.t("keys.move")),
        ("k u", w.t("keys.mark")),
        ("d g", w.t("keys.decide")),
        ("x", w.t("keys.release")),
    ];
    all.map(|(key, text)| (key, text.to_owned())).to_vec()
}
