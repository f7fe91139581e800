//! The planted cases: what a register must catch among people whom it must not trouble.

use jiff::civil::Date;
use niims_country::{CountryPack, VariantRelation};
use niims_record::date::DateOfBirth;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use crate::census::Census;
use crate::chance;
use crate::prints::Hands;
use crate::village::{self, Resident, Setting};

/// How many kits work in the village.
pub const KITS: usize = 3;
/// People who register a second time under another name.
pub const DOUBLE_REGISTRATIONS: usize = 4;
/// Minors whose guardian does not consent.
pub const MINORS_WITHOUT_CONSENT: usize = 2;
/// Adults none of whose fingers can be read.
pub const WITHOUT_PRINTS: usize = 2;
/// Fewest people among whom all cases can be planted and most stay innocent.
pub const FEWEST_PEOPLE: usize = 20;

/// Age of the child who comes too early.
const TOO_YOUNG: usize = 5;
/// Youngest age of those who register twice: a first of January of their year of birth must
/// leave no doubt that they are adults.
const DOUBLES_FROM: usize = 20;
/// How many villages are settled until one has the people that the cases need.
const ATTEMPTS: usize = 200;

/// A planted case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plant {
    /// The person of visit `of` comes again to another kit, with changed names, a conventional
    /// date of birth, another telephone and another paper. An adjudicator must see the pair.
    DoubleRegistration {
        /// Number of the visit on which the person registered first.
        of: usize,
    },
    /// A child of five years: the kit must send it home until its birthday.
    ChildUnderSix,
    /// A minor whose guardian has not consented: the kit must capture nothing.
    MinorWithoutConsent,
    /// An adult none of whose ten fingers leaves a print: must be enrolled by exception.
    NoUsablePrints,
    /// An innocent resident, whose packet arrives and counts; besides, somebody on the way
    /// sends an altered copy of it under a packet id of its own, which must be refused.
    TamperedPacket,
    /// An innocent resident, whose packet is sent twice and must count once.
    Replay,
}

impl Plant {
    /// A short name for tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DoubleRegistration { .. } => "double registration",
            Self::ChildUnderSix => "child under six",
            Self::MinorWithoutConsent => "minor without consent",
            Self::NoUsablePrints => "no usable prints",
            Self::TamperedPacket => "tampered packet",
            Self::Replay => "replay",
        }
    }
}

/// One resident at one kit's desk.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Its place in [`Scenario::visits`], from zero; each kit works in this order.
    pub number: usize,
    /// Who it is: index in [`Scenario::residents`].
    pub resident: usize,
    /// What they say of themselves; their fingers are their own.
    pub claimed: Resident,
    /// What is planted here, if anything.
    pub plant: Option<Plant>,
    /// Which kit, from zero, below [`KITS`].
    pub kit: usize,
    /// Whether the guardian of a minor consents.
    pub guardian_consents: bool,
    /// Whether the fingers leave readable prints.
    pub hands: Hands,
    /// How many visits the person has paid before: selects the impression of each finger.
    pub impression: u32,
}

/// A village and everything that happens in it.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Code of the county.
    pub county: String,
    /// The day of registration.
    pub today: Date,
    /// The people, as they are.
    pub residents: Vec<Resident>,
    /// Their visits: one each, then the double registrations.
    pub visits: Vec<Visit>,
}

impl Visit {
    /// Whether the law forbids to capture this resident today.
    pub const fn is_sent_home(&self) -> bool {
        matches!(self.plant, Some(Plant::ChildUnderSix | Plant::MinorWithoutConsent))
    }
}

impl Scenario {
    /// The residents who lay readable fingers on a scanner and are captured: those to whom
    /// images of real fingers must be dealt.
    pub fn printed(&self) -> Vec<&Resident> {
        let printed = |visit: &&Visit| {
            visit.impression == 0 && visit.hands == Hands::Usable && !visit.is_sent_home()
        };
        self.visits.iter().filter(printed).map(|visit| &self.residents[visit.resident]).collect()
    }
}

