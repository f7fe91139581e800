//! What is known about names in a country: variants, particles, frequencies.

use core::fmt;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::fold::{fold, is_apostrophe};

/// Share of people assumed to bear a name that no list mentions. The rarest of
/// the thousand listed surnames has 1.3 × 10⁻⁴; unlisted names are rarer. The
/// smaller the value, the more an agreement on an unlisted name says.
pub const UNLISTED_SHARE: f64 = 5e-5;

/// Share of people assumed to bear any name when no list of frequencies was given
/// at all: what it is for the average bearer. Source: the lists act like 166 male
/// and 278 other names of equal weight. Effect, measured in `tests/population.rs`:
/// without lists a rare name no longer tells more than a common one, so fewer
/// pairs stand out: 149 of 153 disguised second registrations instead of 152,
/// and 0.03 strangers per record instead of 0.06.
pub const SHARE_WITHOUT_LISTS: f64 = 0.005;

/// How two written forms of one cluster relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VariantRelation {
    /// Forms of one name: Mohamed, Mohammed.
    Equivalent,
    /// Forms that some bearers use for one another: a short form, a nickname,
    /// the same name in another religion.
    Weak,
    /// Names that look alike and are different names: Kiplagat, Kiplangat.
    Distinct,
}

/// Knowledge about names, filled by the country pack. Deterministic: the same
/// entries in the same order give the same knowledge.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NameKnowledge {
    /// Folded form → folded cluster name.
    equivalent: BTreeMap<String, String>,
    /// Folded form → clusters in which it is a weak form.
    weak: BTreeMap<String, BTreeSet<String>>,
    /// Folded form → clusters in which it is a distinct look-alike.
    distinct: BTreeMap<String, BTreeSet<String>>,
    /// Folded particles standing alone.
    particles: BTreeSet<String>,
    /// Folded prefixes that an apostrophe joins to the name: `m` of `M'`.
    joined_particles: BTreeSet<String>,
    /// Folded cluster or form → share of people, summed over the lists given.
    shares: BTreeMap<String, f64>,
}

