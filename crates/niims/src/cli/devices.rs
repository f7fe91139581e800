//! The command line of `niims devices`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum DevicesCommand {
    /// Signs a new list of trusted devices for kits: what the list before held, and what is added.
    Trust(Box<TrustArgs>),
}

#[derive(Args)]
pub struct TrustArgs {
    /// Folder of the centre, whose key signs the list.
    #[arg(long, env = "NIIMS_DATA", default_value = "niims-data")]
    pub data: PathBuf,
    /// Where the devices belong: Developer, Staging, Pre-Production or Production.
    #[arg(long, default_value = "Production")]
    pub environment: String,
    /// Certificate of a root of device keys, PEM or DER; as often as needed.
    #[arg(long)]
    pub device_root: Vec<PathBuf>,
    /// Certificate of a maker between roots and device keys.
    #[arg(long)]
    pub device_maker: Vec<PathBuf>,
    /// Certificate of a root of secure chips.
    #[arg(long)]
    pub chip_root: Vec<PathBuf>,
    /// Certificate between roots and chips.
    #[arg(long)]
    pub chip_maker: Vec<PathBuf>,
    /// SHA-256 of a certificate that counts no more, 64 hexadecimal digits.
    #[arg(long)]
    pub revoke: Vec<String>,
    /// Days for which the list counts. Kits without network use no device once it has ended.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(i64).range(1..=366))]
    pub days: i64,
    /// Starts from nothing instead of from the list before.
    #[arg(long)]
    pub anew: bool,
}
