//! Synthetic people: invisible to callers, found by the watch, and an alarm when they are not.

use super::*;
use crate::canary::{CanarySettings, CanaryWatch, StageCounts, Verdict};
use crate::testing::few_fingers;

fn watch_settings() -> CanarySettings {
    CanarySettings { least: 4, audit_people: 3, ..CanarySettings::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_watch_finds_synthetic_people_and_callers_do_not() {
    let truth = everybody(PEOPLE);
    let settings = Settings { canary_one_in: 4, ..settings() };
    let searcher = open(&Disk::default(), &truth, settings).await;
    assert_eq!(searcher.count().await.unwrap(), PEOPLE);
    let gallery = searcher.part().gallery();
    let places = gallery.canary_places();
    assert!(places.len() > 15, "{places:?}");
    let canary = gallery.canaries.after(places[0] / 2).unwrap();
    for effort in [Effort::Usual, Effort::Exhaustive] {
        let request = SearchRequest { effort, ..request() };
        assert!(candidates(&searcher, &canary.probe(), &request).await.is_empty());
    }
    let only = Among::Only(Arc::new([canary.reference].into()));
    let request = SearchRequest { among: only, threshold: -100_000, ..request() };
    assert!(candidates(&searcher, &canary.probe(), &request).await.is_empty());
    assert_eq!(searcher.compare(&canary.probe(), canary.reference).await, Ok(None));

    let watch = CanaryWatch::new(searcher.clone(), watch_settings(), entropy());
    assert_eq!(watch.report().verdict, Verdict::TooFew);
    for _ in 0..6 {
        watch.search_one(Timestamp::UNIX_EPOCH).await.unwrap();
    }
    let report = watch.report();
    let StageCounts { searched, found, found_exhaustively, .. } = report.counts;
    assert_eq!((searched, found, found_exhaustively), (6, 6, 6), "{report:?}");
    assert_eq!((report.verdict, report.low_since), (Verdict::Sound { permille: 1_000 }, None));
    let audit = watch.audit(Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!((audit.people, audit.missed), (3, 0));
}

/// The alarm rings, and stops, by the level that is set.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recall_below_the_level_raises_the_alarm() {
    let truth = Truth::default();
    (0..6).for_each(|person| truth.insert(person, few_fingers(person, 0, &[])));
    let settings = Settings { canary_one_in: 1, ..settings() };
    let searcher = open(&Disk::default(), &truth, settings).await;
    searcher.count().await.unwrap();
    for (least_permille, low_since) in [(1_000, None), (1_001, Some(300))] {
        let settings = CanarySettings { least_permille, ..watch_settings() };
        let watch = CanaryWatch::new(searcher.clone(), settings, entropy());
        for second in 0..5 {
            watch.run_due(Timestamp::from_second(100 * second).unwrap()).await.unwrap();
        }
        let report = watch.report();
        assert_eq!(report.counts.searched, 5);
        let want = low_since.map(|second| Timestamp::from_second(second).unwrap());
        assert_eq!(report.low_since, want, "{report:?}");
    }
}
