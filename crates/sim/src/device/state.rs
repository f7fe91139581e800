//! What a running device knows.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use niims_device::maker::{Device, Identity, KeyKind, MakerError, Validity, Workshop};
use niims_device::trust::TrustList;
use niims_device::vocabulary::{Certification, DeviceKind, DeviceStatus, Environment};
use niims_wire::{Clock, Entropy};

use super::fault::Fault;
use super::subject::Subject;

/// How a device is set up.
#[derive(Clone)]
pub struct Setup {
    /// What it captures: fingers or faces.
    pub kind: DeviceKind,
    /// How it protects its keys.
    pub certification: Certification,
    /// Which keys it has.
    pub keys: KeyKind,
    /// Where it belongs.
    pub environment: Environment,
    /// Who sits before it first.
    pub subject: Subject,
    /// How long a capture takes when all is well; SBI asks for less than 4 s.
    pub takes: Duration,
    /// What it does wrong from the start.
    pub fault: Fault,
}

pub(super) struct State {
    pub setup: Setup,
    pub port: u16,
    pub clock: Clock,
    pub trust: TrustList,
    device: Device,
    /// A second device of the same workshop, and one of another.
    sister: Device,
    stranger: Device,
    fault: Mutex<Fault>,
    subject: Mutex<Subject>,
    /// What the camera sees, a JPEG; nothing but its own light where empty.
    view: Mutex<Option<Vec<u8>>>,
    busy: AtomicBool,
    occasions: AtomicU64,
    first_answer: Mutex<Option<String>>,
    first_block: Mutex<Option<Vec<u8>>>,
}

impl State {
    pub fn new(
        setup: Setup,
        port: u16,
        clock: Clock,
        entropy: &Entropy,
    ) -> Result<Self, MakerError> {
        let rng = &mut entropy.rng();
        let now = clock.now();
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let days = |days: i64| jiff::Span::new().days(days);
        let validity =
            Validity { from: today.saturating_sub(days(2)), to: today.saturating_add(days(365)) };
        let workshop = Workshop::new(setup.keys, validity, rng)?;
        let strange = Workshop::new(setup.keys, validity, rng)?;
        let identity = Identity {
            serial: "SIMULATED0001".to_owned(),
            make: "Simulator".to_owned(),
            model: "Simulated 1".to_owned(),
            kind: setup.kind,
            sub_kind: match setup.kind {
                DeviceKind::Face => "Full face".to_owned(),
                _ => "Slap".to_owned(),
            },
        };
        let level = setup.certification;
        let month = SignedDuration::from_hours(24 * 30);
        let issued = now - SignedDuration::from_hours(1);
        Ok(Self {
            trust: workshop.trust_list(setup.environment, issued, now + month),
            device: workshop.device(identity.clone(), level, validity, rng)?,
            sister: workshop.device(identity.clone(), level, validity, rng)?,
            stranger: strange.device(identity, level, validity, rng)?,
            fault: Mutex::new(setup.fault),
            subject: Mutex::new(setup.subject.clone()),
            setup,
            port,
            clock,
            view: Mutex::default(),
            busy: AtomicBool::new(false),
            occasions: AtomicU64::new(0),
            first_answer: Mutex::default(),
            first_block: Mutex::default(),
        })
    }

    pub fn fault(&self) -> Fault {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set_fault(&self, fault: Fault) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    /// Who sits before the device now.
    pub fn subject(&self) -> Subject {
        self.subject.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set_subject(&self, subject: Subject) {
        *self.subject.lock().unwrap_or_else(PoisonError::into_inner) = subject;
    }

    /// What the camera sees.
    pub fn view(&self) -> Option<Vec<u8>> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set_view(&self, view: Option<Vec<u8>>) {
        *self.view.lock().unwrap_or_else(PoisonError::into_inner) = view;
    }

    /// The device that describes itself.
    pub fn device(&self) -> &Device {
        if self.fault() == Fault::UnknownRoot { &self.stranger } else { &self.device }
    }

    /// The device that signs captures.
    pub fn capturing(&self) -> &Device {
        match self.fault() {
            Fault::UnknownRoot => &self.stranger,
            Fault::OtherDevice => &self.sister,
            _ => &self.device,
        }
    }

    /// The time that the device believes.
    pub fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_hours(1);
        if self.fault() == Fault::ClockAhead { self.clock.now() + ahead } else { self.clock.now() }
    }

    pub fn status(&self) -> DeviceStatus {
        match self.fault() {
            Fault::NotReady => DeviceStatus::NotReady,
            Fault::NotRegistered => DeviceStatus::NotRegistered,
            Fault::Busy => DeviceStatus::Busy,
            _ if self.busy.load(Ordering::SeqCst) => DeviceStatus::Busy,
            _ => DeviceStatus::Ready,
        }
    }

    /// Takes the device for a capture; nothing when somebody has it.
    pub fn take(&self) -> Option<Taken<'_>> {
        (!self.busy.swap(true, Ordering::SeqCst)).then(|| Taken(self))
    }

    /// Number of this capture, from 0.
    pub fn occasion(&self) -> u64 {
        self.occasions.fetch_add(1, Ordering::SeqCst)
    }

    /// The first answer, which is this one when there was none.
    pub fn first_answer(&self, own: String) -> String {
        let mut first = self.first_answer.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(own).clone()
    }

    /// The first block, which is this one when there was none.
    pub fn first_block(&self, own: &[u8]) -> Vec<u8> {
        let mut first = self.first_block.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert_with(|| own.to_vec()).clone()
    }
}

/// The device, held for one capture.
pub(super) struct Taken<'a>(&'a State);

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.0.busy.store(false, Ordering::SeqCst);
    }
}
