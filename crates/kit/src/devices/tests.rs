//! A real device service on the loopback address, whole and with every fault.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use niims_device::capture::{Block, CaptureAnswer, CaptureChain, Wanted};
use niims_device::describe::DeviceInfo;
use niims_device::judge::{Comparisons, Suspicion, assess, segment_slap, suspicions};
use niims_device::maker::KeyKind;
use niims_device::vocabulary::{Certification, DeviceKind, Environment, SubDevice};
use niims_fingerprint::FingerPosition;
use niims_sim::device::{Fault, RunningDevice, Setup, Subject, start};
use niims_wire::{Clock, Entropy};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::*;

const RIGHT: SubDevice = SubDevice::RightSlap;

fn clock() -> Clock {
    let now: Timestamp = "2026-11-29T09:00:00Z".parse().unwrap();
    Clock::new(move || now)
}

fn entropy() -> Entropy {
    let rng = Mutex::new(ChaCha8Rng::seed_from_u64(11));
    Entropy::new(move |bytes| rng.lock().unwrap().fill_bytes(bytes))
}

fn setup(kind: DeviceKind) -> Setup {
    Setup {
        kind,
        certification: Certification::L0,
        keys: KeyKind::Ed25519,
        environment: Environment::Developer,
        subject: Subject::synthetic([5; 32]),
        takes: Duration::from_millis(20),
        fault: Fault::None,
    }
}

async fn running(setup: Setup) -> (RunningDevice, Devices) {
    let device = start(setup, None, clock(), &entropy()).await.unwrap();
    let patience = Patience {
        connect: Duration::from_millis(500),
        describe: Duration::from_secs(1),
        frame: Duration::from_millis(700),
    };
    let devices = Devices::new(device.trust(), clock())
        .with_patience(patience)
        .on_ports(device.port()..=device.port());
    (device, devices)
}

fn order(wanted: Wanted, number: u32) -> CaptureOrder {
    CaptureOrder {
        wanted,
        timeout: Duration::from_secs(8),
        requested_score: 60,
        transaction: format!("capture-{number}"),
    }
}

async fn only(devices: &Devices, kind: DeviceKind) -> Result<DeviceInfo, DeviceProblem> {
    let mut found = devices.look(kind).await;
    assert_eq!(found.len(), 1);
    found.remove(0).device
}

