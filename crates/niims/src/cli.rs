//! The command line.

mod cards;
mod devices;
mod face;
mod fingerprint;
mod sim;
mod staff;
mod stick;

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::commands::abis::args::AbisCommand;
use clap::{Args, Parser, Subcommand};

pub use cards::CardTrustArgs;
pub use devices::{DevicesCommand, TrustArgs};
pub use face::FaceCommand;
pub use fingerprint::{FingerprintCommand, ListInput};
pub use sim::{CostArgs, DeviceArgs, GalleryArgs, QueueArgs, SimCommand};
pub use staff::StaffCommand;
pub use stick::StickCommand;

/// National Integrated Identity Management System: one executable, several roles.
#[derive(Parser)]
#[command(name = "niims", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Shows the life of a record on a synthetic village, then serves its pages.
    Demo(DemoArgs),
    /// Makes a new centre: its keys and its folder.
    Init(CentreArgs),
    /// Serves a centre: kits, agencies and residents on one address.
    Serve(ServeArgs),
    /// Adds staff and kits to a centre.
    #[command(subcommand)]
    Staff(StaffCommand),
    /// Scanners and cameras that kits may use.
    #[command(subcommand)]
    Devices(DevicesCommand),
    /// A registration kit: enrol, seal, upload, delete.
    #[command(subcommand)]
    Kit(KitCommand),
    /// Packets that come to the centre on a stick.
    #[command(subcommand)]
    Stick(StickCommand),
    /// The desk of the adjudicators.
    #[command(subcommand)]
    Adjudicate(AdjudicateCommand),
    /// Stops and releases powers of the programme under an order.
    #[command(subcommand)]
    Freeze(FreezeCommand),
    /// An ABIS of its own: a matcher that other systems plug in.
    #[command(subcommand)]
    Abis(AbisCommand),
    /// Clients of agencies at the exchange.
    #[command(subcommand)]
    Agency(AgencyCommand),
    /// Cards: verify a QR text offline, export a card as PDF.
    #[command(subcommand)]
    Card(CardCommand),
    /// The transparency log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Country packs.
    #[command(subcommand)]
    Country(CountryCommand),
    /// Fingerprints: quality, comparison, pictures.
    #[command(subcommand)]
    Fingerprint(FingerprintCommand),
    /// Photos of faces: what is wrong with one, how alike two are to a model of yours.
    #[command(subcommand)]
    Face(FaceCommand),
    /// Simulations at the size of a nation.
    #[command(subcommand)]
    Sim(SimCommand),
    /// The Huduma Namba: how many are left, whether one is well formed.
    #[command(subcommand)]
    Number(NumberCommand),
}

/// Where a centre is.
#[derive(Args, Clone)]
pub struct CentreArgs {
    /// Folder of the centre.
    #[arg(long, env = "NIIMS_DATA", default_value = "niims-data")]
    pub data: PathBuf,
    /// Address of the database; the file register.db in the folder unless given.
    #[arg(long, env = "NIIMS_DATABASE")]
    pub database: Option<String>,
    /// Folder of the country pack; Kenya's, compiled in, unless given.
    #[arg(long, env = "NIIMS_COUNTRY")]
    pub country: Option<PathBuf>,
}

#[derive(Args)]
pub struct DemoArgs {
    /// Folder for the demonstration's data; it is emptied first.
    #[arg(long, default_value = "demo-data")]
    pub data: PathBuf,
    /// How many people live in the village, 20 to 5,000.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(20..=5_000))]
    pub people: u32,
    /// Folder of real fingerprint images with lists *.tsv, instead of synthetic prints.
    #[arg(long)]
    pub images: Option<PathBuf>,
    /// Where to serve the pages.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Ends after the work instead of serving pages.
    #[arg(long)]
    pub no_serve: bool,
    /// Writes the log-ins as JSON to this file.
    #[arg(long)]
    pub logins: Option<PathBuf>,
    /// Seed of everything synthetic; the same seed makes the same village.
    #[arg(long, default_value_t = 2019)]
    pub seed: u64,
    /// How many cases are left open at the desk, to be tried.
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(0..=200))]
    pub open_cases: u32,
    /// Address of a PostgreSQL database to use instead of SQLite; it must be empty.
    #[arg(long)]
    pub database: Option<String>,
}

