//! The reports: outcomes, parity, age of the queue, reviewers.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use niims_record::adjudication::Verdict;
use niims_record::desk::{
    Figure, Judged, Rate, drifts, kappa_permille, median, ninetieth, suppress,
};
use niims_record::{CaseId, OfficerId};
use niims_store::Tx;
use niims_store::desk::opinions::{self, StoredOpinion};
use niims_store::desk::outcomes::{self, GroupBy, GroupCounts};
use niims_store::desk::queue;
use niims_wire::Problem;
use niims_wire::desk::{
    AgreementRow, DeskReports, OutcomeRow, ParityRow, QueueAgeRow, ReportBy, ReportPeriod,
    ReviewerRow,
};

use super::error::{DeskError, refused};
use super::roles::{ADJUDICATOR, AUDITOR, SENIOR_ADJUDICATOR, SUPERVISOR, has, holder};
use crate::Register;

/// Fewest decisions of which times are given.
const LEAST_TIMES: usize = 10;
/// Hours at which the age of the queue is cut.
const AGES: [u32; 5] = [0, 4, 24, 72, 168];
/// Standard deviations beyond which a difference of rates is noticeable: 99 in 100.
const NOTICEABLE: f64 = 2.576;

#[async_trait]
impl DeskReports for Register {
    async fn outcomes(
        &self,
        period: ReportPeriod,
        by: ReportBy,
        officer: OfficerId,
    ) -> Result<Vec<OutcomeRow>, Problem> {
        let work = async {
            let mut tx = self.db.read().await?;
            holder(&mut tx, officer, &[SUPERVISOR, AUDITOR], self.clock.now()).await?;
            let by = group_by(by);
            let counts = outcomes::counts(&mut tx, period.from, period.until, by).await?;
            let times = outcomes::times(&mut tx, period.from, period.until, by).await?;
            Ok(outcome_rows(&counts, &times, self.pack.desk().least_count))
        };
        work.await.map_err(DeskError::into_problem)
    }

    async fn parity(
        &self,
        period: ReportPeriod,
        by: ReportBy,
        officer: OfficerId,
    ) -> Result<Vec<ParityRow>, Problem> {
        let work = async {
            if !matches!(by, ReportBy::Sex | ReportBy::AgeBand) {
                let detail = "Ask by sex or by age band.";
                let title = "There is no parity report by that";
                return Err(refused(422, "desk.no_such_group", title, detail).into());
            }
            let mut tx = self.db.read().await?;
            holder(&mut tx, officer, &[SUPERVISOR, AUDITOR], self.clock.now()).await?;
            let (from, until) = (period.from, period.until);
            let counts = outcomes::counts(&mut tx, from, until, group_by(by)).await?;
            Ok(parity_rows(&counts, self.pack.desk().least_count))
        };
        work.await.map_err(DeskError::into_problem)
    }

