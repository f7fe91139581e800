//! Arguments of `niims sim`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::CentreArgs;

#[derive(Subcommand)]
pub enum SimCommand {
    /// Fills a matcher's gallery with synthetic people of ten fingers and measures searching it.
    ///
    /// A folder that is filled already, or half-way, is filled up and opened again. A million people take
    /// 15 GB of disk, 12 GB of memory and about half an hour on two processors.
    Gallery(GalleryArgs),
    /// Makes the page of the cost model: what a nation's matcher needs, from what galleries measured.
    Cost(CostArgs),
    /// Runs a capture device on a port from 4501 to 4600: a fingerprint scanner or a camera that speaks
    /// the MOSIP SBI 0.9.5, with synthetic fingers or those of a folder, and with faults.
    ///
    /// It runs until it is interrupted. A line with the name of a fault switches to it; `person 8` seats
    /// the synthetic person of that seed.
    Device(DeviceArgs),
    /// Fills the desk of a centre with cases that nobody can decide, to measure its pages.
    Queue(QueueArgs),
}

#[derive(Args)]
pub struct QueueArgs {
    #[command(flatten)]
    pub centre: CentreArgs,
    /// How many cases.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub cases: u32,
}

#[derive(Args)]
pub struct DeviceArgs {
    /// The port; the first free one unless given.
    #[arg(long, value_parser = clap::value_parser!(u16).range(4501..=4600))]
    pub port: Option<u16>,
    /// What it captures.
    #[arg(long, default_value = "finger", value_parser = ["finger", "face"])]
    pub kind: String,
    /// Folder with right_thumb … left_little and portrait as pictures, instead of a synthetic person.
    #[arg(long)]
    pub images: Option<PathBuf>,
    /// Seed of the synthetic person.
    #[arg(long, default_value_t = 2019)]
    pub seed: u64,
    /// What it does wrong; "help" lists the faults.
    #[arg(long, default_value = "none")]
    pub fault: String,
    /// How long a capture takes, milliseconds.
    #[arg(long, default_value_t = 1500, value_parser = clap::value_parser!(u64).range(0..=120_000))]
    pub takes_ms: u64,
    /// How it protects its keys: in software (L0) or in a chip (L1).
    #[arg(long, default_value = "L0", value_parser = ["L0", "L1"])]
    pub level: String,
    /// Its keys.
    #[arg(long, default_value = "rsa", value_parser = ["rsa", "ed25519"])]
    pub keys: String,
    /// Where it belongs: Developer, Staging, Pre-Production or Production.
    #[arg(long, default_value = "Developer")]
    pub environment: String,
    /// Writes the trust list for it to this file, signed by a key made for it, and prints the key.
    #[arg(long)]
    pub trust: Option<PathBuf>,
    /// Writes its certificates to this folder, for `niims devices trust`.
    #[arg(long)]
    pub certificates: Option<PathBuf>,
}

#[derive(Args)]
pub struct CostArgs {
    /// Files with what `niims sim gallery --json` printed, one for each size.
    #[arg(required = true)]
    pub measured: Vec<PathBuf>,
    /// The page to write.
    #[arg(long, default_value = "cost.html")]
    pub page: PathBuf,
    /// For how many people, several separated by commas.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "1000000,5000000,10000000,20000000,37000000,50000000"
    )]
    pub people: Vec<u64>,
    /// Memory of a machine, GiB.
    #[arg(long, default_value_t = 64.0)]
    pub machine_gib: f64,
    /// Processors of a machine.
    #[arg(long, default_value_t = 16.0)]
    pub machine_processors: f64,
    /// Days in which everybody is enrolled.
    #[arg(long, default_value_t = 47.0)]
    pub campaign_days: f64,
    /// Processor milliseconds of an enrolment beside its search.
    #[arg(long, default_value_t = 500.0)]
    pub rest_ms: f64,
}

#[derive(Args)]
pub struct GalleryArgs {
    /// Folder of the gallery.
    pub folder: PathBuf,
    /// How many people are enrolled.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    pub people: u64,
    /// Searches of each kind.
    #[arg(long, default_value_t = 200)]
    pub probes: u64,
    /// Number of the first person searched for.
    #[arg(long, default_value_t = 0)]
    pub first: u64,
    /// Searches a second in a load of searches and insertions; 0 leaves it out.
    #[arg(long, default_value_t = 0)]
    pub searches_per_second: u32,
    /// Insertions a second in that load.
    #[arg(long, default_value_t = 10)]
    pub inserts_per_second: u32,
    /// Seconds that it lasts.
    #[arg(long, default_value_t = 60)]
    pub seconds: u64,
    /// Writes the figures as one line of JSON instead of words.
    #[arg(long)]
    pub json: bool,
}
