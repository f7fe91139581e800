//! The command line.

mod cards;
mod devices;
mod face;
mod fingerprint;
mod kit;
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
pub use kit::{KitArgs, KitCommand, KitServeArgs};
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
