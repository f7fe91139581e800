//! `pack.toml`: what country this is, its languages, ages, fees, modalities, levels and forms.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::approval::{self, ApprovalCause};
use crate::problem::{PackCode, Sink};
use crate::read::{At, Item, document};
use crate::source::PackSource;

/// The four forms that a resident can fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormKind {
    /// Citizens, and people of no determined nationality, of full age.
    Adult,
    /// Children from the enrolment age to full age, with a guardian.
    Minor,
    /// Foreigners who live in the country lawfully.
    Foreigner,
    /// Refugees and asylum seekers.
    Refugee,
}

impl FormKind {
    /// Every form, in the order of the pack.
    pub const ALL: [Self; 4] = [Self::Adult, Self::Minor, Self::Foreigner, Self::Refugee];

    /// The word for it in packs and programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Adult => "adult",
            Self::Minor => "minor",
            Self::Foreigner => "foreigner",
            Self::Refugee => "refugee",
        }
    }

    /// The form of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A way to capture a body; every one that the law lists stands here, on or off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Modality {
    /// Such as `fingerprint`.
    pub id: String,
    /// Whether anything may capture it.
    pub on: bool,
    /// Id of the legal basis, for those that are on.
    pub basis: Option<String>,
}

/// One level of the administrative geography, the highest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Level {
    /// Such as `county`.
    pub id: String,
    /// The file of its units.
    pub file: String,
    /// How many units there must be.
    pub count: usize,
    /// True when the units were made up and stand for the real ones.
    pub synthetic: bool,
}

/// How local telephone numbers become international ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telephone {
    /// With the plus sign, such as `+254`.
    pub calling_code: String,
    /// What local callers dial first, such as `0`.
    pub trunk_prefix: String,
}

/// The parsed `pack.toml`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// ISO 3166-1 alpha-2.
    pub code: String,
    /// The country's name per language.
    pub name: BTreeMap<String, String>,
    /// The name of this edition of the pack, such as `2026.1`.
    pub release: String,
    /// Languages of every text, the first being the fallback.
    pub languages: Vec<String>,
    /// ISO 4217.
    pub currency: String,
    /// IANA name of the time zone.
    pub time_zone: String,
    /// Its fixed distance from UTC; packs of countries that change clocks are refused.
    pub utc_offset: Offset,
    /// Completed years of age from which people are enrolled.
    pub enrolment_age: i16,
    /// Completed years of age at which a person is adult.
    pub adult_age: i16,
    /// How local telephone numbers are completed.
    pub telephone: Telephone,
    /// Every modality with its switch.
    pub modalities: Vec<Modality>,
    /// Geographic levels, the highest first.
    pub levels: Vec<Level>,
    /// When a supervisor at the kit approves an enrolment before it is saved.
    pub supervisor_approves: BTreeSet<ApprovalCause>,
    /// Residency categories that each form is for.
    pub forms: BTreeMap<FormKind, BTreeSet<String>>,
    /// Line of each modality, for the checks.
    pub(crate) modality_lines: Vec<usize>,
}

impl Settings {
    /// The civil date at `now` in this country.
    pub fn today(&self, now: Timestamp) -> Date {
        self.utc_offset.to_datetime(now).date()
    }

    /// The day on which someone born on `born` completes `years`.
    pub(crate) fn birthday(born: Date, years: i16) -> Date {
        let day = born.saturating_add(i32::from(years).years());
        // 29 February: the year is completed on 1 March of common years, as `DateOfBirth` counts.
        if day.day() == born.day() { day } else { day.saturating_add(1.day()) }
    }
}

pub(crate) fn read(source: &PackSource, sink: &Sink) -> Option<Settings> {
    document(source, "pack.toml", sink, settings).flatten()
}

fn settings(root: Item<'_>) -> Option<Settings> {
    root.only(&[
        "code",
        "name",
        "release",
        "languages",
        "currency",
        "time_zone",
        "utc_offset",
        approval::KEY,
        "ages",
        "telephone",
        "fee",
        "modality",
        "level",
        "form",
    ]);
    fees(root);
    let languages = languages(root);
    let (modalities, modality_lines) = modalities(root);
    let (levels, forms) = (levels(root), forms(root));
    let ages = needed_table(root, "ages");
    let telephone = needed_table(root, "telephone");
    let name = names(root, &languages);
    let (code, release) = (root.text("code"), root.text("release"));
    let (currency, time_zone) = (root.text("currency"), root.text("time_zone"));
    let utc_offset = root.text("utc_offset").and_then(|at| offset(root, &at));
    let ages = ages.map(|item| {
        item.only(&["enrolment", "adult"]);
        (item.needed_integer("enrolment"), item.needed_integer("adult"))
    });
    let telephone = telephone.map(|item| {
        item.only(&["calling_code", "trunk_prefix"]);
        (item.text("calling_code"), item.text("trunk_prefix"))
    });
    let (enrolment, adult) = ages?;
    let (calling_code, trunk_prefix) = telephone?;
    Some(Settings {
        code: code?.value,
        name,
        release: release?.value,
        languages,
        currency: currency?.value,
        time_zone: time_zone?.value,
        utc_offset: utc_offset?,
        enrolment_age: years(root, &enrolment?)?,
        adult_age: years(root, &adult?)?,
        telephone: Telephone {
            calling_code: calling_code?.value,
            trunk_prefix: trunk_prefix?.value,
        },
        modalities,
        levels,
        supervisor_approves: approval::read(root),
        forms,
        modality_lines,
    })
}

