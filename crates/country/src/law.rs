//! The law as data: legal bases, purposes of exchange, reasons for decisions, consent notices.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::codes::duplicate;
use crate::problem::{PackCode, Sink};
use crate::read::{Item, document};
use crate::registers::{Agency, parse_date};
use crate::settings::by_language;
use crate::source::PackSource;

/// What an agency may be told of a person through the exchange, and nothing else.
pub const ATTRIBUTES: [&str; 3] = ["number", "name", "date_of_birth"];

/// A provision that allows or demands something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegalBasis {
    /// Such as `rpa.s5`.
    pub id: String,
    /// The Act, Rules or Regulations.
    pub instrument: String,
    /// Section, rule or article.
    pub provision: String,
    /// What it says, in our own words.
    pub summary: String,
    /// First day on which it binds.
    pub from: Date,
}

/// A purpose under which one agency may ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// Such as `kra.pin_verification`.
    pub code: String,
    /// Code of the agency.
    pub agency: String,
    /// Id of the legal basis.
    pub basis: String,
    /// What may be asked, some of [`ATTRIBUTES`].
    pub attributes: Vec<String>,
    /// First day on which the purpose may be used.
    pub from: Date,
    /// Last day, if one is set.
    pub until: Option<Date>,
    /// What the resident reads about it, per language.
    pub texts: BTreeMap<String, String>,
}

impl Purpose {
    /// True on the days on which the purpose may be used.
    pub fn in_force(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// What kind of decision a reason belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReasonKind {
    /// Two records compared by people.
    Adjudication,
    /// An application refused.
    Refusal,
}

/// A reason that a decision may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Such as `adjudication.prints_agree`.
    pub code: String,
    /// What it belongs to.
    pub kind: ReasonKind,
    /// Names of the verdicts that it may support; empty for refusals.
    pub verdicts: Vec<String>,
    /// Id of the legal basis, for refusals.
    pub basis: Option<String>,
    /// What the resident reads, per language.
    pub texts: BTreeMap<String, String>,
}

/// What a person is told before they consent: exactly four items (LN 196/2020, r. 6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Such as `enrolment`.
    pub id: String,
    /// Raised by one with every change of a word.
    pub version: String,
    /// Earlier versions to which consent still counts, for packets on their way.
    pub earlier_versions: Vec<String>,
    /// First day of this version.
    pub from: Date,
    /// Which data, per language.
    pub what: BTreeMap<String, String>,
    /// How much of it.
    pub how_much: BTreeMap<String, String>,
    /// Why.
    pub why: BTreeMap<String, String>,
    /// With whom it is shared.
    pub shared_with: BTreeMap<String, String>,
}

impl Notice {
    /// True for the version in force and for earlier ones that still count.
    pub fn accepts(&self, version: &str) -> bool {
        self.version == version || self.earlier_versions.iter().any(|earlier| earlier == version)
    }
}

pub(crate) fn read_bases(source: &PackSource, sink: &Sink) -> Option<BTreeMap<String, LegalBasis>> {
    document(source, "law/bases.toml", sink, |root| {
        root.only(&["basis"]);
        let mut lines = BTreeMap::new();
        root.items("basis")
            .into_iter()
            .filter_map(|item| {
                item.only(&["id", "instrument", "provision", "summary", "from"]);
                let (id, instrument) = (item.text("id"), item.text("instrument"));
                let (provision, summary) = (item.text("provision"), item.text("summary"));
                let from = date(item, "from");
                let id = id?;
                duplicate(&mut lines, &id.value, item.file, id.line, sink);
                Some((
                    id.value.clone(),
                    LegalBasis {
                        id: id.value,
                        instrument: instrument?.value,
                        provision: provision?.value,
                        summary: summary?.value,
                        from: from?,
                    },
                ))
            })
            .collect()
    })
}

/// What the law files refer to.
pub(crate) struct References<'a> {
    /// None when the registry itself cannot be read, so that its fault is told once.
    pub bases: Option<&'a BTreeMap<String, LegalBasis>>,
    pub agencies: &'a [Agency],
    pub languages: &'a [String],
}

impl References<'_> {
    pub(crate) fn check_basis(&self, item: Item<'_>, id: &str, line: usize) {
        if self.bases.is_some_and(|bases| !bases.contains_key(id)) {
            item.fault(
                line,
                PackCode::UnknownBasis,
                format!("there is no legal basis {id:?}"),
                "add it to law/bases.toml, or correct the id",
            );
        }
    }
}

pub(crate) fn read_purposes(
    source: &PackSource,
    references: &References<'_>,
    sink: &Sink,
) -> BTreeMap<String, Purpose> {
    document(source, "law/purposes.toml", sink, |root| {
        root.only(&["purpose"]);
        let mut lines = BTreeMap::new();
        root.items("purpose")
            .into_iter()
            .filter_map(|item| purpose(item, references, &mut lines))
            .map(|purpose| (purpose.code.clone(), purpose))
            .collect()
    })
    .unwrap_or_default()
}

