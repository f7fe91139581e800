//! What it costs to ask shards instead of one's own memory.

use std::time::{Duration, Instant};

use super::cluster::{Cluster, address, everybody, table};
use super::people::{Feed, probe};
use crate::search::{SearchRequest, Searcher};
use crate::shard::placement::Seat;

const SEARCHES: u64 = 100;

/// Processor time of this process: user and system, in hundredths of a second.
fn processor() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after = stat.rsplit(") ").next().unwrap();
    let fields: Vec<&str> = after.split(' ').collect();
    [11, 12].map(|field: usize| fields[field].parse::<u64>().unwrap()).iter().sum()
}

async fn measure(name: &str, searcher: &dyn Searcher, request: &SearchRequest) {
    let (begun, mut times) = (processor(), Vec::<Duration>::new());
    for person in 0..SEARCHES {
        let start = Instant::now();
        searcher.search(&probe(person, 10), request).await.unwrap();
        times.push(start.elapsed());
    }
    times.sort();
    let used = (processor() - begun) as f64 * 10.0 / SEARCHES as f64;
    println!("{name}: processor {used:.2} ms, p50 {:?}, p90 {:?}", times[50], times[90]);
}

/// Holders are tasks of this process, so that its processor time is that of all but the broker.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures; run it alone, optimised, with --nocapture"]
async fn cost_of_scatter_and_gather() {
    let people = std::env::var("NIIMS_PEOPLE").map_or(5_000, |text| text.parse().unwrap());
    let mut cluster = Cluster::without_holders(Feed::of(people, 10));
    let whole = cluster.one_process().await;
    let request = everybody(cluster.feed.end());
    whole.count().await.unwrap();
    for shards in [&[1][..], &[1, 2, 3, 4]] {
        let table = table(1, shards);
        for shard in shards {
            cluster.hold(address(*shard, Seat::A), &table);
        }
        cluster.ready(&table).await;
        let coordinator = cluster.coordinator(&table).await;
        for _ in 0..2 {
            measure("in one process", &whole, &request).await;
            measure(&format!("{} shards", shards.len()), &coordinator, &request).await;
        }
        cluster.kill_all().await;
    }
}