/// Why a scenario cannot be planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Too few people.
    #[error(
        "{people} people are too few to plant every case among: ask for at least {FEWEST_PEOPLE}"
    )]
    TooFewPeople {
        /// How many were asked for.
        people: usize,
    },
    /// No village drawn had the minors and adults that the cases need.
    #[error(
        "no village of {people} people had the minors and adults that the cases need: ask for more people, or use another seed"
    )]
    Unsuitable {
        /// How many were asked for.
        people: usize,
    },
}

impl PlanError {
    /// Stable dotted code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooFewPeople { .. } => "plan.too_few_people",
            Self::Unsuitable { .. } => "plan.unsuitable",
        }
    }
}

/// Settles a village and plants every case in it; the same seed gives the same scenario.
///
/// # Errors
/// [`PlanError`] when there are too few people for the cases.
pub fn plan(
    people: usize,
    setting: Setting<'_>,
    census: &Census,
    pack: &CountryPack,
    seed: [u8; 32],
) -> Result<Scenario, PlanError> {
    if people < FEWEST_PEOPLE {
        return Err(PlanError::TooFewPeople { people });
    }
    let rng = &mut ChaCha8Rng::from_seed(seed);
    let (mut residents, cast) = (0..ATTEMPTS)
        .find_map(|_| {
            let residents = village::settle(people, setting, census, rng);
            let cast = Cast::choose(&residents, rng)?;
            Some((residents, cast))
        })
        .ok_or(PlanError::Unsuitable { people })?;
    make_too_young(&mut residents[cast.too_young], setting, rng);
    let mut visits: Vec<Visit> =
        residents.iter().enumerate().map(|(index, one)| first_visit(index, one, &cast)).collect();
    for (disguise, resident) in cast.doubles.iter().enumerate() {
        let first = visits[*resident].clone();
        let claimed = disguised(&first.claimed, disguise, census, pack, rng);
        visits.push(Visit {
            number: visits.len(),
            claimed,
            plant: Some(Plant::DoubleRegistration { of: first.number }),
            kit: (first.kit + 1) % KITS,
            impression: 1,
            ..first
        });
    }
    Ok(Scenario { county: setting.county.to_owned(), today: setting.today, residents, visits })
}

/// Who plays which part; each resident at most one.
struct Cast {
    doubles: Vec<usize>,
    too_young: usize,
    without_consent: Vec<usize>,
    without_prints: Vec<usize>,
    tampered: usize,
    replayed: usize,
}

impl Cast {
    /// `None` when the village lacks somebody.
    fn choose(residents: &[Resident], rng: &mut impl Rng) -> Option<Self> {
        let mut left = shuffled(residents.len(), rng);
        let mut take = |count: usize, fits: &dyn Fn(&Resident) -> bool| {
            let (chosen, rest): (Vec<usize>, Vec<usize>) =
                left.iter().partition(|index| fits(&residents[**index]));
            (chosen.len() >= count).then(|| {
                left = rest.into_iter().chain(chosen[count..].iter().copied()).collect();
                chosen[..count].to_vec()
            })
        };
        // A known day and a second name leave something to change.
        let may_double = |one: &Resident| {
            one.age >= DOUBLES_FROM
                && one.other_name.is_some()
                && matches!(one.date_of_birth, DateOfBirth::Day { .. })
        };
        let minor = |one: &Resident| one.age < 18 && one.guardian.is_some();
        let adult = |one: &Resident| one.age >= 18;
        let doubles = take(DOUBLE_REGISTRATIONS, &may_double)?;
        let mut minors = take(1 + MINORS_WITHOUT_CONSENT, &minor)?;
        let without_prints = take(WITHOUT_PRINTS, &adult)?;
        let senders = take(2, &adult)?;
        Some(Self {
            doubles,
            too_young: minors.pop()?,
            without_consent: minors,
            without_prints,
            tampered: senders[0],
            replayed: senders[1],
        })
    }

