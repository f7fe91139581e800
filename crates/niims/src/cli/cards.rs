//! The command line of `niims card trust`.

use std::path::PathBuf;

use clap::Args;

#[derive(Args)]
pub struct CardTrustArgs {
    /// Folder of the centre, whose key signs the list.
    #[arg(long, env = "NIIMS_DATA", default_value = "niims-data")]
    pub data: PathBuf,
    /// File with a public key of the issuer, besides the one in use; as often as needed.
    #[arg(long)]
    pub issuer: Vec<PathBuf>,
    /// Serial number of a card that counts no more; as often as needed.
    #[arg(long)]
    pub revoke: Vec<String>,
    /// Days for which the list counts. Kits without network believe no card once it has ended.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(i64).range(1..=366))]
    pub days: i64,
    /// Starts from nothing instead of from the list before.
    #[arg(long)]
    pub anew: bool,
}
