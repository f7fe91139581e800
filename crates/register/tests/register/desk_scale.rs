//! Many cases: decided by scripted reviewers who err, they leave one number per person; and the
//! queue costs the same however long it is.

use std::collections::BTreeMap;
use std::time::Instant;

use jiff::SignedDuration;
use niims_record::adjudication::{Case, Verdict};
use niims_record::application::{Application, CaseReason};
use niims_record::desk::{Priority, Skill, due_at};
use niims_record::person::PersonStatus;
use niims_record::{ApplicationId, CaseId, OfficerId};
use niims_store::cases::{self, StoredCase};
use niims_store::desk::queue::{self, Needs, Queued};
use niims_store::testing::TestDatabase;
use niims_store::{applications, people};
use niims_wire::desk::{AppealAsked, CaseQueue, FollowUp, MergeProposed, QueueFilter};

use crate::fixture::seed::{self, Prepared};
use crate::fixture::{ADJUDICATORS, FRESH, MORE_SENIORS, RELATIONS, SENIOR, World, worlds};

/// Cases of the ordinary test; `NIIMS_CASES` asks for more.
const CASES: u64 = 60;
/// Of a hundred opinions of a reviewer, so many are wrong.
const ERRORS: u64 = 25;

/// A world with its truth: who is behind each application.
struct Script {
    world: World,
    truth: BTreeMap<ApplicationId, u64>,
    seed: u64,
}

impl Script {
    /// A number below a bound, the same on each run.
    fn draw(&mut self, below: u64) -> u64 {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) % below
    }

    /// What is true of a case.
    fn right(&self, case: &StoredCase) -> Verdict {
        let person = self.truth[&case.application];
        let same = case.candidates.iter().find(|c| self.truth[&c.application] == person);
        same.map_or(Verdict::DifferentPeople, |c| Verdict::SamePerson { candidate: c.application })
    }

    /// What a reviewer says who errs now and then.
    fn says(&mut self, case: &StoredCase) -> Verdict {
        let right = self.right(case);
        // Who decides an appeal takes their time: there is only one.
        let careful = case.reason == CaseReason::Appeal;
        if careful || self.draw(100) >= ERRORS {
            return right;
        }
        match (right, case.candidates.first()) {
            (Verdict::DifferentPeople, Some(first)) => {
                Verdict::SamePerson { candidate: first.application }
            }
            _ => Verdict::DifferentPeople,
        }
    }

    /// Everybody works until nothing is open. Reviewers take what the queue gives them.
    async fn work(&mut self) {
        let reviewers: Vec<OfficerId> = [ADJUDICATORS, FRESH].concat();
        let seniors = [SENIOR, MORE_SENIORS[0], MORE_SENIORS[1]];
        loop {
            let mut done = 0;
            for officer in reviewers.iter().chain(&seniors) {
                let senior = seniors.contains(officer);
                let filter = QueueFilter { skill: None, senior_only: senior };
                self.world.pass(SignedDuration::from_secs(70));
                let now = self.world.now();
                let Some(entry) =
                    self.world.register.claim_next(*officer, filter, now).await.unwrap()
                else {
                    continue;
                };
                let case =
                    cases::get(&mut self.world.read().await, entry.case).await.unwrap().unwrap();
                let verdict = if senior { self.right(&case) } else { self.says(&case) };
                self.world.opine(entry.case, *officer, verdict).await.unwrap();
                done += 1;
            }
            seed::drain(&self.world).await;
            if done == 0 && queue::any(&mut self.world.read().await, 1).await.unwrap().is_empty() {
                return;
            }
        }
    }

    /// People who were linked to somebody else's record appeal.
    async fn appeal_wrong_links(&mut self) -> usize {
        let mut wronged = Vec::new();
        for (&application, person) in &self.truth {
            if let Application::Linked { to, .. } = self.world.state(application).await
                && self.truth[&to] != *person
            {
                wronged.push(application);
            }
        }
        for application in &wronged {
            let asked = AppealAsked {
                application_number: self.world.slip(*application).await,
                ground: "this record is not mine".into(),
                officer: RELATIONS,
            };
            self.world.register.appeal(asked, self.world.now()).await.unwrap();
        }
        wronged.len()
    }

    /// Numbers in use of each person.
    async fn numbers(&self) -> BTreeMap<u64, Vec<ApplicationId>> {
        let mut found: BTreeMap<u64, Vec<ApplicationId>> = BTreeMap::new();
        for (&application, person) in &self.truth {
            let numbers = found.entry(*person).or_default();
            let Application::Numbered { person } = self.world.state(application).await else {
                continue;
            };
            let status = people::get(&mut self.world.read().await, person).await.unwrap().unwrap();
            if status.status == PersonStatus::Living {
                numbers.push(application);
            }
        }
        found
    }

    /// Whoever looks over the register proposes to merge what is one person's.
    async fn merge_doubles(&mut self) -> usize {
        let mut merges = 0;
        for numbered in self.numbers().await.into_values() {
            for goes in numbered.iter().skip(1) {
                let digits = async |id| {
                    let number = self.world.number_of(id).await.unwrap();
                    number.digits()
                };
                let proposed = MergeProposed {
                    stays: digits(numbered[0]).await,
                    goes: digits(*goes).await,
                    note: "found by a check of the register".into(),
                    officer: SENIOR,
                };
                if self.world.register.propose_merge(proposed, self.world.now()).await.is_ok() {
                    merges += 1;
                }
            }
        }
        merges
    }
}

