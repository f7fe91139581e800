//! A country pack, read whole and found without fault.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use niims_record::date::DateOfBirth;
use niims_record::desk::DeskSettings;
use serde_json::Value;

use crate::age::{Eligibility, eligibility};
use crate::answers::{Answers, ValidAnswers};
use crate::codes::{self, CodeList};
use crate::collected::collected;
use crate::desk;
use crate::form::{self, Field, Form, FormView, Stage};
use crate::geography::{self, Geography};
use crate::law::{self, LegalBasis, Notice, Purpose, Reason, References};
use crate::lint;
use crate::names::{self, NameParticle, NameVariant};
use crate::problem::{PackProblems, Sink};
use crate::registers::{self, Agency, Centre, Holiday};
use crate::roles::RoleView;
use crate::settings::{self, FormKind, Settings};
use crate::source::PackSource;
use crate::texts::{self, Texts};
use crate::validate::{FieldProblem, validate};

/// Everything that a country decides for itself. Cheap to share behind an [`Arc`].
pub struct CountryPack {
    version: String,
    source: PackSource,
    pub(crate) settings: Settings,
    desk: DeskSettings,
    pub(crate) form: Arc<Form>,
    texts: BTreeMap<String, Texts>,
    pub(crate) lists: BTreeMap<String, CodeList>,
    pub(crate) geography: Geography,
    bases: BTreeMap<String, LegalBasis>,
    purposes: BTreeMap<String, Purpose>,
    reasons: BTreeMap<String, Reason>,
    pub(crate) notices: BTreeMap<String, Notice>,
    agencies: Vec<Agency>,
    centres: Vec<Centre>,
    holidays: BTreeMap<Date, Holiday>,
    variants: Vec<NameVariant>,
    pub(crate) particles: Arc<Vec<NameParticle>>,
}

impl CountryPack {
    /// Reads the pack in a folder; fails with every fault found, each with file and line.
    pub fn load(folder: &Path) -> Result<Self, PackProblems> {
        Self::from_source(&PackSource::folder(folder)?)
    }

    /// The Kenya pack inside this binary. Tests hold it free of faults.
    pub fn embedded() -> Result<Self, PackProblems> {
        Self::from_source(&PackSource::embedded())
    }

    /// Reads a pack from any source.
    pub fn from_source(source: &PackSource) -> Result<Self, PackProblems> {
        let sink = Sink::default();
        let pack = read(source, &sink);
        sink.into_result(pack)
    }

    /// SHA-256 of all files of the pack, in hex: changes with every letter.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The files of the pack.
    pub const fn source(&self) -> &PackSource {
        &self.source
    }

    /// What `pack.toml` says.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What `desk.toml` says.
    pub const fn desk(&self) -> &DeskSettings {
        &self.desk
    }

    /// Languages of every text; the first is the fallback.
    pub fn languages(&self) -> &[String] {
        &self.settings.languages
    }

    /// The civil date at `now` in this country.
    pub fn today(&self, now: Timestamp) -> Date {
        self.settings.today(now)
    }