fn languages(root: Item<'_>) -> Vec<String> {
    let languages: Vec<String> = root.texts("languages").into_iter().map(|at| at.value).collect();
    if languages.is_empty() {
        root.fault(
            root.line,
            PackCode::MissingKey,
            "the pack has no languages",
            "add languages = [\"en\", …]",
        );
    }
    languages
}

fn needed_table<'a>(root: Item<'a>, key: &str) -> Option<Item<'a>> {
    if !root.keys().iter().any(|at| at.value == key) {
        root.fault(
            root.line,
            PackCode::MissingKey,
            format!("the table {key:?} is missing"),
            "add it",
        );
    }
    root.table(key)
}

fn names(root: Item<'_>, languages: &[String]) -> BTreeMap<String, String> {
    needed_table(root, "name").map_or_else(BTreeMap::new, |item| by_language(item, languages))
}

/// One text per language of the pack, no fewer and no more.
pub(crate) fn by_language(item: Item<'_>, languages: &[String]) -> BTreeMap<String, String> {
    for key in item.keys() {
        if !languages.contains(&key.value) {
            item.fault(
                key.line,
                PackCode::UnusedText,
                format!("{:?} is not a language of this pack", key.value),
                "take it away, or add the language to pack.toml",
            );
        }
    }
    let mut texts = BTreeMap::new();
    for language in languages {
        match item.optional_text(language) {
            Some(text) if !text.value.trim().is_empty() => {
                texts.insert(language.clone(), text.value);
            }
            _ => item.fault(
                item.line,
                PackCode::MissingText,
                format!("the text in {language:?} is missing"),
                "write it",
            ),
        }
    }
    texts
}

fn years(root: Item<'_>, at: &At<i64>) -> Option<i16> {
    match i16::try_from(at.value) {
        Ok(years) if (0..=120).contains(&years) => Some(years),
        _ => {
            root.fault(
                at.line,
                PackCode::WrongValue,
                "an age is from 0 to 120 years",
                "write the age in completed years",
            );
            None
        }
    }
}

fn offset(root: Item<'_>, at: &At<String>) -> Option<Offset> {
    let parsed = at.value.split_once(':').and_then(|(hours, minutes)| {
        let hours: i32 = hours.parse().ok()?;
        let minutes: i32 = minutes.parse().ok()?;
        Offset::from_seconds(hours * 3600 + hours.signum() * minutes * 60).ok()
    });
    if parsed.is_none() {
        root.fault(
            at.line,
            PackCode::WrongValue,
            "\"utc_offset\" is not like +03:00",
            "write the distance from UTC as +HH:MM or -HH:MM",
        );
    }
    parsed
}

/// Form, enrolment and first card are free of charge (requirement of the programme).
fn fees(root: Item<'_>) {
    for item in root.items("fee") {
        item.only(&["id", "amount"]);
        let id = item.text("id");
        if let (Some(id), Some(amount)) = (id, item.decimal("amount"))
            && amount.value.abs() > 0.0
        {
            item.fault(
                amount.line,
                PackCode::Fee,
                format!("the fee {:?} is not 0", id.value),
                "set it to 0: the form, the enrolment and the first card are free",
            );
        }
    }
}

fn modalities(root: Item<'_>) -> (Vec<Modality>, Vec<usize>) {
    let mut modalities = Vec::new();
    let mut lines = Vec::new();
    for item in root.items("modality") {
        item.only(&["id", "on", "basis"]);
        if let (Some(id), Some(on)) = (item.text("id"), item.boolean("on")) {
            lines.push(on.line);
            modalities.push(Modality {
                id: id.value,
                on: on.value,
                basis: item.optional_text("basis").map(|at| at.value),
            });
        }
    }
    (modalities, lines)
}

fn levels(root: Item<'_>) -> Vec<Level> {
    root.items("level")
        .into_iter()
        .filter_map(|item| {
            item.only(&["id", "file", "count", "synthetic"]);
            let (id, file) = (item.text("id"), item.text("file"));
            let count = item.needed_integer("count");
            Some(Level {
                id: id?.value,
                file: file?.value,
                count: usize::try_from(count?.value).unwrap_or(0),
                synthetic: item.boolean("synthetic").is_some_and(|at| at.value),
            })
        })
        .collect()
}

fn forms(root: Item<'_>) -> BTreeMap<FormKind, BTreeSet<String>> {
    let mut forms = BTreeMap::new();
    for item in root.items("form") {
        item.only(&["id", "residency_categories"]);
        let Some(id) = item.text("id") else { continue };
        let Some(kind) = FormKind::from_name(&id.value) else {
            item.fault(
                id.line,
                PackCode::WrongValue,
                format!("there is no form {:?}", id.value),
                "use adult, minor, foreigner or refugee",
            );
            continue;
        };
        let categories = item.texts("residency_categories");
        forms.insert(kind, categories.into_iter().map(|at| at.value).collect());
    }
    forms
}
