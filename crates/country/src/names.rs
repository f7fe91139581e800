//! What the country knows of its names: spelling variants and particles.

use std::collections::BTreeMap;

use crate::problem::{PackCode, Sink};
use crate::read::Table;
use crate::source::PackSource;

/// How a spelling belongs to a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VariantRelation {
    /// Another spelling of the same name.
    Equivalent,
    /// A short form, or a name that is often but not always the same.
    Weak,
    /// Looks alike and is another name: never to be folded together.
    Distinct,
}

/// A spelling and the name that it belongs to or is mistaken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameVariant {
    /// The name, in its usual spelling.
    pub name: String,
    /// Another spelling.
    pub variant: String,
    /// How they belong together.
    pub relation: VariantRelation,
}

/// What matching does with a particle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParticleRule {
    /// Leave the word out of comparisons.
    Drop,
    /// Take the letters off the front of the word.
    StripPrefix,
    /// Leave the word out when it comes first.
    DropLeading,
    /// Compare with and without it.
    Optional,
    /// Never take it away: it carries meaning.
    Keep,
}

/// A word or prefix inside names that is not itself a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameParticle {
    /// In lower case, such as `arap` or `m'`.
    pub particle: String,
    /// What it means, in words.
    pub meaning: String,
    /// What matching does with it.
    pub rule: ParticleRule,
}

impl NameParticle {
    /// True when the particle is a word of its own that is not a name.
    pub const fn is_word(&self) -> bool {
        matches!(self.rule, ParticleRule::Drop)
    }
}

pub(crate) fn read_variants(source: &PackSource, sink: &Sink) -> Vec<NameVariant> {
    let file = "names/variants.csv";
    let Some(table) = Table::read(source, file, &["name", "variant", "relation"], &[], sink) else {
        return Vec::new();
    };
    let mut variants = Vec::new();
    for row in &table.rows {
        let relation = match table.cell(row, "relation") {
            "equivalent" => VariantRelation::Equivalent,
            "weak" => VariantRelation::Weak,
            "distinct" => VariantRelation::Distinct,
            other => {
                sink.add(
                    file,
                    row.line,
                    PackCode::WrongValue,
                    format!("there is no relation {other:?} of names"),
                    "use equivalent, weak or distinct",
                );
                continue;
            }
        };
        variants.push(NameVariant {
            name: table.filled(row, "name", sink).to_owned(),
            variant: table.filled(row, "variant", sink).to_owned(),
            relation,
        });
    }
    variants
}

pub(crate) fn read_particles(source: &PackSource, sink: &Sink) -> Vec<NameParticle> {
    let file = "names/particles.csv";
    let Some(table) = Table::read(source, file, &["particle", "meaning", "rule"], &[], sink) else {
        return Vec::new();
    };
    let mut particles = Vec::new();
    let mut lines = BTreeMap::new();
    for row in &table.rows {
        let particle = table.filled(row, "particle", sink).to_lowercase();
        crate::codes::duplicate(&mut lines, &particle, file, row.line, sink);
        let rule = match table.cell(row, "rule") {
            "drop" => ParticleRule::Drop,
            "strip_prefix" => ParticleRule::StripPrefix,
            "drop_leading" => ParticleRule::DropLeading,
            "optional" => ParticleRule::Optional,
            "keep" => ParticleRule::Keep,
            other => {
                sink.add(
                    file,
                    row.line,
                    PackCode::WrongValue,
                    format!("there is no rule {other:?} for particles"),
                    "use drop, strip_prefix, drop_leading, optional or keep",
                );
                continue;
            }
        };
        particles.push(NameParticle {
            particle,
            meaning: table.cell(row, "meaning").to_owned(),
            rule,
        });
    }
    particles
}