    fn plant(&self, resident: usize) -> Option<Plant> {
        if resident == self.too_young {
            Some(Plant::ChildUnderSix)
        } else if self.without_consent.contains(&resident) {
            Some(Plant::MinorWithoutConsent)
        } else if self.without_prints.contains(&resident) {
            Some(Plant::NoUsablePrints)
        } else if resident == self.tampered {
            Some(Plant::TamperedPacket)
        } else if resident == self.replayed {
            Some(Plant::Replay)
        } else {
            None
        }
    }
}

/// Everybody comes once, a household to one kit.
fn first_visit(index: usize, resident: &Resident, cast: &Cast) -> Visit {
    let plant = cast.plant(index);
    let without_prints = plant == Some(Plant::NoUsablePrints);
    Visit {
        number: index,
        resident: index,
        claimed: resident.clone(),
        plant,
        kit: resident.household % KITS,
        guardian_consents: plant != Some(Plant::MinorWithoutConsent),
        hands: if without_prints { Hands::Unusable } else { Hands::Usable },
        impression: 0,
    }
}

fn make_too_young(child: &mut Resident, setting: Setting<'_>, rng: &mut impl Rng) {
    child.age = TOO_YOUNG;
    child.date_of_birth = village::date_of_birth(TOO_YOUNG, setting.today, rng);
}

/// The same person under another name, in the ways that registers have met: order swapped,
/// spelling changed, another given name, a name left out; always with a conventional date,
/// another telephone and another paper.
pub(crate) fn disguised(
    first: &Resident,
    disguise: usize,
    census: &Census,
    pack: &CountryPack,
    rng: &mut impl Rng,
) -> Resident {
    let mut second = first.clone();
    let other = first.other_name.clone().unwrap_or_default();
    match disguise % 4 {
        0 => {
            second.given_name.clone_from(&other);
            second.other_name = Some(first.surname.clone());
            second.surname.clone_from(&first.given_name);
        }
        1 => {
            second.given_name = respelt(&first.given_name, pack);
            second.other_name = Some(respelt(&first.surname, pack));
            second.surname = other;
        }
        2 => second.given_name = another_given_name(first, census, rng),
        _ => {
            second.surname = respelt(&first.surname, pack);
            second.given_name = other;
            second.other_name = Some(first.given_name.clone());
        }
    }
    if let DateOfBirth::Day { date } = first.date_of_birth {
        second.date_of_birth = DateOfBirth::ConventionalFirstOfJanuary { year: date.year() };
    }
    second.telephone = Some(village::telephone(rng));
    second.identity_card = None;
    second.birth_certificate = Some(chance::digits(9, rng));
    second
}

/// A spelling that the pack knows for the name, else a slip of the pen: two inner letters
/// swapped, or one doubled when they are alike.
fn respelt(name: &str, pack: &CountryPack) -> String {
    let known = pack.name_variants().iter().find_map(|entry| match entry.relation {
        VariantRelation::Equivalent if entry.name == name => Some(&entry.variant),
        VariantRelation::Equivalent if entry.variant == name => Some(&entry.name),
        _ => None,
    });
    let plain = |name: &&String| name.chars().all(char::is_alphabetic);
    if let Some(known) = known.filter(plain) {
        return known.clone();
    }
    let mut letters: Vec<char> = name.chars().collect();
    let at = letters.len() / 2;
    if letters.len() < 4 || !letters[at].is_alphabetic() || !letters[at - 1].is_alphabetic() {
        letters.extend(letters.last().copied());
    } else if letters[at] == letters[at - 1] {
        letters.insert(at, letters[at]);
    } else {
        letters.swap(at, at - 1);
    }
    letters.into_iter().collect()
}

fn another_given_name(first: &Resident, census: &Census, rng: &mut impl Rng) -> String {
    let female = first.sex == niims_record::person::Sex::Female;
    let mut name = census.given_name(female, rng);
    while name == first.given_name {
        name = census.given_name(female, rng);
    }
    name
}

/// The numbers below `count` in random order (Fisher and Yates).
fn shuffled(count: usize, rng: &mut impl Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        order.swap(last, chance::below(last as u64 + 1, rng) as usize);
    }
    order
}

#[cfg(test)]
mod tests;
