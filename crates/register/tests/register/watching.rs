//! The watch: a source whose hits jump is paused until a supervisor has looked.

use jiff::SignedDuration;
use niims_record::OfficerId;
use niims_record::adjudication::Verdict;
use niims_record::desk::{Figure, SourceKind};
use niims_store::desk::outcomes;
use niims_wire::desk::{DeskReports, DeskWatch, ReportBy, ReportPeriod};

use crate::fixture::desk::refusal;
use crate::fixture::seed::{self, Prepared};
use crate::fixture::{ADJUDICATORS, AUDITOR, CAPTURER, Person, SUPERVISOR, World, worlds};

/// Searches without a hit of the first kit and its officer, long ago and today.
async fn quiet_past(world: &World) {
    let mut tx = world.write().await;
    let kit = world.kits[0].id.to_string();
    for hours in [30, 60, 90] {
        let then = world.now() - SignedDuration::from_hours(hours);
        for _ in 0..200 {
            outcomes::count_source(&mut tx, "kit", &kit, false, then).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_jump_of_hits_pauses_its_source_until_it_is_looked_at() {
    for world in worlds().await {
        quiet_past(&world).await;
        let mut tx = world.write().await;
        let known = seed::place(&world, &mut tx, 1, &Prepared::new(&seed::adult(1)), None).await;
        for n in 2..=9 {
            let prepared = Prepared::new(&seed::adult(n));
            let found = Some(vec![seed::by_name(known)]);
            let source = (world.kits[0].id, CAPTURER);
            seed::place_from(&world, &mut tx, n, source, &prepared, found).await;
        }
        tx.commit().await.unwrap();
        seed::run_due(&world).await;
        let open = world.register.inquiries(true, 9, SUPERVISOR).await.unwrap();
        assert!(open.iter().any(|i| i.kind == SourceKind::Kit), "{open:?}");
        assert!(open.iter().all(|i| i.jump.counts.window.hits >= 8));
        // The next of that kit waits where it stands; nothing is lost.
        let waiting = world.submit(&Person::adult(0)).await;
        seed::run_due(&world).await;
        assert_eq!(world.state(waiting).await.name(), "validated");
        close_all(&world, &open).await;
        world.drain().await;
        assert_eq!(world.state(waiting).await.name(), "numbered");
    }
}

async fn close_all(world: &World, open: &[niims_wire::desk::Inquiry]) {
    let id = open[0].inquiry;
    let denied = world.register.close_inquiry(id, "seen", AUDITOR, world.now()).await;
    assert_eq!(refusal(denied), (403, "desk.role_missing".into()));
    let empty = world.register.close_inquiry(id, " ", SUPERVISOR, world.now()).await;
    assert_eq!(refusal(empty), (422, "desk.reason_needed".into()));
    for inquiry in open {
        let closed = world.register.close_inquiry(
            inquiry.inquiry,
            "a school was enrolled twice",
            SUPERVISOR,
            world.now(),
        );
        closed.await.unwrap();
    }
    let again = world.register.close_inquiry(id, "seen", SUPERVISOR, world.now()).await;
    assert_eq!(refusal(again), (409, "desk.inquiry_closed".into()));
    let all = world.register.inquiries(false, 9, AUDITOR).await.unwrap();
    assert!(all.iter().all(|inquiry| inquiry.closed.is_some()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reports_count_what_happened_and_suppress_what_is_small() {
    for world in worlds().await {
        let from = world.now();
        let mut tx = world.write().await;
        let known = seed::place(&world, &mut tx, 1, &Prepared::new(&seed::adult(1)), None).await;
        let mut doubles = Vec::new();
        for n in 2..=7 {
            let prepared = Prepared::new(&seed::adult(n));
            let found = Some(vec![seed::by_name(known)]);
            doubles.push(seed::place(&world, &mut tx, n, &prepared, found).await);
        }
        tx.commit().await.unwrap();
        seed::drain(&world).await;
        for (at, double) in doubles.iter().enumerate() {
            let case = world.case_of(*double).await.id;
            let verdict = if at == 0 {
                Verdict::DifferentPeople
            } else {
                Verdict::SamePerson { candidate: known }
            };
            let officers: [OfficerId; 2] = [ADJUDICATORS[0], ADJUDICATORS[1]];
            for officer in officers {
                world.opine(case, officer, verdict).await.unwrap();
            }
        }
        let period = ReportPeriod { from, until: world.now() };
        let denied = world.register.outcomes(period, ReportBy::All, CAPTURER).await;
        assert_eq!(refusal(denied), (403, "desk.role_missing".into()));
        let rows = world.register.outcomes(period, ReportBy::All, AUDITOR).await.unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].searched, Figure::Count { count: 6 });
        assert_eq!(rows[0].hits, Figure::Count { count: 6 });
        // One false hit could be somebody; with it goes what would give it away.
        assert_eq!(
            (rows[0].false_hits, rows[0].confirmed),
            (Figure::Suppressed, Figure::Suppressed)
        );
        assert_eq!(rows[0].median_seconds, None);
        for by in [ReportBy::County, ReportBy::AgeBand, ReportBy::Sex] {
            assert_eq!(world.register.outcomes(period, by, AUDITOR).await.unwrap().len(), 1);
        }
        let wrong = world.register.parity(period, ReportBy::Kit, AUDITOR).await;
        assert_eq!(refusal(wrong), (422, "desk.no_such_group".into()));
        let parity = world.register.parity(period, ReportBy::Sex, AUDITOR).await.unwrap();
        assert_eq!(parity.len(), 1);
        let ages = world.register.queue_age(SUPERVISOR, world.now()).await.unwrap();
        assert_eq!(ages.iter().map(|row| row.cases).sum::<u64>(), 0);
    }
}
