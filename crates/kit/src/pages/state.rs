//! What the pages are made of.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use niims_web::{Shell, ShellSettings, Texts};
use niims_wire::card::CardReader;
use niims_wire::{Clock, Entropy};

use super::card::HeldCard;
use super::seat::Seat;
use super::sender::{Sender, Way};
use super::slip::Slip;
use super::texts::texts;
use crate::devices::DeviceStation;
use crate::interview::{BodyCapture, NoStation};
use crate::kit::Kit;
use crate::pack::PackInUse;

/// Where fingers and portrait come from.
pub enum Station {
    /// A station beside the kit, with programs of its own.
    Beside(Box<dyn BodyCapture>),
    /// Scanners and cameras that the kit itself speaks to.
    Devices(DeviceStation),
}

/// What the pages are given when they begin.
pub struct PagesSetup {
    /// The kit, open.
    pub kit: Kit,
    /// Tells the time.
    pub clock: Clock,
    /// Random bytes, cryptographically secure.
    pub entropy: Entropy,
    /// Where fingers and portrait come from.
    pub station: Station,
    /// The port under which the browser finds the pages.
    pub port: u16,
    /// Address of the centre, for uploads.
    pub centre: Option<String>,
    /// Whether packets are sent by themselves when there is a line, besides by the button.
    pub sends_by_itself: bool,
    /// Folder of the stick, for packets on foot.
    pub stick: Option<PathBuf>,
    /// Reads cards that somebody shows; no page for cards where there is none.
    pub cards: Option<Arc<dyn CardReader>>,
}

impl core::fmt::Debug for PagesSetup {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("PagesSetup").field("kit", &self.kit).finish_non_exhaustive()
    }
}

/// The parts that every page uses.
pub(super) struct Pages {
    pub kit: Arc<Mutex<Kit>>,
    /// Where the kit lies.
    pub folder: PathBuf,
    pub station: Arc<Mutex<Box<dyn BodyCapture>>>,
    /// Devices at the kit, where they take the station's place.
    pub devices: Option<Arc<DeviceStation>>,
    pub pack: PackInUse,
    pub clock: Clock,
    pub entropy: Entropy,
    pub shell: Shell,
    pub texts: Texts,
    pub seat: Mutex<Option<Seat>>,
    /// The slip of the enrolment that was finished last, until the next begins.
    pub slip: Mutex<Option<Slip>>,
    /// The card that was read last, for a few minutes.
    pub card: Mutex<Option<HeldCard>>,
    pub cards: Option<Arc<dyn CardReader>>,
    pub centre: Option<String>,
    /// Sends in the background, where the kit does.
    pub sender: Option<Arc<Sender>>,
    pub stick: Option<PathBuf>,
}

impl Pages {
    pub fn new(setup: PagesSetup) -> Self {
        let page_entropy = {
            let entropy = setup.entropy.clone();
            Arc::new(move || bytes(&entropy))
        };
        let shell = Shell::new(ShellSettings {
            // A kit's pages live as long as the program: forms of an earlier run are void.
            key: bytes(&setup.entropy),
            entropy: page_entropy,
            secure_cookies: false,
        });
        let (station, devices): (Box<dyn BodyCapture>, _) = match setup.station {
            Station::Beside(station) => (station, None),
            Station::Devices(devices) => (Box::new(NoStation), Some(Arc::new(devices))),
        };
        let pack = setup.kit.pack_in_use();
        let folder = setup.kit.folder.clone();
        let kit = Arc::new(Mutex::new(setup.kit));
        let centre = setup.centre.clone().filter(|_| setup.sends_by_itself);
        let sender = centre.map(|centre| {
            let sender = Arc::new(Sender::new());
            let (clock, entropy) = (setup.clock.clone(), setup.entropy.clone());
            Sender::start(&sender, &kit, Way { centre, clock, entropy });
            sender
        });
        Self {
            pack,
            kit,
            folder,
            sender,
            station: Arc::new(Mutex::new(station)),
            devices,
            clock: setup.clock,
            entropy: setup.entropy,
            shell,
            texts: texts(),
            seat: Mutex::new(None),
            slip: Mutex::new(None),
            card: Mutex::new(None),
            cards: setup.cards,
            centre: setup.centre,
            stick: setup.stick,
        }
    }
}

/// 32 random bytes.
pub(super) fn bytes(entropy: &Entropy) -> [u8; 32] {
    use rand_core::Rng;
    let mut bytes = [0; 32];
    entropy.rng().fill_bytes(&mut bytes);
    bytes
}