#[derive(Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub centre: CentreArgs,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// TLS ends in front of this process: cookies go over HTTPS only.
    #[arg(long)]
    pub behind_tls: bool,
    /// Host name under which browsers find the pages; passkeys of staff are bound to it.
    #[arg(long, default_value = "localhost")]
    pub domain: String,
    /// How many workers run steps.
    #[arg(long, default_value_t = 2)]
    pub workers: usize,
    /// Description of a foreign desk; docs/FOREIGN_DESK.md shows the form.
    #[arg(long, value_name = "FILE")]
    pub foreign_desk: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum KitCommand {
    /// Enrols the residents whose captures lie in these folders.
    Enrol {
        #[command(flatten)]
        kit: KitArgs,
        /// Folders with form.json, fingers/, portrait and documents/.
        #[arg(required = true)]
        captures: Vec<PathBuf>,
    },
    /// Seals every complete encounter; the kit cannot read them afterwards.
    Seal(KitArgs),
    /// Closes the day with counts.
    CloseDay(KitArgs),
    /// Uploads sealed packets, resuming where they broke off, and fetches receipts.
    Upload {
        #[command(flatten)]
        kit: KitArgs,
        /// Address of the centre, such as https://centre.example.
        #[arg(long)]
        centre: String,
        /// How many seconds to wait for receipts.
        #[arg(long, default_value_t = 20)]
        wait: u64,
    },
    /// Sets up a kit in a folder by the one-time code of the fleet's manager, read from
    /// standard input. The kit makes its own keys.
    EnrolByCode {
        #[command(flatten)]
        kit: KitArgs,
        /// Address of the centre, such as https://centre.example.
        #[arg(long)]
        centre: String,
    },
    /// Tells the centre how the kit does, and fetches its certificate and whom to meet again.
    Contact {
        #[command(flatten)]
        kit: KitArgs,
        /// Address of the centre, such as https://centre.example.
        #[arg(long)]
        centre: String,
    },
    /// Deletes packets whose verified receipt is old enough.
    Delete {
        #[command(flatten)]
        kit: KitArgs,
        /// Days to keep a packet after its receipt.
        #[arg(long, default_value_t = 14)]
        retention_days: u16,
    },
    /// Shows what the kit holds.
    Status(KitArgs),
    /// Serves the kit's pages to the browser of this laptop, and to nobody else.
    Serve(KitServeArgs),
    /// Gives an officer a PIN, read from standard input, in place of the key file.
    Pin {
        #[command(flatten)]
        kit: KitArgs,
        /// How colleagues call this officer; shown where they sign in.
        #[arg(long)]
        badge: String,
    },
    /// Takes the list of trusted devices that the centre signed; never one older than it has.
    TrustDevices {
        #[command(flatten)]
        kit: KitArgs,
        /// File with the list.
        list: PathBuf,
    },
    /// Binds the keys of a kit, which must be closed, to the TPM of this laptop: its folder opens
    /// nowhere else from then on. Best before the first capture.
    BindTpm {
        #[command(flatten)]
        kit: KitArgs,
        /// Device of the TPM, or socket of a simulator.
        #[arg(long, default_value = niims_kit::TPM_DEVICE)]
        tpm: PathBuf,
    },
    /// Takes the list of whose cards are believed that the centre signed; never one older than it has.
    TrustCards {
        #[command(flatten)]
        kit: KitArgs,
        /// File with the list.
        list: PathBuf,
    },
    /// Looks for fingerprint scanners and cameras and says which may be used, and why others may not.
    Devices {
        /// File with the list of trusted devices that the centre signed.
        #[arg(long)]
        trust: PathBuf,
        /// Key of the centre for such lists, as name+id+key.
        #[arg(long)]
        key: String,
    },
}

#[derive(Args)]
pub struct KitServeArgs {
    /// Folder of the kit.
    #[arg(long, env = "NIIMS_KIT")]
    pub kit: PathBuf,
    /// Folder of the country pack; Kenya's, compiled in, unless given.
    #[arg(long, env = "NIIMS_COUNTRY")]
    pub country: Option<PathBuf>,
    /// Where to listen: an address of this machine only.
    #[arg(long, default_value = "127.0.0.1:8046")]
    pub listen: SocketAddr,
    /// Folder to which the capture station writes fingers and portrait of one resident.
    #[arg(long)]
    pub station: Option<PathBuf>,
    /// Takes fingers and portrait by the scanners and cameras that the kit's list of devices trusts.
    #[arg(long, conflicts_with = "station")]
    pub devices: bool,
    /// Address of the centre, such as https://centre.example. Packets are sent when there is a line.
    #[arg(long)]
    pub centre: Option<String>,
    /// Sends packets when the button is pressed, and not by itself: for lines that cost by the byte.
    #[arg(long)]
    pub upload_by_hand: bool,
    /// Folder where the stick is mounted, for packets on foot.
    #[arg(long)]
    pub stick: Option<PathBuf>,
    /// Opens the pages full screen in a browser that keeps nothing on the disk.
    #[arg(long)]
    pub full_screen: bool,
    /// The browser, where it is not Chromium on the path.
    #[arg(long, requires = "full_screen")]
    pub browser: Option<PathBuf>,
    /// TPM to which the keys of a kit that is set up now are bound; the laptop's own, where it has
    /// one, unless given.
    #[arg(long)]
    pub tpm: Option<PathBuf>,
    /// Keeps the keys of a kit that is set up now in files, whether there is a TPM or not.
    #[arg(long, conflicts_with = "tpm")]
    pub without_tpm: bool,
}

