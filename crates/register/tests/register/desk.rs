//! The desk: who gets which case, what is seen, what is taken, and what is left behind.

use jiff::SignedDuration;
use niims_record::adjudication::Verdict;
use niims_record::application::Application;
use niims_record::desk::{Mark, MarkShape, MarkSide, PlantedKind, Skill};
use niims_record::staff::{Period, Role};
use niims_record::{ApplicationId, CaseId, DutyId, OfficerId};
use niims_store::desk::planted;
use niims_store::disclosures;
use niims_store::officers::{self, OfficerStatus};
use niims_store::staff::duties::{self, StoredDuty};
use niims_wire::desk::{
    CaseQueue, CaseReview, DeskAudit, DeskReports, DifferenceKind, ImageOf, PlantedPair,
    PlantedPairs, QueueFilter, ReportPeriod, ReviewerProfile, Reviewers, SideOf,
};

use crate::fixture::desk::{decision, refusal};
use crate::fixture::{
    ADJUDICATORS, AUDITOR, CAPTURER, CAPTURER_WHO_ADJUDICATES, FRESH, Person, SENIOR, SUPERVISOR,
    World, worlds,
};

/// A person and their disguised double: the first, the second, and the case.
async fn double(world: &World, n: u8) -> (ApplicationId, ApplicationId, CaseId) {
    let first = Person::adult(n);
    let (known, _) = world.carry(&first).await;
    let mut again = first.disguised(1);
    again.officer = CAPTURER_WHO_ADJUDICATES;
    let (application, _) = world.carry(&again).await;
    (known, application, world.case_of(application).await.id)
}

