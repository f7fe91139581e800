//! The command line of `niims kit`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};

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
    #[command(flatten)]
    pub screen: ScreenArgs,
    #[command(flatten)]
    pub binding: BindingArgs,
}

/// The browser of a kit.
#[derive(Args)]
pub struct ScreenArgs {
    /// Opens the pages full screen in a browser that keeps nothing on the disk.
    #[arg(long)]
    pub full_screen: bool,
    /// The browser, where it is not Chromium on the path.
    #[arg(long, requires = "full_screen")]
    pub browser: Option<PathBuf>,
}

/// Where the keys of a new kit go.
#[derive(Args)]
pub struct BindingArgs {
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
