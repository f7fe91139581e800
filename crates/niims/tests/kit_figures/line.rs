//! A bad line: what a kit sends goes through here, and connections are cut in the middle. Bytes
//! are real; the time that they would take at the speed of the line is reckoned and not waited for.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Bytes that the line passes on at once: a segment of TCP.
const SEGMENT: usize = 1_400;
/// Bytes between two throws of the dice whether the connection is cut: a packet and a little.
/// Connections carry many packets, so that cutting few of them would show little.
const CUT_WITHIN: u64 = 256 * 1024;

/// What went over the line.
#[derive(Default)]
pub struct Meter {
    /// Bytes towards the centre, heads of requests among them.
    pub up: AtomicU64,
    pub connections: AtomicU64,
    pub cuts: AtomicU64,
}

/// Listens for a kit and passes on to `centre`; each 256 KiB that a connection carries, its first
/// with them, cut it in `percent` of cases, anywhere within. The address.
pub fn bad_line(centre: &str, percent: u64, seed: u64) -> (String, Arc<Meter>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let site = format!("http://{}", listener.local_addr().unwrap());
    let meter = Arc::new(Meter::default());
    let centre = centre.trim_start_matches("http://").to_owned();
    let counted = Arc::clone(&meter);
    let chance = Mutex::new(ChaCha8Rng::seed_from_u64(seed));
    std::thread::spawn(move || {
        for kit in listener.incoming().map_while(Result::ok) {
            counted.connections.fetch_add(1, Ordering::SeqCst);
            let cut_after = {
                let mut chance = chance.lock().unwrap();
                let windows = (0..1_000).find(|_| chance.next_u64() % 100 < percent);
                windows.map(|window| window * CUT_WITHIN + chance.next_u64() % CUT_WITHIN)
            };
            let Ok(centre) = TcpStream::connect(&centre) else { continue };
            let meter = Arc::clone(&counted);
            std::thread::spawn(move || pass_on(&kit, &centre, cut_after, &meter));
        }
    });
    (site, meter)
}

fn pass_on(kit: &TcpStream, centre: &TcpStream, cut_after: Option<u64>, meter: &Meter) {
    let (mut down_from, mut down_to) = (centre.try_clone().unwrap(), kit.try_clone().unwrap());
    let down = std::thread::spawn(move || {
        let mut piece = [0; SEGMENT];
        while let Ok(read @ 1..) = down_from.read(&mut piece) {
            if down_to.write_all(&piece[..read]).is_err() {
                break;
            }
        }
        let _ = down_to.shutdown(Shutdown::Write);
    });
    let (mut from, mut to) = (kit, centre);
    let mut piece = [0; SEGMENT];
    let mut passed = 0;
    while let Ok(read @ 1..) = from.read(&mut piece) {
        // What is lost on the way was sent all the same.
        meter.up.fetch_add(read as u64, Ordering::SeqCst);
        passed += read as u64;
        if cut_after.is_some_and(|after| passed > after) {
            meter.cuts.fetch_add(1, Ordering::SeqCst);
            let _ = kit.shutdown(Shutdown::Both);
            let _ = centre.shutdown(Shutdown::Both);
            break;
        }
        if to.write_all(&piece[..read]).is_err() {
            break;
        }
    }
    let _ = centre.shutdown(Shutdown::Write);
    let _ = down.join();
}
