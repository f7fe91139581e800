//! Another desk's word: what it counts for, and what becomes of one that is late, repeated, forged
//! or about nobody.

use jiff::SignedDuration;
use niims_record::adjudication::Verdict;
use niims_record::freeze::Power;
use niims_record::{ApplicationId, CaseId, OfficerId, OutsideRequestId};
use niims_store::desk::outside;
use niims_store::disclosures::{self, Outcome};
use niims_wire::desk::{
    AnswerStanding, CaseQueue, OutsideAnswer, OutsideAsked, OutsideDesks, OutsideTerms, ShareRead,
};
use niims_wire::freeze::{FreezeControl, FreezeOrder};

use crate::fixture::desk::refusal;
use crate::fixture::{ADJUDICATORS, CAPTURER_WHO_ADJUDICATES, Person, SENIOR, World, worlds};

/// A person and their disguised double, whose case was sent to a desk.
struct Asked {
    known: ApplicationId,
    application: ApplicationId,
    case: CaseId,
    desk: OfficerId,
    sent: OutsideAsked,
}

fn terms(desk: OfficerId) -> OutsideTerms {
    OutsideTerms { desk, most_waiting: 10, lasts: SignedDuration::from_hours(72), children: false }
}

async fn asked(world: &World, n: u8) -> Asked {
    let first = Person::adult(n);
    let (known, _) = world.carry(&first).await;
    let mut again = first.disguised(1);
    again.officer = CAPTURER_WHO_ADJUDICATES;
    let (application, _) = world.carry(&again).await;
    let case = world.case_of(application).await.id;
    let desk = world.register.join("ministry-b", world.now()).await.unwrap();
    assert_eq!(world.register.offer(terms(desk), world.now()).await.unwrap(), 1);
    let sent = world.register.unpublished(desk).await.unwrap().pop().unwrap();
    world.register.published(sent.request, world.now()).await.unwrap();
    // Asked once, whatever becomes of it.
    assert_eq!(world.register.offer(terms(desk), world.now()).await.unwrap(), 0);
    assert!(world.register.unpublished(desk).await.unwrap().is_empty());
    Asked { known, application, case, desk, sent }
}

impl Asked {
    fn says(&self, matched: Option<&[&str]>) -> OutsideAnswer {
        let matched = matched.map(|found| found.iter().map(|&one| one.to_owned()).collect());
        OutsideAnswer { request: self.sent.request, matched, note: Some("seen by eye".into()) }
    }

    /// That the applicant is the candidate.
    fn same(&self) -> OutsideAnswer {
        self.says(Some(&[&self.sent.people[1].reference]))
    }

    async fn answer(&self, world: &World, answer: OutsideAnswer) -> AnswerStanding {
        world.register.answer(self.desk, answer, world.now()).await.unwrap()
    }

    fn read(&self, place: usize) -> ShareRead {
        let person = &self.sent.people[place];
        ShareRead {
            request: self.sent.request,
            place: person.place,
            secret: person.secret.clone(),
            most_reads: 2,
            fields: None,
        }
    }
}

