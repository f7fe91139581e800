//! What was taken beside the best prints reaches the reviewer who holds the case, and nobody else.

use niims_fingerprint::FingerPosition;
use niims_store::disclosures;
use niims_wire::desk::{CaseReview, ImageOf, SideOf};

use crate::fixture::people::print;
use crate::fixture::{ADJUDICATORS, Person, worlds};
use crate::patched_kit::changes::{by_devices, grey, second, sound};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exception_photo_and_second_print_are_shown_under_the_same_rules() {
    for world in worlds().await {
        world.trust_devices();
        let person = Person::adult(3);
        let mut applications = Vec::new();
        for (visit, other) in [(0, 2), (1, 3)] {
            let mut encounter = sound(&person.again(visit));
            second(&mut encounter, print(person.hand, other, 2));
            by_devices(&mut encounter, |_| {});
            let sealed = world.kits[0].seal(&world, encounter);
            world.receive(&sealed).await.unwrap();
            world.drain().await;
            applications.push(sealed.application);
        }
        let case = world.case_of(applications[1]).await.id;
        let (holder, stranger) = (ADJUDICATORS[0], ADJUDICATORS[1]);
        let opened = world.open(case, holder).await.unwrap();
        let sides = [SideOf::Applicant, SideOf::Candidate { index: 0 }];
        let shown = [&opened.evidence.applicant, &opened.evidence.candidates[0].side];
        for ((side, shown), other) in sides.into_iter().zip(shown).zip([3, 2]) {
            assert_eq!(shown.exceptions, ["BANDAGED"]);
            let position = FingerPosition::RightIndex;
            for (image, bytes) in [
                (ImageOf::ExceptionPhoto, grey(400, 400)),
                (ImageOf::SecondPrint { position }, print(person.hand, other, 2)),
            ] {
                let given = world.register.image(opened.view, side, image, holder, world.now());
                assert_eq!(given.await.unwrap().bytes, bytes, "{image:?}");
                let stolen = world.register.image(opened.view, side, image, stranger, world.now());
                assert_eq!(stolen.await.unwrap_err().status, 404);
            }
            let none = ImageOf::SecondPrint { position: FingerPosition::RightMiddle };
            let none = world.register.image(opened.view, side, none, holder, world.now());
            assert_eq!(none.await.unwrap_err().code, "desk.no_such_image");
        }
        for application in applications {
            let mut tx = world.read().await;
            let lines =
                disclosures::list_for_application(&mut tx, application, None, 50).await.unwrap();
            let told = |line: &disclosures::Disclosure| {
                line.attributes.iter().any(|attribute| attribute == "exception_photo")
            };
            assert!(lines.iter().any(told), "nobody is told that the photo was looked at");
        }
    }
}