fn purpose(
    item: Item<'_>,
    references: &References<'_>,
    lines: &mut BTreeMap<String, usize>,
) -> Option<Purpose> {
    item.only(&["code", "agency", "basis", "attributes", "from", "until", "text"]);
    let (code, agency, basis) = (item.text("code"), item.text("agency"), item.text("basis"));
    if let Some(code) = &code {
        duplicate(lines, &code.value, item.file, code.line, item.sink);
    }
    if let Some(agency) = &agency
        && !references.agencies.iter().any(|known| known.code == agency.value)
    {
        item.fault(
            agency.line,
            PackCode::UnknownAgency,
            format!("there is no agency {:?}", agency.value),
            "add it to agencies.csv, or correct the code",
        );
    }
    if let Some(basis) = &basis {
        references.check_basis(item, &basis.value, basis.line);
    }
    let attributes = item.texts("attributes");
    if attributes.is_empty() {
        item.fault(
            item.line,
            PackCode::MissingKey,
            "the purpose names no attribute",
            format!("name some of {}", ATTRIBUTES.join(", ")),
        );
    }
    for attribute in &attributes {
        if !ATTRIBUTES.contains(&attribute.value.as_str()) {
            item.fault(
                attribute.line,
                PackCode::UnknownAttribute,
                format!("no agency may ask for {:?}", attribute.value),
                format!("allowed are {}", ATTRIBUTES.join(", ")),
            );
        }
    }
    let texts = texts(item, "text", references.languages);
    let from = date(item, "from");
    let until = item
        .optional_text("until")
        .and_then(|at| parse_date(&at.value, item.file, at.line, item.sink));
    Some(Purpose {
        code: code?.value,
        agency: agency?.value,
        basis: basis?.value,
        attributes: attributes.into_iter().map(|at| at.value).collect(),
        from: from?,
        until,
        texts,
    })
}

/// The verdicts of `niims_record::adjudication::Verdict`, by their stable names.
const VERDICTS: [&str; 4] = ["same_person", "different_people", "ask_recapture", "suspect_fraud"];

pub(crate) fn read_reasons(
    source: &PackSource,
    references: &References<'_>,
    sink: &Sink,
) -> BTreeMap<String, Reason> {
    document(source, "law/reasons.toml", sink, |root| {
        root.only(&["adjudication", "refusal"]);
        let mut lines = BTreeMap::new();
        let mut reasons = BTreeMap::new();
        for (key, kind) in
            [("adjudication", ReasonKind::Adjudication), ("refusal", ReasonKind::Refusal)]
        {
            for item in root.items(key) {
                if let Some(reason) = reason(item, kind, references, &mut lines) {
                    reasons.insert(reason.code.clone(), reason);
                }
            }
        }
        reasons
    })
    .unwrap_or_default()
}

fn reason(
    item: Item<'_>,
    kind: ReasonKind,
    references: &References<'_>,
    lines: &mut BTreeMap<String, usize>,
) -> Option<Reason> {
    let code = item.text("code");
    if let Some(code) = &code {
        duplicate(lines, &code.value, item.file, code.line, item.sink);
    }
    let mut verdicts = Vec::new();
    let mut basis = None;
    if kind == ReasonKind::Adjudication {
        item.only(&["code", "verdicts", "text"]);
        for verdict in item.texts("verdicts") {
            if !VERDICTS.contains(&verdict.value.as_str()) {
                item.fault(
                    verdict.line,
                    PackCode::UnknownReference,
                    format!("there is no verdict {:?}", verdict.value),
                    format!("use some of {}", VERDICTS.join(", ")),
                );
            }
            verdicts.push(verdict.value);
        }
    } else {
        item.only(&["code", "basis", "text"]);
        basis = item.text("basis");
        if let Some(basis) = &basis {
            references.check_basis(item, &basis.value, basis.line);
        }
    }
    Some(Reason {
        kind,
        verdicts,
        basis: basis.map(|at| at.value),
        texts: texts(item, "text", references.languages),
        code: code?.value,
    })
}

pub(crate) fn read_notices(
    source: &PackSource,
    languages: &[String],
    sink: &Sink,
) -> BTreeMap<String, Notice> {
    let mut notices = BTreeMap::new();
    for (file, id) in source.inside("notices/", ".toml") {
        let notice = document(source, file, sink, |root| notice(root, id, languages)).flatten();
        if let Some(notice) = notice {
            notices.insert(id.to_owned(), notice);
        }
    }
    notices
}

fn notice(root: Item<'_>, id: &str, languages: &[String]) -> Option<Notice> {
    root.only(&["version", "earlier_versions", "from", "what", "how_much", "why", "shared_with"]);
    let version = root.text("version");
    let from = date(root, "from");
    let [what, how_much, why, shared_with] =
        ["what", "how_much", "why", "shared_with"].map(|key| texts(root, key, languages));
    Some(Notice {
        id: id.to_owned(),
        version: version?.value,
        earlier_versions: root.texts("earlier_versions").into_iter().map(|at| at.value).collect(),
        from: from?,
        what,
        how_much,
        why,
        shared_with,
    })
}

fn texts(item: Item<'_>, key: &str, languages: &[String]) -> BTreeMap<String, String> {
    if let Some(table) = item.table(key) {
        return by_language(table, languages);
    }
    item.fault(
        item.line,
        PackCode::MissingText,
        format!("the texts under {key:?} are missing"),
        "write one per language",
    );
    BTreeMap::new()
}

fn date(item: Item<'_>, key: &str) -> Option<Date> {
    item.text(key).and_then(|at| parse_date(&at.value, item.file, at.line, item.sink))
}
