//! Arguments of `niims sim`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum SimCommand {
    /// Fills a matcher's gallery with synthetic people of ten fingers and measures searching it.
    ///
    /// A folder that is filled already, or half-way, is filled up and opened again. A million people take
    /// 15 GB of disk, 12 GB of memory and about half an hour on two processors.
    Gallery(GalleryArgs),
    /// Makes the page of the cost model: what a nation's matcher needs, from what galleries measured.
    Cost(CostArgs),
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
