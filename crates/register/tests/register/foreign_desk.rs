//! Two registers and a real broker between them: one asks, the other's reviewers decide, and the
//! answer counts at home as one of two. Skipped, loudly, where no ActiveMQ is installed.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use jiff::SignedDuration;
use niims_foreign_desk::{Described, Settings, ShareState, send, serve, share_router};
use niims_mosip::stomp::{Connection, Frame, Login};
use niims_record::CaseId;
use niims_record::adjudication::Verdict;
use niims_store::desk::{foreign, outside};
use niims_store::disclosures;
use niims_store::testing::TestDatabase;
use niims_wire::Entropy;
use niims_wire::desk::{
    CaseQueue, CaseReview, DeskAudit, ForeignCases, ForeignStanding, ImageOf, QueueFilter, SideOf,
};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::fixture::desk::refusal;
use crate::fixture::{ADJUDICATORS, AUDITOR, CAPTURER_WHO_ADJUDICATES, Person, World, worlds};

/// How long something may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_mins(2);

/// A broker that is stopped and removed when it is dropped.
struct Broker {
    folder: TempDir,
    address: String,
}

fn script(arguments: &[&str]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/activemq-throwaway");
    let output = Command::new(script).args(arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

impl Broker {
    fn start() -> Option<Self> {
        if !Path::new("/usr/share/activemq/bin/activemq.jar").exists() {
            assert!(std::env::var_os("NIIMS_TEST_BROKER").is_none(), "ActiveMQ is not installed");
            eprintln!("skipped: ActiveMQ is not installed");
            return None;
        }
        let folder = TempDir::new().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = script(&["start", folder.path().to_str().unwrap(), &port.to_string()]);
        Some(Self { folder, address })
    }

    /// Sends a text to a queue as anybody with the login could.
    async fn send(&self, queue: &str, body: &str) {
        let login = Login { user: "abis".into(), password: "throwaway".to_owned().into() };
        let mut connection =
            Connection::open(&self.address, None, Some(&login), 1 << 20).await.unwrap();
        let frame = Frame::new("SEND")
            .with("destination", &format!("/queue/{queue}"))
            .with("persistent", "true")
            .with("receipt", "sent");
        connection.send(&frame.with_body(body, false)).await.unwrap();
        assert_eq!(connection.receive().await.unwrap().command, "RECEIPT");
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        let folder = self.folder.path().to_str().unwrap();
        let mut stop = Command::new(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/activemq-throwaway"),
        );
        let _ = stop.args(["stop", folder]).output();
    }
}

/// What is running beside a test; it ends with it.
struct Beside(Vec<JoinHandle<()>>);

impl Drop for Beside {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = std::time::Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The serving desk's key and certificate, and the secrets of the broker.
fn files(folder: &Path) {
    use base64::Engine as _;
    let pem = |label: &str, der: &[u8]| {
        let text = base64::engine::general_purpose::STANDARD.encode(der);
        format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
    };
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let params = rcgen::CertificateParams::new(vec!["desk.invalid".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    std::fs::write(folder.join("desk.pem"), pem("CERTIFICATE", certificate.der())).unwrap();
    std::fs::write(folder.join("key.pem"), pem("PRIVATE KEY", key.serialized_der())).unwrap();
    std::fs::write(folder.join("password"), "throwaway\n").unwrap();
}

fn described(text: &str, folder: &Path, world: &World) -> Described {
    Settings::from_toml(text, folder).unwrap().described(&world.ticking()).unwrap()
}

fn broker_lines(broker: &Broker, queues: &str) -> String {
    format!(
        "address = \"{}\"\nuser = \"abis\"\npassword = \"password\"\n\
         requests = \"{queues}-requests\"\nanswers = \"{queues}-answers\"\n",
        broker.address
    )
}

/// Both ends at work: `asking` sends its cases, `serving` decides them.
async fn connect(
    asking: &World,
    serving: &World,
    broker: &Broker,
    queues: &str,
    folder: &Path,
) -> Beside {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let lines = broker_lines(broker, queues);
    let text = format!(
        "[sends]\ndesk = \"ministry-b\"\ncertificate = \"desk.pem\"\naddress = \"{origin}\"\n\
         [sends.broker]\n{lines}"
    );
    let (sends, shares) = described(&text, folder, asking).sends.unwrap();
    let state = ShareState {
        desks: asking.register.clone(),
        recipient: shares.recipient,
        most_reads: shares.most_reads,
        fields: shares.fields,
        clock: asking.ticking(),
        entropy: Entropy::new(|bytes| bytes.fill(7)),
    };
    let text = format!(
        "[serves]\nplatform = \"ministry-a\"\n[serves.broker]\n{lines}\
         [serves.share]\nallowed = [\"{origin}\"]\n[[serves.share.keys]]\nfile = \"key.pem\"\n"
    );
    let serves = described(&text, folder, serving).serves.unwrap();
    let never = std::future::pending;
    let router = share_router(state);
    let (desks, cases) = (asking.register.clone(), serving.register.clone());
    let (one, other) = (asking.ticking(), serving.ticking());
    Beside(vec![
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }),
        tokio::spawn(send(sends, desks, one, never())),
        tokio::spawn(serve(serves, cases, other, never())),
    ])
}

async fn listed(world: &World) -> Option<CaseId> {
    let page = world.register.page(ADJUDICATORS[0], QueueFilter::default(), None, world.now());
    page.await.unwrap().entries.first().map(|entry| entry.case)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_register_serves_another() {
    let Some(broker) = Broker::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    files(folder.path());
    for (n, asking) in worlds().await.into_iter().enumerate() {
        // The serving one takes turns too, where there are two kinds of database.
        let mut tests = TestDatabase::each().await.unwrap();
        tests.reverse();
        let serving = World::over(tests.swap_remove(n.min(tests.len() - 1)), |m| m).await;
        let queues = format!("q{n}");
        // Whatever lies in the queues, the ends get past it.
        for (queue, body) in [
            ("requests", "no JSON"),
            ("requests", "{\"id\":\"mosip.manual.adjudication.adjudicate\",\"requestId\":\"r\"}"),
            ("answers", "no JSON"),
            ("answers", "{\"id\":\"mosip.manual.adjudication.adjudicate\",\"requestId\":\"r\"}"),
        ] {
            broker.send(&format!("{queues}-{queue}"), body).await;
        }
        let beside = connect(&asking, &serving, &broker, &queues, folder.path()).await;
        round_trip(&asking, &serving, &broker, &queues).await;
        drop(beside);
    }
}

async fn round_trip(asking: &World, serving: &World, broker: &Broker, queues: &str) {
    let first = Person::adult(0);
    let (known, _) = asking.carry(&first).await;
    let mut again = first.disguised(1);
    again.officer = CAPTURER_WHO_ADJUDICATES;
    let (application, _) = asking.carry(&again).await;
    let ours = asking.case_of(application).await.id;

    let theirs = until("the case came", async || listed(serving).await).await;
    let candidate = looked_at(serving, theirs).await;
    let same = Verdict::SamePerson { candidate };
    serving.settle(theirs, [ADJUDICATORS[0], ADJUDICATORS[1]], same).await;

    let case = until("the answer came", async || {
        let case = asking.case_of(application).await;
        (case.stage.name() == "awaits_second").then_some(case)
    })
    .await;
    let desk = case.stage.opinions()[0].officer;
    let mut tx = asking.read().await;
    let named = outside::desk_name(&mut tx, desk).await.unwrap();
    assert_eq!(named.as_deref(), Some("ministry-b"));
    let request = outside::of_case(&mut tx, ours).await.unwrap().unwrap();
    assert_eq!(request.outcome, Some(outside::Outcome::Taken));
    for person in [application, known] {
        let lines = disclosures::list_for_application(&mut tx, person, None, 50).await.unwrap();
        let reads = lines.iter().filter(|line| line.asker == "ministry-b").count();
        assert_eq!(reads, 1, "one line for one read");
    }
    drop(tx);
    // One of ours agrees: linked, and no second number.
    asking.judge(ours, ADJUDICATORS[0], Verdict::SamePerson { candidate: known }).await.unwrap();
    asking.drain().await;
    assert_eq!(asking.state(application).await.name(), "linked");
    assert_eq!(asking.numbers_given().await, 1);

    left_behind(serving, theirs, &request.id.to_string()).await;
    // The same answer once more, and a forged contrary one, change nothing.
    for candidates in ["", "{\"referenceId\":\"somebody\"}"] {
        let body = format!(
            "{{\"id\":\"mosip.manual.adjudication.adjudicate\",\"requestId\":\"{}\",\
             \"returnValue\":\"1\",\"candidateList\":{{\"candidates\":[{candidates}]}}}}",
            request.id
        );
        broker.send(&format!("{queues}-answers"), &body).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(asking.state(application).await.name(), "linked");
}

/// What a reviewer of the serving desk sees of it; the candidate's id.
async fn looked_at(world: &World, case: CaseId) -> niims_record::ApplicationId {
    let opened = world.open(case, ADJUDICATORS[0]).await.unwrap();
    let candidate = &opened.evidence.candidates[0];
    assert_eq!(opened.evidence.candidates.len(), 1);
    assert_eq!(opened.evidence.applicant.fingers.len(), 3);
    let fingers = candidate.fingers.as_ref().unwrap();
    assert!(fingers.score > 8_000, "the prints of one hand agree: {}", fingers.score);
    assert!(candidate.particulars.is_some(), "the particulars are compared");
    assert!(candidate.differences.iter().any(|found| found.field == "surname"));
    for (side, shown) in [
        (SideOf::Applicant, &opened.evidence.applicant),
        (SideOf::Candidate { index: 0 }, &candidate.side),
    ] {
        let image = ImageOf::Finger { position: shown.fingers[0].position };
        let now = world.now();
        let bytes =
            CaseReview::image(&*world.register, opened.view, side, image, ADJUDICATORS[0], now);
        assert_eq!(bytes.await.unwrap().media_type, "image/png");
    }
    world.register.release(case, ADJUDICATORS[0], world.now()).await.unwrap();
    candidate.side.application
}

/// The serving register kept nothing but the case itself, and after its time not even that.
async fn left_behind(world: &World, case: CaseId, request: &str) {
    assert_eq!(world.numbers_given().await, 0);
    until("the answer was noted", async || {
        let found = foreign::get(&mut world.read().await, case, false).await.unwrap().unwrap();
        found.answered_at
    })
    .await;
    let stored = foreign::get(&mut world.read().await, case, false).await.unwrap().unwrap();
    let hash = stored.request_hash;
    let standing = async || world.register.standing("ministry-a", request, &hash).await.unwrap();
    assert!(matches!(standing().await, ForeignStanding::Decided(_)));
    let changed = world.register.standing("ministry-a", request, &[0; 32]).await.unwrap();
    assert_eq!(changed, ForeignStanding::Changed);
    let views = world.register.replay(case, AUDITOR, world.now()).await.unwrap().views;
    let shown = world.register.replay_view(views[0].view, AUDITOR, world.now()).await.unwrap();
    assert!(shown.intact && shown.altered_images.is_empty());
    world.pass(SignedDuration::from_hours(24 * 31));
    until("it was erased", async || {
        foreign::get(&mut world.read().await, case, false).await.unwrap().unwrap().erased_at
    })
    .await;
    assert_eq!(standing().await, ForeignStanding::Erased);
    let gone = world.register.replay_view(views[0].view, AUDITOR, world.now()).await;
    assert_eq!(refusal(gone), (410, "desk.view_erased".to_owned()));
    let replayed = world.register.replay(case, AUDITOR, world.now()).await.unwrap();
    assert_eq!(replayed.opinions.len(), 2, "how it was decided remains");
}