async fn listed(world: &World, officer: OfficerId) -> Vec<CaseId> {
    let page = world.register.page(officer, QueueFilter::default(), None, world.now()).await;
    page.unwrap().entries.into_iter().map(|entry| entry.case).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_kept_from_those_who_must_not_decide_it() {
    for world in worlds().await {
        let (_, application, case) = double(&world, 0).await;
        let [one, two, three] = ADJUDICATORS;
        assert_eq!(listed(&world, one).await, [case]);
        // Who captured it does not even see it.
        assert_eq!(listed(&world, CAPTURER_WHO_ADJUDICATES).await, []);
        let at = world.now();
        let own = world.register.claim(case, CAPTURER_WHO_ADJUDICATES, at).await;
        assert_eq!(refusal(own), (409, "desk.not_for_you".into()));
        let nobody = world.register.page(CAPTURER, QueueFilter::default(), None, at).await;
        assert_eq!(refusal(nobody), (403, "adjudication.not_an_adjudicator".into()));
        // Nor whoever is of the family, of the place, or the applicant; in any spelling.
        let slip = world.slip(application).await;
        let of_family =
            ReviewerProfile { family_names: vec!["ZABROVIK".into()], ..ReviewerProfile::default() };
        let themselves =
            ReviewerProfile { own_application: Some(slip), ..ReviewerProfile::default() };
        for profile in [of_family, themselves] {
            let stated = world.register.state_profile(one, profile, SUPERVISOR, at).await;
            stated.unwrap();
            assert_eq!(listed(&world, one).await, []);
            assert_eq!(
                refusal(world.register.claim(case, one, at).await),
                (409, "desk.not_for_you".into())
            );
        }
        let childless = ReviewerProfile { skills: vec![Skill::Child], ..Default::default() };
        world.register.state_profile(two, childless, SUPERVISOR, at).await.unwrap();
        assert_eq!(listed(&world, two).await, []);
        let code = refusal(world.register.claim(case, two, at).await);
        assert_eq!(code, (409, "desk.skill_missing".into()));
        let mine = ReviewerProfile::default();
        let code = refusal(world.register.state_profile(SUPERVISOR, mine, SUPERVISOR, at).await);
        assert_eq!(code, (403, "desk.not_yourself".into()));
        assert_eq!(listed(&world, three).await, [case]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_keeps_a_case_for_its_time_and_no_longer() {
    for world in worlds().await {
        let (.., case) = double(&world, 0).await;
        let [one, two, _] = ADJUDICATORS;
        let first = world.register.claim_next(one, QueueFilter::default(), world.now()).await;
        assert_eq!(first.unwrap().unwrap().case, case);
        assert_eq!(listed(&world, two).await, []);
        let code = refusal(world.register.claim(case, two, world.now()).await);
        assert_eq!(code, (409, "desk.claimed_by_other".into()));
        let none = world.register.claim_next(two, QueueFilter::default(), world.now()).await;
        assert_eq!(none.unwrap(), None);
        assert_eq!(world.register.claims(one, world.now()).await.unwrap().len(), 1);
        // Given back, another may take it; so may they when time is over.
        world.register.release(case, one, world.now()).await.unwrap();
        assert_eq!(listed(&world, two).await, [case]);
        let opened = world.open(case, one).await.unwrap();
        world.pass(SignedDuration::from_mins(31));
        let given = decision(&opened, one, Verdict::DifferentPeople);
        let late = world.register.decide(case, given, world.now()).await;
        assert_eq!(refusal(late), (409, "desk.not_claimed".into()));
        world.register.claim(case, two, world.now()).await.unwrap();
        let given = decision(&opened, one, Verdict::DifferentPeople);
        let late = world.register.decide(case, given, world.now()).await;
        assert_eq!(refusal(late), (409, "desk.claimed_by_other".into()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_decided_is_refused_without_effect() {
    for world in worlds().await {
        let (known, application, case) = double(&world, 0).await;
        let [one, two, _] = ADJUDICATORS;
        let opened = world.open(case, one).await.unwrap();
        let good = || decision(&opened, one, Verdict::SamePerson { candidate: known });
        let check =
            async |change: &dyn Fn(&mut niims_wire::desk::DecisionGiven), status, code: &str| {
                let mut given = good();
                change(&mut given);
                let refused = world.register.decide(case, given, world.now()).await;
                assert_eq!(refusal(refused), (status, code.to_owned()));
            };
        check(&|d| d.version += 1, 409, "desk.version_moved").await;
        check(&|d| d.view = niims_record::ViewId::from_bytes([1; 16]), 409, "desk.view_unknown")
            .await;
        check(&|d| d.reasons.clear(), 422, "adjudication.no_reason").await;
        check(&|d| d.reasons[0] = "law.under_six".into(), 422, "adjudication.reason_unknown").await;
        let other = "adjudication.prints_differ";
        check(&|d| d.reasons[0] = other.into(), 422, "desk.reason_of_other_verdict").await;
        check(&|d| d.note = Some("x".repeat(2_001)), 422, "desk.note_too_long").await;
        let stray = Mark {
            side: MarkSide::Candidate { index: 7 },
            finger: 2,
            shape: MarkShape::Point { x: 1, y: 1 },
        };
        check(&|d| d.marks = vec![stray], 422, "desk.marks_out_of_bounds").await;
        let forged = Verdict::SamePerson { candidate: application };
        check(&|d| d.verdict = forged, 409, "adjudication.no_such_candidate").await;
        check(&|d| d.officer = two, 409, "desk.claimed_by_other").await;
        // The role is taken away while the case is open.
        let mut tx = world.write().await;
        officers::set_status(&mut tx, one, OfficerStatus::Suspended).await.unwrap();
        tx.commit().await.unwrap();
        check(&|_| {}, 403, "adjudication.not_an_adjudicator").await;
        let mut tx = world.write().await;
        officers::set_status(&mut tx, one, OfficerStatus::Active).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.case_of(application).await.stage.name(), "awaits_first");
        world.register.decide(case, good(), world.now()).await.unwrap();
        // The back button: the same decision again.
        let again = world.register.decide(case, good(), world.now()).await;
        assert_eq!(refusal(again), (409, "desk.not_claimed".into()));
        let code = refusal(world.register.claim(case, one, world.now()).await);
        assert_eq!(code, (409, "desk.not_for_you".into()));
        world.judge(case, two, Verdict::SamePerson { candidate: known }).await.unwrap();
        let code = refusal(world.register.claim(case, FRESH[0], world.now()).await);
        assert_eq!(code, (409, "adjudication.already_decided".into()));
        assert_eq!(listed(&world, FRESH[0]).await, []);
    }
}

/// Puts an officer on duty for an hour.
async fn on_duty(world: &World, officer: OfficerId, role: Role) {
    let from = world.now() - SignedDuration::from_hours(1);
    let until = world.now() + SignedDuration::from_hours(1);
    let duty = StoredDuty {
        id: DutyId::from_bytes(*officer.as_bytes()),
        officer,
        role,
        place: None,
        period: Period { from, until },
        given_by: None,
        withdrawn_at: None,
    };
    let mut tx = world.write().await;
    duties::insert(&mut tx, &duty, world.now()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duty_that_ends_takes_its_role_with_it() {
    for world in worlds().await {
        let (.., case) = double(&world, 0).await;
        let [_, two, three] = ADJUDICATORS;
        on_duty(&world, two, Role::Adjudicator).await;
        on_duty(&world, CAPTURER, Role::RegistrationOfficer).await;
        let opened = world.open(case, two).await.unwrap();
        assert!(world.number_of(world.carry(&Person::adult(1)).await.0).await.is_some());
        // Nobody signs in and nobody writes the officer's row anew.
        world.pass(SignedDuration::from_hours(1));
        world.register.claim(case, three, world.now()).await.unwrap();
        world.register.release(case, three, world.now()).await.unwrap();
        let given = decision(&opened, two, Verdict::DifferentPeople);
        let ended = (403, "adjudication.not_an_adjudicator".to_owned());
        let decided = world.register.decide(case, given, world.now()).await;
        assert_eq!(refusal(decided), ended);
        assert_eq!(refusal(world.register.claim(case, two, world.now()).await), ended);
        // What was captured during the duty and arrives after it counts: residents need not suffer.
        assert!(world.number_of(world.carry(&Person::adult(2)).await.0).await.is_some());
        let mut tx = world.write().await;
        let duty = DutyId::from_bytes(*CAPTURER.as_bytes());
        let before_all = "2026-11-22T07:10:00Z".parse().unwrap();
        duties::withdraw(&mut tx, duty, three, before_all).await.unwrap();
        tx.commit().await.unwrap();
        let (_, state) = world.carry(&Person::adult(3)).await;
        assert!(!matches!(state, Application::Numbered { .. }), "{}", state.name());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_claims_at_once_leave_one_holder() {
    for world in worlds().await {
        let (.., case) = double(&world, 0).await;
        let at = world.now();
        let (a, b) = tokio::join!(
            world.register.claim(case, ADJUDICATORS[0], at),
            world.register.claim(case, ADJUDICATORS[1], at)
        );
        assert_eq!(u8::from(a.is_ok()) + u8::from(b.is_ok()), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_shown_explains_itself_and_can_be_replayed() {
    for world in worlds().await {
        let (known, application, case) = double(&world, 0).await;
        let one = ADJUDICATORS[0];
        let opened = world.open(case, one).await.unwrap();
        let candidate = &opened.evidence.candidates[0];
        assert_eq!(candidate.side.application, known);
        assert!(candidate.has_number && !candidate.told_apart_before);
        let fingers = candidate.fingers.as_ref().unwrap();
        assert_eq!(fingers.pairs.len(), 3);
        for pair in &fingers.pairs {
            let p = pair.parts;
            let sum = p.surroundings + p.alignment + p.amount + p.texture + p.unpaired + p.limit;
            assert_eq!(sum, pair.score, "the parts make the score");
            let of = |side: &niims_wire::desk::SideShown, finger| {
                side.fingers.iter().find(|f| f.position == finger).unwrap().minutiae.len()
            };
            let (left, right) = (
                of(&opened.evidence.applicant, pair.applicant),
                of(&candidate.side, pair.candidate),
            );
            let within = |&(a, b): &(u16, u16)| usize::from(a) < left && usize::from(b) < right;
            assert!(!pair.paired.is_empty() && pair.paired.iter().all(within));
        }
        let kinds: Vec<_> = candidate.differences.iter().map(|d| (&*d.field, d.kind)).collect();
        assert!(kinds.contains(&("surname", DifferenceKind::SwappedFields)), "{kinds:?}");
        assert!(
            kinds.contains(&("date_of_birth", DifferenceKind::ConventionalFirstOfJanuary)),
            "{kinds:?}"
        );

        let finger = ImageOf::Finger { position: fingers.pairs[0].applicant };
        let image = world.register.image(opened.view, SideOf::Applicant, finger, one, world.now());
        assert!(image.await.unwrap().bytes.starts_with(b"\x89PNG"));
        let stranger = ADJUDICATORS[1];
        let stolen =
            world.register.image(opened.view, SideOf::Applicant, finger, stranger, world.now());
        assert_eq!(refusal(stolen.await), (404, "desk.no_such_image".into()));
        let missing = ImageOf::Document { index: 3 };
        let none = world.register.image(opened.view, SideOf::Applicant, missing, one, world.now());
        assert_eq!(refusal(none.await), (404, "desk.no_such_image".into()));

        let mut given = decision(&opened, one, Verdict::SamePerson { candidate: known });
        given.note = Some("loop and delta agree".into());
        world.register.decide(case, given, world.now()).await.unwrap();
        replay(&world, case, &opened, application).await;
    }
}

async fn replay(
    world: &World,
    case: CaseId,
    opened: &niims_wire::desk::OpenedCase,
    application: ApplicationId,
) {
    let denied = world.register.replay(case, ADJUDICATORS[0], world.now()).await;
    assert_eq!(refusal(denied), (403, "desk.role_missing".into()));
    let replayed = world.register.replay(case, AUDITOR, world.now()).await.unwrap();
    assert_eq!(replayed.views.len(), 1);
    assert_eq!(replayed.opinions[0].view, Some(opened.view));
    assert_eq!(replayed.opinions[0].note.as_deref(), Some("loop and delta agree"));
    // The record changes; what was seen does not.
    let mut tx = world.write().await;
    let other = br#"{"surname":"Altered"}"#;
    niims_store::answers::put(&mut tx, application, "personal", other).await.unwrap();
    tx.commit().await.unwrap();
    let view = world.register.replay_view(opened.view, AUDITOR, world.now()).await.unwrap();
    assert!(view.intact && view.evidence == opened.evidence);
    assert_eq!(view.altered_images, []);
    let mut tx = world.read().await;
    let lines = disclosures::list_for_application(&mut tx, application, None, 50).await.unwrap();
    let purposes: Vec<&str> = lines.iter().map(|line| line.purpose.as_str()).collect();
    assert_eq!(purposes, ["audit", "audit", "adjudication"]);
}

/// The evidence of a real case as that of a pair whose answer is known.
async fn pair(world: &World, case: CaseId, kind: PlantedKind) -> PlantedPair {
    let officer = FRESH[2];
    let opened = world.open(case, officer).await.unwrap();
    let mut evidence = opened.evidence.clone();
    evidence.candidates.truncate(1);
    let mut images = Vec::new();
    let sides = [
        (SideOf::Applicant, &evidence.applicant),
        (SideOf::Candidate { index: 0 }, &evidence.candidates[0].side),
    ];
    for (side, shown) in sides {
        let fingers = shown.fingers.iter().map(|f| ImageOf::Finger { position: f.position });
        for image in fingers.chain([ImageOf::Portrait]) {
            let bytes = world.register.image(opened.view, side, image, officer, world.now()).await;
            images.push((side, image, bytes.unwrap()));
        }
    }
    world.register.release(case, officer, world.now()).await.unwrap();
    PlantedPair { kind, evidence, images }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn planted_pairs_look_like_any_case_and_measure_their_reviewers() {
    for world in worlds().await {
        let (.., case) = double(&world, 0).await;
        let good = pair(&world, case, PlantedKind::Mate).await;
        let mut bad = good.clone();
        bad.images.pop();
        let refused = world.register.add_planted(bad, world.now()).await;
        assert_eq!(refusal(refused), (422, "desk.planted_evidence".into()));
        assert_eq!(world.register.plant(world.now()).await.unwrap(), None);
        world.register.add_planted(good, world.now()).await.unwrap();
        let planted = world.register.plant(world.now()).await.unwrap().unwrap();

        let [one, two, three] = ADJUDICATORS;
        let page = world.register.page(one, QueueFilter::default(), None, world.now()).await;
        let entries = page.unwrap().entries;
        assert_eq!(entries.len(), 2);
        let shown = entries.iter().find(|entry| entry.case == planted).unwrap();
        let real = entries.iter().find(|entry| entry.case == case).unwrap();
        let look =
            |e: &niims_wire::desk::QueueEntry| (e.reason, e.stage.clone(), e.priority, e.skill);
        assert_eq!(look(shown), look(real));
        assert_eq!(shown.application_number.len(), 14);

        let before = niims_store::applications::count_by_state(&mut world.read().await).await;
        let opened = world.open(planted, one).await.unwrap();
        let candidate = opened.evidence.candidates[0].side.application;
        let finger = ImageOf::Finger { position: opened.evidence.applicant.fingers[0].position };
        let image = world.register.image(opened.view, SideOf::Applicant, finger, one, world.now());
        assert!(!image.await.unwrap().bytes.is_empty());
        let given = decision(&opened, one, Verdict::SamePerson { candidate });
        world.register.decide(planted, given, world.now()).await.unwrap();
        world.judge(planted, two, Verdict::DifferentPeople).await.unwrap();
        let senior = Verdict::SamePerson { candidate };
        let standing = world.judge(planted, SENIOR, senior).await.unwrap();
        assert_eq!(standing.verdict, Some(senior));
        let after = niims_store::applications::count_by_state(&mut world.read().await).await;
        assert_eq!(before, after, "a planted case touches no application");
        measured(&world, one, two).await;
        // The pair comes again; not to those who saw it.
        let again = world.register.plant(world.now()).await.unwrap().unwrap();
        assert!(!listed(&world, one).await.contains(&again));
        assert!(listed(&world, three).await.contains(&again));
        let mut tx = world.read().await;
        assert!(planted::case(&mut tx, again, false).await.unwrap().is_some());
    }
}

async fn measured(world: &World, one: OfficerId, two: OfficerId) {
    let until = world.now();
    let period = ReportPeriod { from: until - SignedDuration::from_hours(1), until };
    let rows = world.register.reviewers(period, SUPERVISOR).await.unwrap();
    let of = |officer| rows.iter().find(|row| row.officer == officer).unwrap();
    assert_eq!((of(one).sensitivity.hits, of(one).sensitivity.of), (1, 1));
    assert_eq!((of(two).sensitivity.hits, of(two).sensitivity.of), (0, 1));
    assert_eq!(of(two).overruled, 1);
    let mine = world.register.reviewers(period, one).await.unwrap();
    assert_eq!(mine.iter().map(|row| row.officer).collect::<Vec<_>>(), [one]);
    let agreement = world.register.agreement(period, SUPERVISOR).await.unwrap();
    assert_eq!(agreement.len(), 1);
    assert_eq!((agreement[0].first, agreement[0].cases), (one.min(two), 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_waiting_resident_comes_first() {
    for world in worlds().await {
        let (.., first) = double(&world, 0).await;
        let (_, application, second) = double(&world, 1).await;
        let three = ADJUDICATORS[2];
        assert_eq!(listed(&world, three).await, [first, second]);
        let slip = world.slip(application).await;
        let wrong = world.register.resident_waits("NO-SUCH-SLIP", CAPTURER, world.now()).await;
        assert_eq!(refusal(wrong), (404, "desk.no_open_case".into()));
        world.register.resident_waits(&slip, CAPTURER, world.now()).await.unwrap();
        assert_eq!(listed(&world, three).await, [second, first]);
    }
}