/// Which kit and officer.
#[derive(Args)]
pub struct KitArgs {
    /// Folder of the kit.
    #[arg(long, env = "NIIMS_KIT")]
    pub kit: PathBuf,
    /// Id of the officer; the kit's first supervisor unless given.
    #[arg(long)]
    pub officer: Option<String>,
    /// Folder of the country pack; Kenya's, compiled in, unless given.
    #[arg(long, env = "NIIMS_COUNTRY")]
    pub country: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum AdjudicateCommand {
    /// Lists open cases.
    List(CentreArgs),
    /// Writes the evidence of a case to a folder as a page with pictures.
    Show {
        #[command(flatten)]
        centre: CentreArgs,
        /// The case.
        case: String,
        /// The adjudicator who looks.
        #[arg(long)]
        officer: String,
        /// Folder to write to.
        #[arg(long)]
        out: PathBuf,
    },
    /// Removes a folder of evidence.
    Forget {
        /// The folder that `show` wrote.
        folder: PathBuf,
    },
    /// Gives an opinion.
    Decide {
        #[command(flatten)]
        centre: CentreArgs,
        /// The case.
        case: String,
        /// The adjudicator.
        #[arg(long)]
        officer: String,
        /// same:<application number>, different, recapture or fraud.
        #[arg(long)]
        verdict: String,
        /// Reasons, codes of the country pack.
        #[arg(long, required = true)]
        reason: Vec<String>,
    },
}

#[derive(Subcommand)]
pub enum FreezeCommand {
    /// Stops a power.
    Set {
        #[command(flatten)]
        centre: CentreArgs,
        /// enrol, share or issue.
        #[arg(long)]
        power: String,
        /// Only for this agency.
        #[arg(long)]
        agency: Option<String>,
        /// Only in this county.
        #[arg(long)]
        county: Option<String>,
        /// The order it rests on.
        #[arg(long)]
        order: String,
    },
    /// Lifts a freeze.
    Lift {
        #[command(flatten)]
        centre: CentreArgs,
        /// The freeze.
        freeze: String,
        /// The order that lifts it.
        #[arg(long)]
        order: String,
    },
    /// Lists all freezes.
    List(CentreArgs),
}

#[derive(Subcommand)]
pub enum AgencyCommand {
    /// Adds a client of an agency and prints its secret once.
    Add {
        #[command(flatten)]
        centre: CentreArgs,
        /// Code of the agency in the country pack.
        #[arg(long)]
        agency: String,
    },
}

#[derive(Subcommand)]
pub enum CardCommand {
    /// Checks the text of a card's QR without any server.
    Verify {
        /// File with the issuer's public key.
        #[arg(long)]
        key: PathBuf,
        /// File with the text; standard input unless given.
        text: Option<PathBuf>,
    },
    /// Writes the PDF of a made card.
    Export {
        #[command(flatten)]
        centre: CentreArgs,
        /// The number on the resident's slip.
        #[arg(long)]
        application_number: String,
        /// PDF file to write; the QR text goes beside it. Both are personal data.
        #[arg(long)]
        out: PathBuf,
        /// Writes the data for a chip beside it as well: two fingers, signed with the credential.
        #[arg(long)]
        chip: bool,
    },
    /// Signs a new list for kits of whose cards are believed and which were revoked.
    Trust(CardTrustArgs),
}

#[derive(Subcommand)]
pub enum AuditCommand {
    /// Verifies a log folder: inclusion, consistency, signatures. Needs no server.
    Verify {
        /// Folder of the log.
        log: PathBuf,
        /// File with the log's public key.
        #[arg(long)]
        key: PathBuf,
        /// An older checkpoint that the log must continue.
        #[arg(long)]
        since: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
pub enum CountryCommand {
    /// Says what is wrong with a pack, with file and line.
    Check {
        /// Folder of the pack.
        pack: PathBuf,
    },
}

#[derive(Subcommand)]
pub enum NumberCommand {
    /// How many numbers were given and how many are left.
    Space(CentreArgs),
    /// Whether a number is well formed.
    Check {
        /// The number.
        number: String,
    },
}