impl NameKnowledge {
    /// Knows nothing: every name is as common as the average, and only its own spelling.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds forms: cluster name, form, relation. A form belongs to at most one
    /// cluster of equivalents; the first entry stands.
    #[must_use]
    pub fn with_variants<'a>(
        mut self,
        entries: impl IntoIterator<Item = (&'a str, &'a str, VariantRelation)>,
    ) -> Self {
        for (cluster, form, relation) in entries {
            let (cluster, form) = (fold(cluster), fold(form));
            match relation {
                VariantRelation::Equivalent => {
                    self.equivalent.entry(form).or_insert(cluster);
                }
                VariantRelation::Weak => {
                    self.weak.entry(form).or_default().insert(cluster);
                }
                VariantRelation::Distinct => {
                    self.distinct.entry(form).or_default().insert(cluster);
                }
            }
        }
        self
    }

    /// Adds particles. One that ends in an apostrophe (`M'`) is a prefix joined
    /// to the name; a hyphen at the end (`ole-`) makes no difference.
    #[must_use]
    pub fn with_particles<'a>(mut self, particles: impl IntoIterator<Item = &'a str>) -> Self {
        for particle in particles {
            let set = if particle.trim_end().ends_with(is_apostrophe) {
                &mut self.joined_particles
            } else {
                &mut self.particles
            };
            set.insert(fold(particle));
        }
        self
    }

    /// Adds how common names are: a name and its share of its list, 0 to 1.
    /// Shares of a name that stands in several lists, such as given names and
    /// surnames, add up; so do those of all forms of a cluster. Add variants
    /// first.
    #[must_use]
    pub fn with_frequencies<'a>(
        mut self,
        entries: impl IntoIterator<Item = (&'a str, f64)>,
    ) -> Self {
        for (name, share) in entries {
            if share.is_finite() && share > 0.0 {
                let cluster = self.cluster_of(&fold(name)).to_owned();
                *self.shares.entry(cluster).or_insert(0.0) += share;
            }
        }
        self
    }

    /// The cluster of a folded token, or the token itself.
    pub(crate) fn cluster_of<'a>(&'a self, token: &'a str) -> &'a str {
        self.equivalent.get(token).map_or(token, String::as_str)
    }

    /// The share of people that bear a name of this cluster.
    pub(crate) fn share_of(&self, cluster: &str) -> f64 {
        if self.shares.is_empty() {
            return SHARE_WITHOUT_LISTS;
        }
        self.shares.get(cluster).copied().unwrap_or(UNLISTED_SHARE).clamp(UNLISTED_SHARE, 1.0)
    }

    /// Whether the folded token is a particle that stands alone.
    pub(crate) fn is_particle(&self, token: &str) -> bool {
        self.particles.contains(token)
    }

    /// The name without a particle that an apostrophe joins to it.
    pub(crate) fn without_joined_particle<'a>(&self, text: &'a str) -> &'a str {
        match text.split_once(is_apostrophe) {
            Some((prefix, rest))
                if rest.chars().any(char::is_alphabetic)
                    && self.joined_particles.contains(&fold(prefix)) =>
            {
                rest
            }
            _ => text,
        }
    }

    /// Two folded tokens share a cluster of weak forms. A weak form also meets
    /// the cluster's own name.
    pub(crate) fn weakly_related(&self, a: &str, b: &str) -> bool {
        let meets = |form: &str, other: &str| {
            self.weak.get(form).is_some_and(|clusters| {
                clusters.contains(self.cluster_of(other))
                    || self.weak.get(other).is_some_and(|o| !clusters.is_disjoint(o))
            })
        };
        meets(a, b) || meets(b, a)
    }

    /// Two folded tokens are known to look alike and to be different names.
    pub(crate) fn known_distinct(&self, a: &str, b: &str) -> bool {
        a != b
            && match (self.distinct.get(a), self.distinct.get(b)) {
                (Some(x), Some(y)) => !x.is_disjoint(y),
                _ => false,
            }
    }
}

impl fmt::Debug for NameKnowledge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NameKnowledge")
            .field("forms", &self.equivalent.len())
            .field("particles", &self.particles.len())
            .field("shares", &self.shares.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_cluster_share_their_frequency() {
        let known = NameKnowledge::new()
            .with_variants([
                ("Muhammad", "Mohamed", VariantRelation::Equivalent),
                ("Muhammad", "Mohammed", VariantRelation::Equivalent),
            ])
            .with_frequencies([("Mohamed", 0.01), ("Mohammed", 0.002), ("Bad", f64::NAN)]);
        assert!((known.share_of(known.cluster_of("mohamed")) - 0.012).abs() < 1e-12);
        assert!((known.share_of("bad") - UNLISTED_SHARE).abs() < 1e-12);
    }

    #[test]
    fn weak_and_distinct_forms() {
        let known = NameKnowledge::new().with_variants([
            ("Samuel", "Samwel", VariantRelation::Equivalent),
            ("Samuel", "Sam", VariantRelation::Weak),
            ("Kiplagat", "Kiplagat", VariantRelation::Distinct),
            ("Kiplagat", "Kiplangat", VariantRelation::Distinct),
        ]);
        assert!(known.weakly_related("sam", "samwel"));
        assert!(known.weakly_related("samuel", "sam"));
        assert!(!known.weakly_related("sam", "peter"));
        assert!(known.known_distinct("kiplagat", "kiplangat"));
        assert!(!known.known_distinct("kiplagat", "kiplagat"));
    }

    #[test]
    fn an_apostrophe_joins_only_known_particles() {
        let known = NameKnowledge::new().with_particles(["M'", "arap", "ole-"]);
        assert_eq!(known.without_joined_particle("M’Murungi"), "Murungi");
        assert_eq!(known.without_joined_particle("Ng'ang'a"), "Ng'ang'a");
        assert_eq!(known.without_joined_particle("M'"), "M'");
        assert!(known.is_particle("ole"));
    }
}
