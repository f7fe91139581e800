//! What each freeze stops, and that lifting it lets go what it held.

use jiff::SignedDuration;
use niims_record::FreezeId;
use niims_record::application::Application;
use niims_record::freeze::Power;
use niims_store::disclosures::{self, Outcome};
use niims_wire::agency::{AgencyQuestions, MatchQuestion};
use niims_wire::freeze::{FreezeControl, FreezeOrder};

use crate::fixture::{Kit, Person, World, encounter, worlds};

async fn freeze(world: &World, power: Power, county: Option<&str>) -> FreezeId {
    let order = FreezeOrder {
        power,
        agency: None,
        county: county.map(str::to_owned),
        order: "Petition 56 of 2019".into(),
    };
    world.register.freeze(order, world.now()).await.unwrap()
}

async fn lift(world: &World, freeze: FreezeId) {
    world.register.lift(freeze, "Judgment of 30 January 2020", world.now()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_number_is_given_while_issuing_is_frozen_and_it_comes_after() {
    for world in worlds().await {
        let frozen = freeze(&world, Power::Issue, None).await;
        let application = world.submit(&Person::adult(0)).await;
        for _ in 0..3 {
            world.run_due().await;
            world.pass(SignedDuration::from_secs(6));
        }
        assert!(matches!(world.state(application).await, Application::NumberDue { .. }));
        assert_eq!(world.numbers_given().await, 0);
        lift(&world, frozen).await;
        world.pass(SignedDuration::from_secs(6));
        world.drain().await;
        assert!(world.number_of(application).await.is_some());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_freeze_of_one_county_holds_that_county_alone() {
    for world in worlds().await {
        // The residents are captured in county 001.
        freeze(&world, Power::Issue, Some("047")).await;
        let (_, state) = world.carry(&Person::adult(0)).await;
        assert_eq!(state.name(), "numbered");
        freeze(&world, Power::Issue, Some("001")).await;
        let application = world.submit(&Person::adult(1)).await;
        world.run_due().await;
        assert_eq!(world.state(application).await.name(), "number_due");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sharing_frozen_answers_423_and_leaves_a_denial() {
    for world in worlds().await {
        let (application, _) = world.carry(&Person::adult(0)).await;
        let question = MatchQuestion {
            agency: "NHIF".into(),
            officer: "desk-7".into(),
            purpose: "nhif.member_verification".into(),
            number: world.number_of(application).await.unwrap(),
            name: Some("Quillimar Zabrovik".into()),
            date_of_birth: None,
            at: world.now(),
        };
        let frozen = freeze(&world, Power::Share, None).await;
        let ask = |at| world.register.ask(MatchQuestion { at, ..question.clone() });
        let problem = ask(world.now()).await.unwrap_err();
        assert_eq!((problem.status, &*problem.code), (423, "freeze.share"));
        lift(&world, frozen).await;
        assert_eq!(ask(world.now()).await.unwrap().name, Some(true));
        let mut tx = world.read().await;
        let lines = disclosures::list_for_application(&mut tx, application, None, 9).await.unwrap();
        let outcomes: Vec<_> = lines.into_iter().map(|line| line.outcome).collect();
        let denied = Outcome::Denied { code: "freeze.share".into() };
        assert_eq!(outcomes, [Outcome::Answered, denied]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn enrolment_frozen_takes_no_upload_where_the_order_holds() {
    for world in worlds().await {
        let kit = &world.kits[0];
        let homeless = Kit::enrol(&world, 9, None).await;
        let sealed = kit.seal(&world, encounter(&Person::adult(0)));
        let theirs = homeless.seal(&world, encounter(&Person::adult(1)));
        let stopped = (423, "freeze.enrol");
        let elsewhere = freeze(&world, Power::Enrol, Some("047")).await;
        // A kit that nobody knows the place of may be in the county that is frozen.
        assert_eq!(homeless.create(&world, &theirs).await.code(), stopped);
        assert_eq!(kit.create(&world, &sealed).await.status, 201);
        lift(&world, elsewhere).await;
        for county in [None, Some("001")] {
            let frozen = freeze(&world, Power::Enrol, county).await;
            assert_eq!(kit.create(&world, &sealed).await.code(), stopped);
            lift(&world, frozen).await;
        }
        assert_eq!(kit.upload(&world, &sealed).await.status, 204);
        assert_eq!(homeless.upload(&world, &theirs).await.status, 204);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_names_what_exists_and_rests_on_something() {
    for world in worlds().await.into_iter().take(1) {
        let refused = async |order: FreezeOrder| {
            world.register.freeze(order, world.now()).await.unwrap_err().code
        };
        let order = || FreezeOrder {
            power: Power::Share,
            agency: None,
            county: None,
            order: "Petition 56 of 2019".into(),
        };
        assert_eq!(
            refused(FreezeOrder { order: " ".into(), ..order() }).await,
            "freeze.order_missing"
        );
        let agency = Some("NOBODY".into());
        assert_eq!(refused(FreezeOrder { agency, ..order() }).await, "freeze.agency_unknown");
        let county = Some("048".into());
        assert_eq!(refused(FreezeOrder { county, ..order() }).await, "freeze.county_unknown");
        let nowhere = FreezeId::from_bytes([3; 16]);
        let problem = world.register.lift(nowhere, "Judgment", world.now()).await.unwrap_err();
        assert_eq!(problem.status, 404);
    }
}
