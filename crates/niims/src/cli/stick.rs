//! The command line of `niims stick`.

use std::path::PathBuf;

use clap::Subcommand;

use super::CentreArgs;

#[derive(Subcommand)]
pub enum StickCommand {
    /// Takes the packets on a stick in and writes their receipts beside them.
    Take {
        #[command(flatten)]
        centre: CentreArgs,
        /// Folder where the stick is mounted.
        #[arg(long)]
        stick: PathBuf,
    },
}