async fn stage(world: &World, asked: &Asked) -> String {
    world.case_of(asked.application).await.stage.name().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_desk_is_one_of_the_pair_and_one_of_ours_decides_with_it() {
    for world in worlds().await {
        let asked = asked(&world, 0).await;
        let taken = AnswerStanding::Settled("taken");
        assert_eq!(asked.answer(&world, asked.same()).await, taken);
        assert_eq!(stage(&world, &asked).await, "awaits_second");
        assert_eq!(world.numbers_given().await, 1);
        // The same again changes nothing; another word does not either.
        assert_eq!(asked.answer(&world, asked.same()).await, AnswerStanding::Repeated);
        let other = asked.answer(&world, asked.says(Some(&[]))).await;
        assert_eq!(other, AnswerStanding::Contradicted);
        assert_eq!(stage(&world, &asked).await, "awaits_second");
        let same = Verdict::SamePerson { candidate: asked.known };
        let standing = world.judge(asked.case, ADJUDICATORS[0], same).await.unwrap();
        assert_eq!(standing.verdict, Some(same));
        world.drain().await;
        assert_eq!(world.numbers_given().await, 1);
        let opinions = world.case_of(asked.application).await.stage;
        let first = opinions.opinions()[0].clone();
        assert_eq!((first.officer, &*first.reasons[0]), (asked.desk, "adjudication.outside_desk"));
        let name = outside::desk_name(&mut world.read().await, first.officer).await.unwrap();
        assert_eq!(name.as_deref(), Some("ministry-b"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_it_differs_a_senior_of_ours_decides_and_sees_what_it_wrote() {
    for world in worlds().await {
        let asked = asked(&world, 0).await;
        world.judge(asked.case, ADJUDICATORS[0], Verdict::DifferentPeople).await.unwrap();
        let taken = AnswerStanding::Settled("taken");
        assert_eq!(asked.answer(&world, asked.same()).await, taken);
        assert_eq!(stage(&world, &asked).await, "awaits_senior");
        assert_eq!(world.numbers_given().await, 1);
        let opened = world.open(asked.case, SENIOR).await.unwrap();
        assert_eq!(opened.earlier[1].note.as_deref(), Some("seen by eye"));
        world.register.release(asked.case, SENIOR, world.now()).await.unwrap();
        world.judge(asked.case, SENIOR, Verdict::DifferentPeople).await.unwrap();
        world.drain().await;
        assert_eq!(world.numbers_given().await, 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_opinion_is_settled_and_leaves_the_case_to_ours() {
    for world in worlds().await {
        let cases: [(Option<&[&str]>, &str); 3] = [
            (None, "declined"),
            (Some(&["somebody"]), "no_such_candidate"),
            (Some(&["somebody", "else"]), "no_such_candidate"),
        ];
        for (n, (says, outcome)) in cases.into_iter().enumerate() {
            let asked = asked(&world, n as u8).await;
            let standing = asked.answer(&world, asked.says(says)).await;
            assert_eq!(standing, AnswerStanding::Settled(outcome));
            assert_eq!(stage(&world, &asked).await, "awaits_first");
            let later = asked.answer(&world, asked.same()).await;
            assert_eq!(later, AnswerStanding::Contradicted);
            world.decide(asked.case, Verdict::SamePerson { candidate: asked.known }).await;
        }
        // The applicant is no candidate of their own.
        let asked = asked(&world, 3).await;
        let own = asked.sent.people[0].reference.clone();
        let standing = asked.answer(&world, asked.says(Some(&[&own]))).await;
        assert_eq!(standing, AnswerStanding::Settled("no_such_candidate"));
        // A request of nobody, and one that was sent to another desk.
        let forged =
            OutsideAnswer { request: OutsideRequestId::from_bytes([9; 16]), ..asked.same() };
        assert_eq!(asked.answer(&world, forged).await, AnswerStanding::Unknown);
        let other = world.register.join("ministry-c", world.now()).await.unwrap();
        let stray = world.register.answer(other, asked.same(), world.now()).await.unwrap();
        assert_eq!(stray, AnswerStanding::Unknown);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_waits_while_one_of_ours_looks_and_may_come_too_late() {
    for world in worlds().await {
        let asked = asked(&world, 0).await;
        let opened = world.open(asked.case, ADJUDICATORS[0]).await.unwrap();
        assert_eq!(asked.answer(&world, asked.same()).await, AnswerStanding::Kept);
        assert_eq!(world.register.settle(asked.desk, world.now()).await.unwrap(), 0);
        // The reviewer's page is still good.
        let same = Verdict::SamePerson { candidate: asked.known };
        let given = crate::fixture::desk::decision(&opened, ADJUDICATORS[0], same);
        niims_wire::desk::CaseReview::decide(&*world.register, asked.case, given, world.now())
            .await
            .unwrap();
        assert_eq!(world.register.settle(asked.desk, world.now()).await.unwrap(), 1);
        assert_eq!(stage(&world, &asked).await, "decided");

        let late = self::asked(&world, 1).await;
        world.decide(late.case, Verdict::SamePerson { candidate: late.known }).await;
        let too_late = AnswerStanding::Settled("too_late");
        assert_eq!(late.answer(&world, late.same()).await, too_late);

        let overdue = self::asked(&world, 2).await;
        world.pass(SignedDuration::from_hours(73));
        assert_eq!(world.register.settle(overdue.desk, world.now()).await.unwrap(), 1);
        let expired = AnswerStanding::Settled("expired");
        assert_eq!(overdue.answer(&world, overdue.same()).await, expired);
        assert_eq!(stage(&world, &overdue).await, "awaits_first");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_share_is_bound_to_its_secret_its_reads_its_time_and_its_purpose() {
    for world in worlds().await {
        let asked = asked(&world, 0).await;
        let no_such = (404, "outside.no_such_share".to_owned());
        let closed = (410, "outside.share_closed".to_owned());
        let get = async |read| world.register.shared(read, world.now()).await;
        for wrong in [
            ShareRead { secret: asked.sent.people[1].secret.clone(), ..asked.read(0) },
            ShareRead { secret: String::new(), ..asked.read(0) },
            ShareRead { place: 7, ..asked.read(0) },
            ShareRead { request: OutsideRequestId::from_bytes([9; 16]), ..asked.read(0) },
        ] {
            assert_eq!(refusal(get(wrong).await), no_such);
        }
        let lines = async |id| {
            let mut tx = world.read().await;
            let lines = disclosures::list_for_application(&mut tx, id, None, 50).await.unwrap();
            let of_desk = lines.into_iter().filter(|line| line.asker == "ministry-b");
            of_desk.map(|line| line.outcome).collect::<Vec<_>>()
        };
        assert_eq!(lines(asked.application).await, []);
        let side = get(asked.read(0)).await.unwrap();
        assert_eq!(side.fingers.len(), 3);
        assert!(side.answers.iter().any(|(field, _)| field == "surname"));
        assert_eq!(lines(asked.application).await, [Outcome::Answered]);
        assert_eq!(lines(asked.known).await, []);
        // Under a freeze nothing leaves, and the person sees the attempt.
        let order =
            FreezeOrder { power: Power::Share, agency: None, county: None, order: "Order".into() };
        let freeze = world.register.freeze(order, world.now()).await.unwrap();
        assert_eq!(refusal(get(asked.read(0)).await), (423, "freeze.share".to_owned()));
        let denied = Outcome::Denied { code: "freeze.share".into() };
        assert!(lines(asked.application).await.contains(&denied));
        world.register.lift(freeze, "Judgment", world.now()).await.unwrap();
        // Two reads were allowed; the denied one was none.
        let few = ShareRead { fields: Some(vec!["surname".into()]), ..asked.read(0) };
        assert_eq!(get(few).await.unwrap().answers.len(), 1);
        assert_eq!(refusal(get(asked.read(0)).await), closed);
        // Answered: no purpose is left.
        asked.answer(&world, asked.says(None)).await;
        assert_eq!(refusal(get(asked.read(1)).await), closed);
        let overdue = self::asked(&world, 1).await;
        world.pass(SignedDuration::from_hours(72));
        assert_eq!(refusal(get(overdue.read(0)).await), closed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_pairs_are_sent_and_no_more_than_agreed() {
    for world in worlds().await {
        let first = asked(&world, 0).await;
        let desk = first.desk;
        let (child, _) = world.carry(&Person::minor(5)).await;
        let mut twice = Person::minor(5).again(1);
        twice.officer = CAPTURER_WHO_ADJUDICATES;
        let (again, _) = world.carry(&twice).await;
        assert_ne!(child, again);
        assert!(world.case_of(again).await.stage.is_open());
        assert_eq!(world.register.offer(terms(desk), world.now()).await.unwrap(), 0);
        let full = OutsideTerms { children: true, most_waiting: 1, ..terms(desk) };
        assert_eq!(world.register.offer(full, world.now()).await.unwrap(), 0);
        let open = OutsideTerms { children: true, ..terms(desk) };
        assert_eq!(world.register.offer(open, world.now()).await.unwrap(), 1);
        let named = world.register.join("Ministry B", world.now()).await;
        assert_eq!(refusal(named), (422, "outside.name".to_owned()));
    }
}