    async fn queue_age(
        &self,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<Vec<QueueAgeRow>, Problem> {
        let work = async {
            let mut tx = self.db.read().await?;
            holder(&mut tx, officer, &[SUPERVISOR, AUDITOR], at).await?;
            queue_age(&mut tx, at).await
        };
        work.await.map_err(DeskError::into_problem)
    }

    async fn reviewers(
        &self,
        period: ReportPeriod,
        officer: OfficerId,
    ) -> Result<Vec<ReviewerRow>, Problem> {
        let work = async {
            let mut tx = self.db.read().await?;
            let all = [SUPERVISOR, AUDITOR, ADJUDICATOR, SENIOR_ADJUDICATOR];
            let who = holder(&mut tx, officer, &all, self.clock.now()).await?;
            let given = opinions::between(&mut tx, period.from, period.until).await?;
            let mut rows = reviewer_rows(self, &given);
            if !has(&who, &[SUPERVISOR, AUDITOR]) {
                rows.retain(|row| row.officer == officer);
            }
            Ok(rows)
        };
        work.await.map_err(DeskError::into_problem)
    }

    async fn agreement(
        &self,
        period: ReportPeriod,
        officer: OfficerId,
    ) -> Result<Vec<AgreementRow>, Problem> {
        let work = async {
            let mut tx = self.db.read().await?;
            holder(&mut tx, officer, &[SUPERVISOR, AUDITOR], self.clock.now()).await?;
            let given = opinions::between(&mut tx, period.from, period.until).await?;
            Ok(agreement_rows(&given))
        };
        work.await.map_err(DeskError::into_problem)
    }
}

const fn group_by(by: ReportBy) -> GroupBy {
    match by {
        ReportBy::All => GroupBy::All,
        ReportBy::County => GroupBy::County,
        ReportBy::Kit => GroupBy::Kit,
        ReportBy::Officer => GroupBy::Officer,
        ReportBy::QualityDecile => GroupBy::QualityDecile,
        ReportBy::AgeBand => GroupBy::AgeBand,
        ReportBy::Sex => GroupBy::Sex,
    }
}

/// Rows of counts, small ones suppressed: down each column, so that none follows from the total
/// of all groups, and across each row, so that none follows from the searched or the hits.
fn outcome_rows(counts: &[GroupCounts], times: &[(String, i64)], least: u64) -> Vec<OutcomeRow> {
    let open = |row: &GroupCounts| row.hits.saturating_sub(row.verdicts.iter().sum());
    let table: Vec<[u64; 7]> = counts
        .iter()
        .map(|row| {
            let [same, different, recapture, fraud] = row.verdicts;
            [row.searched, row.hits, same, different, recapture, fraud, open(row)]
        })
        .collect();
    let mut shown: Vec<[Figure; 7]> =
        table.iter().map(|row| row.map(|count| Figure::Count { count })).collect();
    for column in 0..7 {
        let counts: Vec<u64> = table.iter().map(|row| row[column]).collect();
        for (row, figure) in shown.iter_mut().zip(suppress(&counts, least)) {
            row[column] = worse(row[column], figure);
        }
    }
    for (row, counts) in shown.iter_mut().zip(&table) {
        // What the hits are made of.
        for (at, figure) in suppress(&counts[2..], least).into_iter().enumerate() {
            row[at + 2] = worse(row[at + 2], figure);
        }
    }
    counts
        .iter()
        .zip(shown)
        .map(|(row, [searched, hits, confirmed, false_hits, cannot_tell, fraud, open])| {
            let of_group: Vec<i64> =
                times.iter().filter(|(group, _)| *group == row.group).map(|(_, s)| *s).collect();
            let enough = of_group.len() >= LEAST_TIMES;
            OutcomeRow {
                group: row.group.clone(),
                searched,
                hits,
                confirmed,
                false_hits,
                cannot_tell,
                fraud,
                open,
                median_seconds: median(&of_group).filter(|_| enough),
                ninetieth_seconds: ninetieth(&of_group).filter(|_| enough),
            }
        })
        .collect()
}

const fn worse(one: Figure, other: Figure) -> Figure {
    match (one, other) {
        (Figure::Count { .. }, shown) => shown,
        (Figure::Suppressed, _) => Figure::Suppressed,
    }
}

fn parity_rows(counts: &[GroupCounts], least: u64) -> Vec<ParityRow> {
    let false_hits = |row: &GroupCounts| row.verdicts[1];
    let all = |of: fn(&GroupCounts) -> u64| counts.iter().map(of).sum::<u64>();
    let (searched, stopped) = (all(|row| row.searched), all(|row| row.verdicts[1]));
    counts
        .iter()
        // A group in which people could be singled out is left out whole.
        .filter(|row| row.searched >= least && (row.hits == 0 || row.hits >= least))
        .map(|row| {
            let mine = Rate { hits: false_hits(row), of: row.searched };
            let others = Rate { hits: stopped - mine.hits, of: searched - mine.of };
            ParityRow {
                group: row.group.clone(),
                hit_rate: Rate { hits: row.hits, of: row.searched },
                false_hit_rate: mine,
                ratio_permille: ratio(mine, others),
                noticeable: noticeable(mine, others),
            }
        })
        .collect()
}

fn ratio(mine: Rate, others: Rate) -> Option<u32> {
    let divisor = u128::from(others.hits) * u128::from(mine.of);
    let ratio = (u128::from(mine.hits) * u128::from(others.of) * 1_000).checked_div(divisor)?;
    u32::try_from(ratio).ok()
}

/// Whether two rates differ by more than chance: the difference of proportions against its
/// pooled standard error.
fn noticeable(mine: Rate, others: Rate) -> bool {
    if mine.of == 0 || others.of == 0 {
        return false;
    }
    let (n, m) = (mine.of as f64, others.of as f64);
    let (p, q) = (mine.hits as f64 / n, others.hits as f64 / m);
    let pooled = (mine.hits + others.hits) as f64 / (n + m);
    let error = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    error > 0.0 && (p - q).abs() / error > NOTICEABLE
}

async fn queue_age(tx: &mut Tx, at: Timestamp) -> Result<Vec<QueueAgeRow>, DeskError> {
    let moments: Vec<Timestamp> =
        AGES.iter().map(|hours| at - SignedDuration::from_hours((*hours).into())).collect();
    let counts = queue::counts_before(tx, &moments).await?;
    let mut rows = Vec::new();
    for needs in [queue::Needs::Reviewer, queue::Needs::Senior] {
        let stage = match needs {
            queue::Needs::Reviewer => "awaits_reviewer",
            queue::Needs::Senior => "awaits_senior",
        };
        for (index, hours) in AGES.iter().enumerate() {
            let of = |moment: Option<&Timestamp>| {
                let found = counts.iter().find(|(n, m, _)| *n == needs && Some(m) == moment);
                found.map_or(0, |(.., count)| *count)
            };
            let older = of(moments.get(index + 1));
            let cases = of(moments.get(index)).saturating_sub(older);
            rows.push(QueueAgeRow { stage: stage.to_owned(), from_hours: *hours, cases });
        }
    }
    Ok(rows)
}

/// Opinions by case, in the order given.
fn by_case(given: &[StoredOpinion]) -> BTreeMap<CaseId, Vec<&StoredOpinion>> {
    let mut cases: BTreeMap<CaseId, Vec<&StoredOpinion>> = BTreeMap::new();
    for opinion in given {
        cases.entry(opinion.case).or_default().push(opinion);
    }
    cases
}

fn reviewer_rows(register: &Register, given: &[StoredOpinion]) -> Vec<ReviewerRow> {
    let agreement = agreement_rows(given);
    let mut of: BTreeMap<OfficerId, Vec<&StoredOpinion>> = BTreeMap::new();
    for opinion in given {
        of.entry(opinion.officer).or_default().push(opinion);
    }
    let overruled = overruled(given);
    of.into_iter()
        .map(|(officer, mine)| {
            let judged = judge(officer, &mine, &agreement);
            let undecided = mine.iter().filter(|o| o.planted.is_some() && !says(o)).count();
            ReviewerRow {
                officer,
                opinions: mine.len() as u64,
                undecided: undecided as u64,
                median_seconds: median(&judged.seconds),
                overruled: overruled.get(&officer).copied().unwrap_or(0),
                drifts: drifts(&judged, register.pack.desk().drift),
                sensitivity: judged.sensitivity,
                specificity: judged.specificity,
            }
        })
        .collect()
}

/// Whether an opinion says that two are one or that they are not.
const fn says(opinion: &StoredOpinion) -> bool {
    matches!(opinion.verdict, Verdict::SamePerson { .. } | Verdict::DifferentPeople)
}

/// What is known of one reviewer. Whoever cannot tell is neither right nor wrong: counted apart.
fn judge(officer: OfficerId, mine: &[&StoredOpinion], agreement: &[AgreementRow]) -> Judged {
    let mut judged = Judged::default();
    for opinion in mine {
        judged.seconds.extend(opinion.seconds);
        let Some(kind) = opinion.planted.filter(|_| says(opinion)) else { continue };
        let same = matches!(opinion.verdict, Verdict::SamePerson { .. });
        let rate =
            if kind.one_person() { &mut judged.sensitivity } else { &mut judged.specificity };
        rate.of += 1;
        rate.hits += u64::from(same == kind.one_person());
    }
    let pairs = agreement.iter().filter(|row| row.first == officer || row.second == officer);
    judged.agreement =
        pairs.filter_map(|row| row.kappa_permille.map(|kappa| (kappa, row.cases))).collect();
    judged
}

/// Opinions of the first two against which a third decided.
fn overruled(given: &[StoredOpinion]) -> BTreeMap<OfficerId, u64> {
    let mut found = BTreeMap::new();
    for opinions in by_case(given).values() {
        if let [first, second, third] = opinions[..] {
            for early in [first, second] {
                if early.verdict != third.verdict {
                    *found.entry(early.officer).or_insert(0) += 1;
                }
            }
        }
    }
    found
}

/// Agreement of the first two of each case, who judged blindly.
fn agreement_rows(given: &[StoredOpinion]) -> Vec<AgreementRow> {
    let mut pairs: BTreeMap<(OfficerId, OfficerId), Vec<(Verdict, Verdict)>> = BTreeMap::new();
    for opinions in by_case(given).values() {
        if let [first, second, ..] = opinions[..] {
            let swapped = first.officer > second.officer;
            let (a, b) = if swapped { (second, first) } else { (first, second) };
            pairs.entry((a.officer, b.officer)).or_default().push((a.verdict, b.verdict));
        }
    }
    pairs
        .into_iter()
        .map(|((first, second), verdicts)| AgreementRow {
            first,
            second,
            cases: verdicts.len() as u64,
            kappa_permille: kappa_permille(&verdicts),
        })
        .collect()
}
