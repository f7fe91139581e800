//! Officers, their accounts and their roles.

use std::path::PathBuf;

use clap::Subcommand;

use super::CentreArgs;

#[derive(Subcommand)]
pub enum StaffCommand {
    /// Adds an officer and prints the id; with a user name, an account and its invitation.
    /// The first two administrators come to be this way; later ones add each other.
    Add {
        #[command(flatten)]
        centre: CentreArgs,
        /// Roles, such as adjudicator or administrator.
        #[arg(long, required = true)]
        role: Vec<String>,
        /// User name, for signing in to the pages of staff.
        #[arg(long)]
        user_name: Option<String>,
        /// Name by which colleagues know this person; the user name where left out.
        #[arg(long, requires = "user_name")]
        name: Option<String>,
        /// Code of the area or the centre where the duty holds; everywhere where left out.
        #[arg(long)]
        place: Option<String>,
        /// Days until the duty ends, at most 366.
        #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(i64).range(1..=366))]
        days: i64,
    },
    /// Makes a new invitation for an account, where no two administrators are left to do so.
    Invite {
        #[command(flatten)]
        centre: CentreArgs,
        /// The officer's id.
        officer: String,
    },
    /// Prints who may come to which page: a line for each route, a column for each role.
    Matrix,
    /// Lists officers with their state and the roles they hold now.
    List {
        #[command(flatten)]
        centre: CentreArgs,
    },
    /// Sets up a kit in a folder with officers of its own, and enrols both at the centre.
    AddKit {
        #[command(flatten)]
        centre: CentreArgs,
        /// Folder of the kit.
        #[arg(long)]
        kit: PathBuf,
        /// Serial number, as engraved.
        #[arg(long)]
        serial: String,
        /// Code of the sub-location where it stands.
        #[arg(long)]
        sublocation: String,
        /// How many registration officers; the first is the supervisor.
        #[arg(long, default_value_t = 1)]
        officers: usize,
        /// Days until the kit's term ends, at most 366.
        #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(i64).range(1..=366))]
        days: i64,
        /// Binds the kit's keys to this TPM: `/dev/tpmrm0` on the laptop where the kit will work.
        #[arg(long)]
        tpm: Option<PathBuf>,
    },
    /// Notes which person an officer is: a finger of theirs in a capture that they make opens a case.
    Link {
        #[command(flatten)]
        centre: CentreArgs,
        /// The officer's id.
        #[arg(long)]
        officer: String,
        /// The officer's own application.
        #[arg(long)]
        application: String,
    },
    /// Revokes a kit: it can no longer upload.
    RevokeKit {
        #[command(flatten)]
        centre: CentreArgs,
        /// The kit's id.
        kit: String,
        /// Why: lost, stolen, misused or retired.
        #[arg(long, default_value = "retired")]
        why: String,
    },
}