async fn slap(
    devices: &Devices,
    info: &DeviceInfo,
    chain: &CaptureChain,
    number: u32,
) -> Result<CaptureAnswer, DeviceProblem> {
    let order = order(Wanted::part(RIGHT, &[]), number);
    devices.capture(info, order, chain, std::future::pending()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slap_is_found_shown_and_captured() {
    for (certification, keys) in
        [(Certification::L0, KeyKind::Ed25519), (Certification::L1, KeyKind::Rsa)]
    {
        let (_device, devices) =
            running(Setup { certification, keys, ..setup(DeviceKind::Finger) }).await;
        let info = only(&devices, DeviceKind::Finger).await.unwrap();
        assert_eq!(info.parts, [SubDevice::LeftSlap, RIGHT, SubDevice::Thumbs]);
        let mut preview = devices.preview(&info, RIGHT, Duration::from_mins(1)).await.unwrap();
        let (first, second) =
            (preview.frame().await.unwrap().unwrap(), preview.frame().await.unwrap().unwrap());
        assert_ne!(first, second, "the preview moves");
        drop(preview);
        let chain = CaptureChain::new();
        let answer = slap(&devices, &info, &chain, 1).await.unwrap();
        let fingers: Vec<_> = answer.biometrics.iter().filter_map(|one| one.finger).collect();
        assert_eq!(fingers, RIGHT.fingers());
        let again = slap(&devices, &info, &answer.chain, 2).await.unwrap();
        assert_eq!(again.chain.length(), 8);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portrait_is_captured_and_a_scanner_is_no_camera() {
    let (_device, devices) = running(setup(DeviceKind::Face)).await;
    assert_eq!(devices.look(DeviceKind::Finger).await.len(), 0);
    let info = only(&devices, DeviceKind::Face).await.unwrap();
    let chain = CaptureChain::new();
    let capture =
        devices.capture(&info, order(Wanted::Portrait, 1), &chain, std::future::pending());
    let answer = capture.await.unwrap();
    assert!(matches!(&answer.biometrics[0].block, Block::Face { file } if file.len() > 1000));
    // A camera that is asked for fingers.
    let refused = slap(&devices, &info, &chain, 2).await.map_err(|problem| problem.code());
    assert_eq!(refused.err(), Some("device.said.not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_is_told_when_devices_are_looked_for() {
    let (device, devices) = running(setup(DeviceKind::Finger)).await;
    for (fault, code) in [
        (Fault::None, "found"),
        (Fault::Slow, "device.slow"),
        (Fault::Silent, "device.slow"),
        (Fault::HangsUp, "device.cut"),
        (Fault::CutAnswer, "device.cut"),
        (Fault::Garbage, "device.answer.not_json"),
        (Fault::Endless, "device.answer.too_large"),
        (Fault::ServerError, "device.protocol"),
        (Fault::NotRegistered, "device.said.not_registered"),
        (Fault::CallsElsewhere, "device.answer.field"),
        (Fault::OtherEnvironment, "device.answer.environment"),
        (Fault::UnknownRoot, "device.certificate.unknown_issuer"),
        (Fault::WrongSignature, "device.jws.signature"),
    ] {
        device.set_fault(fault);
        let begun = Instant::now();
        let found = only(&devices, DeviceKind::Finger).await;
        let told = found.map_or_else(|problem| problem.code(), |_| "found");
        assert_eq!(told, code, "{fault:?}");
        assert!(begun.elapsed() < Duration::from_secs(3), "{fault:?}: {:?}", begun.elapsed());
    }
    for (fault, code) in
        [(Fault::NotReady, "device.said.not_ready"), (Fault::Busy, "device.said.busy")]
    {
        device.set_fault(fault);
        let info = only(&devices, DeviceKind::Finger).await.unwrap();
        assert_eq!(info.fault.map(|fault| fault.code()), Some(code), "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_capture_is_told() {
    let (device, devices) = running(setup(DeviceKind::Finger)).await;
    let info = only(&devices, DeviceKind::Finger).await.unwrap();
    let start = CaptureChain::new();
    let first = slap(&devices, &info, &start, 1).await.unwrap();
    let mut number = 1;
    for (fault, code) in [
        (Fault::CutAnswer, "device.cut"),
        (Fault::HangsUp, "device.cut"),
        (Fault::Garbage, "device.answer.not_json"),
        (Fault::ServerError, "device.protocol"),
        (Fault::NotReady, "device.said.not_ready"),
        (Fault::Busy, "device.said.busy"),
        (Fault::NotRegistered, "device.said.not_registered"),
        (Fault::NothingSeen, "device.said.nothing_seen"),
        (Fault::UnknownRoot, "device.certificate.unknown_issuer"),
        (Fault::WrongSignature, "device.jws.signature"),
        (Fault::Unsigned, "device.jws.unsigned"),
        (Fault::OtherDevice, "device.identity.other"),
        (Fault::ClockAhead, "device.answer.timestamp_future"),
        (Fault::BrokenChain, "device.chain.hash"),
        (Fault::WrongFinger, "device.answer.finger_not_asked"),
        (Fault::Lossy, "device.record.lossy"),
    ] {
        device.set_fault(fault);
        number += 1;
        let told = slap(&devices, &info, &first.chain, number).await;
        assert_eq!(told.map_or_else(|problem| problem.code(), |_| "taken"), code, "{fault:?}");
    }
    device.set_fault(Fault::FingerAbsent);
    let answer = slap(&devices, &info, &first.chain, 50).await.unwrap();
    assert_eq!(answer.absent, [FingerPosition::RightLittle]);
    // Replays: an earlier answer, and an earlier picture that is signed anew.
    device.set_fault(Fault::ReplaysAnswer);
    slap(&devices, &info, &first.chain, 51).await.unwrap();
    let replayed = slap(&devices, &info, &first.chain, 52).await;
    assert_eq!(replayed.unwrap_err().code(), "device.answer.transaction");
    device.set_fault(Fault::ReplaysPicture);
    let one = || Wanted::one(FingerPosition::RightIndex);
    let take = |chain: CaptureChain, number| {
        let (devices, info) = (&devices, &info);
        async move { devices.capture(info, order(one(), number), &chain, std::future::pending()).await }
    };
    let taken = take(first.chain.clone(), 53).await.unwrap();
    let again = take(taken.chain, 54).await;
    assert_eq!(again.unwrap_err().code(), "device.chain.replayed");
    // Nothing of all that holds the device up.
    device.set_fault(Fault::None);
    slap(&devices, &info, &first.chain, 55).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_that_stops_or_is_refused_is_told() {
    let (device, devices) = running(setup(DeviceKind::Finger)).await;
    let info = only(&devices, DeviceKind::Finger).await.unwrap();
    let open = || devices.preview(&info, RIGHT, Duration::from_mins(1));
    device.set_fault(Fault::PreviewStops);
    let mut preview = open().await.unwrap();
    for _ in 0..2 {
        assert!(preview.frame().await.unwrap().is_some());
    }
    assert_eq!(preview.frame().await.unwrap_err(), DeviceProblem::Slow);
    for (fault, code) in [
        (Fault::NotReady, "device.said.not_ready"),
        (Fault::Garbage, "device.stream.content_type"),
        (Fault::HangsUp, "device.cut"),
        (Fault::Silent, "device.slow"),
    ] {
        device.set_fault(fault);
        assert_eq!(open().await.err().map(|problem| problem.code()), Some(code), "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_is_stopped_at_once_and_the_device_comes_back() {
    let takes = Duration::from_secs(3);
    let (_device, devices) = running(Setup { takes, ..setup(DeviceKind::Finger) }).await;
    let info = only(&devices, DeviceKind::Finger).await.unwrap();
    let chain = CaptureChain::new();
    let begun = Instant::now();
    let stop = tokio::time::sleep(Duration::from_millis(200));
    let wanted = Wanted::part(RIGHT, &[]);
    let stopped = devices.capture(&info, order(wanted, 1), &chain, stop).await;
    assert_eq!(stopped, Err(DeviceProblem::Cancelled));
    assert!(begun.elapsed() < takes, "it waited for the capture: {:?}", begun.elapsed());
    let mut taken = Err(DeviceProblem::Slow);
    for number in 2..12 {
        taken = slap(&devices, &info, &chain, number).await;
        if taken.is_ok() {
            break;
        }
        assert_eq!(taken.as_ref().unwrap_err().code(), "device.said.busy");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(taken.is_ok(), "{taken:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_else_sits_on_a_port_neither_holds_up_nor_hides_devices() {
    let (device, devices) = running(setup(DeviceKind::Finger)).await;
    // A service that sends a byte a while, for ever, on another port of the range.
    let mut trickle = None;
    for port in 4590..=4600 {
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)).await {
            trickle = Some((listener, port));
            break;
        }
    }
    let (listener, port) = trickle.unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
                stream.write_all(head).await.ok();
                while stream.write_all(b" ").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            });
        }
    });
    let begun = Instant::now();
    let reports = devices.clone().on_ports(niims_device::vocabulary::PORTS).discover(None).await;
    let took = begun.elapsed();
    let code = |port| {
        let report = reports.iter().find(|report| report.port == port).unwrap();
        report.devices.as_ref().map_or_else(DeviceProblem::code, |_| "found")
    };
    assert_eq!((code(device.port()), code(port)), ("found", "device.slow"));
    assert!(took < Duration::from_secs(3), "{took:?}");
    let bare = devices.on_ports(port..=port).look(DeviceKind::Finger).await;
    assert_eq!(bare.len(), 1);
}

/// The prints of an answer, ready to be compared.
fn prints(
    answer: &CaptureAnswer,
) -> Vec<(FingerPosition, std::sync::Arc<niims_fingerprint::Prepared>)> {
    let prints = answer.biometrics.iter().filter_map(|one| match &one.block {
        Block::Print { picture, dpi, .. } => {
            Some((one.finger?, assess(picture.clone(), *dpi).print?))
        }
        Block::Face { .. } => None,
    });
    prints.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wrong_hand_and_one_finger_under_four_names_are_caught() {
    let (device, devices) = running(setup(DeviceKind::Finger)).await;
    let info = only(&devices, DeviceKind::Finger).await.unwrap();
    let right = slap(&devices, &info, &CaptureChain::new(), 1).await.unwrap();
    let known = Comparisons { resident: prints(&right), officers: Vec::new() };
    // The right hand again, under the names of the left one.
    device.set_fault(Fault::OtherHand);
    let wanted = Wanted::part(SubDevice::LeftSlap, &[]);
    let capture = devices.capture(&info, order(wanted, 2), &right.chain, std::future::pending());
    let left = capture.await.unwrap();
    assert_eq!(suspicions(&prints(&left), &known), [Suspicion::HandsExchanged]);
    device.set_fault(Fault::SameFinger);
    let same = slap(&devices, &info, &left.chain, 3).await.unwrap();
    let found = suspicions(&prints(&same), &Comparisons::default());
    assert!(found.len() >= 3 && found.iter().all(|one| one.code() == "capture.same_finger_twice"));
    let officers = known.resident.iter().map(|(_, print)| print.clone()).collect();
    let own = Comparisons { resident: Vec::new(), officers };
    device.set_fault(Fault::None);
    let again = slap(&devices, &info, &same.chain, 4).await.unwrap();
    let found = suspicions(&prints(&again), &own);
    assert!(found.len() >= 3 && found.iter().all(|one| one.code() == "capture.officers_finger"));
    device.set_fault(Fault::LowQuality);
    let poor = slap(&devices, &info, &again.chain, 5).await.unwrap();
    assert!(prints(&poor).len() <= 1, "what is unusable gives no print");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slap_in_one_picture_is_taken_apart() {
    let (device, devices) = running(setup(DeviceKind::Finger)).await;
    let info = only(&devices, DeviceKind::Finger).await.unwrap();
    let separate = slap(&devices, &info, &CaptureChain::new(), 1).await.unwrap();
    device.set_fault(Fault::NotSegmented);
    let answer = slap(&devices, &info, &separate.chain, 2).await.unwrap();
    let Block::Print { picture, dpi, position: None } = &answer.biometrics[0].block else {
        unreachable!("one picture of several fingers")
    };
    let fingers = segment_slap(picture, *dpi, RIGHT, RIGHT.fingers()).unwrap();
    assert_eq!(fingers.iter().map(|(finger, _)| *finger).collect::<Vec<_>>(), RIGHT.fingers());
    let known = prints(&separate);
    for (finger, print) in fingers {
        let Some(print) = assess(print, *dpi).print else { continue };
        let (_, own) = known.iter().find(|(position, _)| *position == finger).unwrap();
        assert!(niims_fingerprint::compare(&print, own).score > 0, "{finger:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "prints how long things take"]
async fn measured() {
    let (device, devices) = running(Setup {
        certification: Certification::L1,
        keys: KeyKind::Rsa,
        takes: Duration::ZERO,
        ..setup(DeviceKind::Finger)
    })
    .await;
    let begun = Instant::now();
    let everywhere = devices.clone().on_ports(niims_device::vocabulary::PORTS);
    let found = everywhere.look(DeviceKind::Finger).await.len();
    println!("looking at 100 ports: {found} devices, {:?}", begun.elapsed());
    let info = only(&devices, DeviceKind::Finger).await.unwrap();
    let mut chain = CaptureChain::new();
    for number in 0..3 {
        let begun = Instant::now();
        let answer = slap(&devices, &info, &chain, number).await.unwrap();
        let captured = begun.elapsed();
        let begun = Instant::now();
        let known = Comparisons { resident: prints(&answer), officers: Vec::new() };
        println!("capture {captured:?}, assessing 4 prints {:?}", begun.elapsed());
        let begun = Instant::now();
        suspicions(&known.resident, &Comparisons::default());
        println!("comparing 4 prints among themselves {:?}", begun.elapsed());
        chain = answer.chain;
    }
    drop(device);
}