/// Places people and their later registrations: doubles of themselves, and people who only look
/// alike. `cases` of them go to the desk.
async fn script(test: TestDatabase, cases: u64) -> Script {
    let world = World::over(test, |matcher| matcher).await;
    let mut script = Script { world, truth: BTreeMap::new(), seed: 11 };
    let mut known: Vec<(ApplicationId, u64)> = Vec::new();
    let (mut n, mut people) = (0, 0);
    while n < cases * 2 {
        let mut tx = script.world.write().await;
        for _ in 0..50 {
            people += 1;
            let prepared = Prepared::new(&seed::adult(people));
            let first = seed::place(&script.world, &mut tx, n, &prepared, None).await;
            n += 1;
            script.truth.insert(first, people);
            let earlier = known.get(script.draw(known.len().max(1) as u64) as usize).copied();
            known.push((first, people));
            // A double of this person, or somebody new who looks like one before.
            let double = script.draw(2) == 0;
            let person = if double { people } else { people + 1 };
            let mut found = vec![seed::by_name(first)];
            found.extend(earlier.map(|(id, _)| seed::by_name(id)));
            let prepared = Prepared::new(&seed::adult(person));
            let later = seed::place(&script.world, &mut tx, n, &prepared, Some(found)).await;
            n += 1;
            script.truth.insert(later, person);
            if !double {
                people += 1;
            }
        }
        tx.commit().await.unwrap();
    }
    seed::drain(&script.world).await;
    script
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seeded_cases_decided_by_people_who_err_leave_one_number_per_person() {
    let cases = std::env::var("NIIMS_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(CASES);
    for test in TestDatabase::each().await.unwrap() {
        let begun = Instant::now();
        let mut script = script(test, cases).await;
        script.work().await;
        let mut mended = (0, 0);
        for _ in 0..20 {
            let appeals = script.appeal_wrong_links().await;
            script.work().await;
            let merges = script.merge_doubles().await;
            script.work().await;
            mended = (mended.0 + appeals, mended.1 + merges);
            if appeals + merges == 0 {
                break;
            }
        }
        for (person, numbered) in script.numbers().await {
            assert_eq!(numbered.len(), 1, "person {person}");
        }
        let wronged = mended.0 + mended.1;
        assert!(wronged > 0, "reviewers who err wrong somebody, or the test tests nothing");
        eprintln!(
            "{cases} cases, {} appeals, {} merges: one number per person, {:.1} s",
            mended.0,
            mended.1,
            begun.elapsed().as_secs_f64()
        );
    }
}

/// A queue of so many cases of one applicant each.
async fn fill(world: &World, queued: u64) -> ApplicationId {
    let mut tx = world.write().await;
    let prepared = Prepared::new(&seed::adult(1));
    let candidate = seed::place(world, &mut tx, 1, &prepared, None).await;
    tx.commit().await.unwrap();
    seed::drain(world).await;
    let begun = world.now();
    let mut n = 0;
    while n < queued {
        let mut tx = world.write().await;
        for _ in 0..1_000.min(queued - n) {
            n += 1;
            let id = seed::bare(world, &mut tx, 1_000 + n).await;
            let case = CaseId::from_bytes(*id.as_bytes());
            let reason = CaseReason::LikelyDuplicate;
            let candidates = [seed::by_name(candidate)];
            cases::insert(&mut tx, case, id, reason, &candidates, begun).await.unwrap();
            let priority = Priority::ALL[(n % 4) as usize];
            let opened_at = begun + SignedDuration::from_secs(n as i64);
            let queued = Queued {
                case,
                needs: if n % 10 == 0 { Needs::Senior } else { Needs::Reviewer },
                skill: Skill::ALL[(n % 4) as usize],
                priority,
                opened_at,
                due_at: due_at(opened_at, priority),
                claimed: None,
            };
            let token = niims_store::desk::reviewers::Tie::Application(id);
            let token = token.token(tx.keyring());
            queue::insert(&mut tx, &queued, &[token]).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    candidate
}

/// Walks the whole queue by its pages: each case once, in order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_the_queue_show_each_case_once_in_order() {
    for world in worlds().await {
        fill(&world, 1_300).await;
        for (officer, all) in [(SENIOR, 1_300), (ADJUDICATORS[0], 1_170)] {
            let (mut after, mut seen) = (None, Vec::new());
            loop {
                let page = world.register.page(officer, QueueFilter::default(), after, world.now());
                let page = page.await.unwrap();
                seen.extend(page.entries.iter().map(|entry| (entry.due_at, entry.case)));
                let Some(next) = page.next else { break };
                let text: niims_wire::desk::QueueCursor = next.to_string().parse().unwrap();
                after = Some(text);
            }
            assert_eq!(seen.len(), all);
            assert!(seen.is_sorted() && seen.windows(2).all(|pair| pair[0] != pair[1]));
        }
    }
}

/// `NIIMS_QUEUE=100000 cargo test … --ignored` says what a page costs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement of minutes"]
async fn a_page_costs_the_same_however_long_the_queue_is() {
    let long = std::env::var("NIIMS_QUEUE").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    for test in TestDatabase::each().await.unwrap() {
        let world = World::over(test, |matcher| matcher).await;
        fill(&world, 100).await;
        let short = page_time(&world).await;
        drop(world);
        eprintln!("100 open cases: p50 {:.1} ms, p99 {:.1} ms", short.0, short.1);
    }
    for test in TestDatabase::each().await.unwrap() {
        let backend = test.database.backend();
        let world = World::over(test, |matcher| matcher).await;
        fill(&world, long).await;
        let (half, most) = page_time(&world).await;
        let begun = Instant::now();
        let claimed = world.register.claim_next(SENIOR, QueueFilter::default(), world.now()).await;
        assert!(claimed.unwrap().is_some());
        let claim = begun.elapsed().as_secs_f64() * 1e3;
        eprintln!(
            "{backend:?}, {long} open cases: page p50 {half:.1} ms, p99 {most:.1} ms; claim {claim:.1} ms"
        );
    }
}

/// Half and 99 of 100 pages take at most so many milliseconds; pages from all over the queue.
async fn page_time(world: &World) -> (f64, f64) {
    let mut times = Vec::new();
    let mut after = None;
    for _ in 0..200 {
        let begun = Instant::now();
        let page = world.register.page(SENIOR, QueueFilter::default(), after, world.now()).await;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        after = page.unwrap().next;
    }
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

/// Nothing of what is decided is left open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decided_case_leaves_the_queue() {
    for world in worlds().await {
        let mut tx = world.write().await;
        let prepared = Prepared::new(&seed::adult(1));
        let first = seed::place(&world, &mut tx, 1, &prepared, None).await;
        let found = Some(vec![seed::by_name(first)]);
        let later = seed::place(&world, &mut tx, 2, &prepared, found).await;
        tx.commit().await.unwrap();
        seed::drain(&world).await;
        let case = world.case_of(later).await;
        for officer in &ADJUDICATORS[..2] {
            let same = Verdict::SamePerson { candidate: first };
            world.opine(case.id, *officer, same).await.unwrap();
        }
        let mut tx = world.read().await;
        assert_eq!(queue::any(&mut tx, 9).await.unwrap(), []);
        let decided = cases::get(&mut tx, case.id).await.unwrap().unwrap();
        assert!(matches!(decided.stage, Case::Decided { .. }));
        let stored = applications::get(&mut tx, later).await.unwrap().unwrap();
        assert_eq!(stored.state, Application::Linked { to: first, case: case.id });
    }
}
