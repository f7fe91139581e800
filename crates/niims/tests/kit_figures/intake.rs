//! Many kits at the door of a centre at once, as cheap to make as can be: requests are written by
//! hand, so that the processor is left to the centre.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use jiff::Timestamp;
use niims_packet::{
    CentrePublicKey, Encounter, Header, KitSigningKey, OfficerSigningKey, PACKET_VERSION, seal,
};
use niims_record::{ApplicationId, KitId, PacketId};
use niims_wire::kit::{KIT_HEADER, SIGNATURE_HEADER, TIME_HEADER, signed_text};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// Bytes of one chunk, as the kit sends them.
const CHUNK: usize = niims_kit::CHUNK_BYTES;

/// A kit with sealed packets.
pub struct Sender {
    pub kit: KitId,
    pub key: KitSigningKey,
    packets: Vec<(PacketId, [u8; 32], Vec<u8>)>,
}

/// What became of one kit's day.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sent {
    pub packets: usize,
    pub took: Duration,
    /// How often it was told to come later.
    pub turned_back: usize,
}

impl Sender {
    pub fn new(n: u16) -> Self {
        let mut id = [0x5e; 16];
        id[..2].copy_from_slice(&n.to_be_bytes());
        let mut seed = [0x17; 32];
        seed[..2].copy_from_slice(&n.to_be_bytes());
        let key = KitSigningKey::from_bytes(&seed);
        Self { kit: KitId::from_bytes(id), key, packets: Vec::new() }
    }

    /// Seals an encounter under fresh ids so many times.
    pub fn seal(
        &mut self,
        encounter: &Encounter,
        officer: &OfficerSigningKey,
        centre: &CentrePublicKey,
        count: usize,
    ) {
        let mut rng = ChaCha8Rng::from_seed(self.key.to_bytes().map(|byte| byte ^ 0xff));
        let (mut sequence, mut previous_hash) = (0, [0; 32]);
        for _ in 0..count {
            sequence += 1;
            let application = ApplicationId::random(&mut rng);
            let encounter = Encounter { application, kit: self.kit, ..encounter.clone() };
            let header = Header {
                version: PACKET_VERSION,
                packet_id: PacketId::random(&mut rng),
                kit: self.kit,
                sequence,
                previous_hash,
                sealed_at: encounter.captured_at,
                recipient: centre.id(),
                application,
            };
            let sealed = seal(&encounter, &header, officer, &self.key, centre, &mut rng).unwrap();
            previous_hash = sealed.hash;
            self.packets.push((header.packet_id, sealed.hash, sealed.bytes));
        }
    }

    pub fn bytes(&self) -> u64 {
        self.packets.iter().map(|(_, _, bytes)| bytes.len() as u64).sum()
    }

    /// Sends everything over one connection, and waits whenever the centre says so.
    pub fn send_all(&self, address: &str) -> Sent {
        let begun = Instant::now();
        let mut sent = Sent::default();
        let mut line = TcpStream::connect(address).unwrap();
        line.set_nodelay(true).unwrap();
        for (id, hash, bytes) in &self.packets {
            let metadata = format!(
                "packet {},sha256 {}",
                STANDARD.encode(id.to_string()),
                STANDARD.encode(hex::encode(hash))
            );
            let length = bytes.len().to_string();
            let announced = [("upload-length", length.as_str()), ("upload-metadata", &metadata)];
            loop {
                let answer = self.ask(&mut line, "POST", "/kit/v1/uploads", &announced, &[]);
                if answer.status == 201 {
                    break;
                }
                assert_eq!(answer.status, 503, "{}", answer.head);
                sent.turned_back += 1;
                std::thread::sleep(Duration::from_secs(answer.retry_after.unwrap()));
            }
            let path = format!("/kit/v1/uploads/{id}");
            let mut at = 0;
            while at < bytes.len() {
                let end = bytes.len().min(at + CHUNK);
                let offset = at.to_string();
                let headers = [("upload-offset", offset.as_str())];
                let answer = self.ask(&mut line, "PATCH", &path, &headers, &bytes[at..end]);
                assert_eq!(answer.status, 204, "{}", answer.head);
                at = end;
            }
            sent.packets += 1;
        }
        sent.took = begun.elapsed();
        sent
    }

    fn ask(
        &self,
        line: &mut TcpStream,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let now = Timestamp::now();
        let key = SigningKey::from_bytes(&self.key.to_bytes());
        let signature = key.sign(signed_text(self.kit, method, path, now).as_bytes());
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: centre\r\n{KIT_HEADER}: {}\r\n{TIME_HEADER}: {}\r\n\
             {SIGNATURE_HEADER}: {}\r\ncontent-length: {}\r\n",
            self.kit,
            now.as_second(),
            STANDARD.encode(signature.to_bytes()),
            body.len()
        );
        for (name, value) in headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        head += "\r\n";
        line.write_all(head.as_bytes()).unwrap();
        line.write_all(body).unwrap();
        Answer::read(line)
    }
}

struct Answer {
    status: u16,
    retry_after: Option<u64>,
    head: String,
}

impl Answer {
    fn read(line: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        let mut piece = [0; 2_048];
        loop {
            let read = line.read(&mut piece).unwrap();
            assert!(read > 0, "the centre hung up");
            bytes.extend_from_slice(&piece[..read]);
            let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let field = |name: &str| {
                let line = head.lines().find_map(|line| line.strip_prefix(name))?;
                line.trim().parse::<u64>().ok()
            };
            let body = field("content-length:").unwrap_or(0) as usize;
            while bytes.len() < end + 4 + body {
                let read = line.read(&mut piece).unwrap();
                assert!(read > 0, "the centre hung up");
                bytes.extend_from_slice(&piece[..read]);
            }
            let status = head.split(' ').nth(1).unwrap().parse().unwrap();
            return Self { status, retry_after: field("retry-after:"), head };
        }
    }
}

/// Lets every kit send at once; what became of each.
pub fn all_at_once(senders: &[Sender], address: &str) -> Vec<Sent> {
    let sent = Mutex::new(vec![Sent::default(); senders.len()]);
    std::thread::scope(|scope| {
        for (at, sender) in senders.iter().enumerate() {
            let sent = &sent;
            scope.spawn(move || {
                let one = sender.send_all(address);
                sent.lock().unwrap()[at] = one;
            });
        }
    });
    sent.into_inner().unwrap()
}

/// Processor seconds that a process has used.
pub fn processor_seconds(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let after = stat.rsplit_once(')').unwrap().1;
    let fields: Vec<&str> = after.split_whitespace().collect();
    // utime and stime, in ticks of a hundredth of a second on Linux.
    let ticks: f64 = fields[11..13].iter().map(|ticks| ticks.parse::<f64>().unwrap()).sum();
    ticks / 100.0
}