    /// The sections and outer fields of one form, in order.
    pub fn form(&self, kind: FormKind) -> FormView<'_> {
        let sections = self
            .form
            .sections
            .iter()
            .map(|section| {
                let fields: Vec<&Field> = self
                    .form
                    .outer()
                    .filter(|field| field.section == section.id && field.forms.contains(&kind))
                    .collect();
                (section, fields)
            })
            .filter(|(_, fields)| !fields.is_empty())
            .collect();
        FormView { kind, sections }
    }

    /// Every field of every form, those inside a group after it.
    pub fn fields(&self) -> &[Field] {
        &self.form.fields
    }

    /// A field by its full id.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.form.field(id)
    }

    /// The fields inside a group or list, in order.
    pub fn fields_inside<'a>(&'a self, group: &'a str) -> impl Iterator<Item = &'a Field> {
        self.form.inside(group)
    }

    /// A text in exactly this language.
    pub fn text(&self, language: &str, key: &str) -> Option<&str> {
        self.texts.get(language)?.get(key).map(|at| at.value.as_str())
    }

    /// A text in this language, else in the first of the pack.
    pub fn text_or_first(&self, language: &str, key: &str) -> Option<&str> {
        self.text(language, key).or_else(|| {
            let first = self.settings.languages.first()?;
            self.text(first, key)
        })
    }

    /// The label of a field; its id when it has none.
    pub fn label<'a>(&'a self, language: &str, field: &'a str) -> &'a str {
        self.text_or_first(language, &format!("field.{field}.label")).unwrap_or(field)
    }

    /// A code list by its id; `countries` and `centres` are lists as well.
    pub fn code_list(&self, id: &str) -> Option<&CodeList> {
        self.lists.get(id)
    }

    /// All code lists.
    pub fn code_lists(&self) -> impl Iterator<Item = &CodeList> {
        self.lists.values()
    }

    /// The geography.
    pub const fn geography(&self) -> &Geography {
        &self.geography
    }

    /// A legal basis by its id.
    pub fn basis(&self, id: &str) -> Option<&LegalBasis> {
        self.bases.get(id)
    }

    /// Every legal basis.
    pub fn bases(&self) -> impl Iterator<Item = &LegalBasis> {
        self.bases.values()
    }

    /// A purpose by its code.
    pub fn purpose(&self, code: &str) -> Option<&Purpose> {
        self.purposes.get(code)
    }

    /// The register of purposes.
    pub fn purposes(&self) -> impl Iterator<Item = &Purpose> {
        self.purposes.values()
    }

    /// A reason by its code.
    pub fn reason(&self, code: &str) -> Option<&Reason> {
        self.reasons.get(code)
    }

    /// Every reason of adjudication and refusal.
    pub fn reasons(&self) -> impl Iterator<Item = &Reason> {
        self.reasons.values()
    }

    /// A consent notice by its id.
    pub fn notice(&self, id: &str) -> Option<&Notice> {
        self.notices.get(id)
    }

    /// Every consent notice.
    pub fn notices(&self) -> impl Iterator<Item = &Notice> {
        self.notices.values()
    }

    /// An agency by its code.
    pub fn agency(&self, code: &str) -> Option<&Agency> {
        self.agencies.iter().find(|agency| agency.code == code)
    }

    /// Every agency.
    pub fn agencies(&self) -> &[Agency] {
        &self.agencies
    }

    /// Every service centre.
    pub fn centres(&self) -> &[Centre] {
        &self.centres
    }

    /// The public holiday on a day, if it is one.
    pub fn holiday(&self, day: Date) -> Option<&Holiday> {
        self.holidays.get(&day)
    }

    /// All public holidays in order.
    pub fn holidays(&self) -> impl Iterator<Item = &Holiday> {
        self.holidays.values()
    }

    /// Spellings that belong together.
    pub fn name_variants(&self) -> &[NameVariant] {
        &self.variants
    }

    /// Words and prefixes inside names that are not names.
    pub fn name_particles(&self) -> &[NameParticle] {
        &self.particles
    }

    /// True when a modality may be captured.
    pub fn modality_on(&self, id: &str) -> bool {
        self.settings.modalities.iter().any(|modality| modality.id == id && modality.on)
    }

    /// What the law says of a person's age on a civil date of this country.
    pub fn eligibility(&self, born: &DateOfBirth, today: Date) -> Eligibility {
        eligibility(&self.settings, *born, today)
    }

    /// Completed years of age by the earliest birth that the date can mean.
    pub fn age_on(&self, born: &DateOfBirth, today: Date) -> Option<i16> {
        born.possible_age_on(today)
    }

    /// Checks complete answers: form, law of age, consents.
    pub fn validate(
        &self,
        answers: &Answers,
        kind: FormKind,
        today: Date,
    ) -> Result<ValidAnswers, Vec<FieldProblem>> {
        validate(self, answers, kind, today, Stage::Capture)
    }

    /// Checks what a resident fills in beforehand: what the officer adds later may be missing.
    pub fn validate_beforehand(
        &self,
        answers: &Answers,
        kind: FormKind,
        today: Date,
    ) -> Result<ValidAnswers, Vec<FieldProblem>> {
        validate(self, answers, kind, today, Stage::Form)
    }

    /// Answers, checked earlier and kept, seen through the roles of the form.
    pub fn view<'a>(&'a self, answers: &'a Answers) -> RoleView<'a> {
        RoleView { form: &self.form, particles: &self.particles, answers }
    }

    /// A fault of an answer in plain words: the field, what is wrong, what to do.
    pub fn describe(&self, problem: &FieldProblem, language: &str) -> String {
        let id = problem.field_id();
        let known = self.form.field(&id).is_some();
        // Parts of places and consents have no texts of their own: their field's are used.
        let id = if known {
            id
        } else {
            let outer = id.split('.').next().unwrap_or_default();
            if self.form.field(outer).is_some() { outer.to_owned() } else { id }
        };
        let what = self
            .text_or_first(language, &problem.code.text_key())
            .unwrap_or(problem.code())
            .replace("{limit}", problem.limit.as_deref().unwrap_or_default());
        let label = self.label(language, &id);
        match self.text_or_first(language, &format!("field.{id}.error")) {
            Some(help) => format!("{label}: {what} {help}"),
            None => format!("{label}: {what}"),
        }
    }

    /// The machine-readable list of all data collected.
    pub fn collected(&self) -> Value {
        collected(self)
    }
}

impl std::fmt::Debug for CountryPack {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("CountryPack")
            .field("code", &self.settings.code)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

fn read(source: &PackSource, sink: &Sink) -> Option<CountryPack> {
    let settings = settings::read(source, sink)?;
    let languages = &settings.languages;
    let geography = geography::read(source, &settings.levels, sink);
    let bases = law::read_bases(source, sink);
    let agencies = registers::read_agencies(source, sink);
    let references = References { bases: bases.as_ref(), agencies: &agencies, languages };
    let purposes = law::read_purposes(source, &references, sink);
    let reasons = law::read_reasons(source, &references, sink);
    let notices = law::read_notices(source, languages, sink);
    let centres = registers::read_centres(source, &geography, sink);
    let holidays = registers::read_holidays(source, languages, sink);
    let mut lists = codes::read(source, languages, sink);
    if let Some(countries) = registers::read_countries(source, languages, sink) {
        lists.insert(countries.id.clone(), countries);
    }
    lists.insert("centres".to_owned(), registers::centre_list(&centres, languages));
    let variants = names::read_variants(source, sink);
    let particles = names::read_particles(source, sink);
    let texts = texts::read(source, languages, sink);
    let desk = desk::read(source, sink);
    let form = form::read(source, sink);
    lint::unknown_files(source, &settings, sink);
    // Without the form or the legal bases every reference would seem broken: tell their own
    // faults and no others.
    let (form, bases) = (form?, bases?);
    lint::check(
        &lint::Pack {
            settings: &settings,
            form: &form,
            texts: &texts,
            lists: &lists,
            geography: &geography,
            bases: &bases,
            notices: &notices,
        },
        sink,
    );
    Some(CountryPack {
        version: source.digest(),
        source: source.clone(),
        desk,
        form: Arc::new(form),
        texts,
        lists,
        geography,
        bases,
        purposes,
        reasons,
        notices,
        agencies,
        centres,
        holidays,
        variants,
        particles: Arc::new(particles),
        settings,
    })
}
