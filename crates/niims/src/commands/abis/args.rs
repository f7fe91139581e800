//! The command line of `niims abis`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Subcommand)]
pub enum AbisCommand {
    /// Makes the folder of a new ABIS with its key.
    Init(InitArgs),
    /// Gives an ABIS a face model, or another one in its place.
    FaceModel(FaceModelArgs),
    /// Serves an ABIS: its interfaces on one address, and its tasks.
    Serve(ServeArgs),
    /// Holds one shard of a gallery that is spread over processes, one of its two holders.
    Shard(ShardArgs),
    /// Brings another table of shards into force while searches go on.
    Move(MoveArgs),
    /// Who may ask over the interfaces.
    #[command(subcommand)]
    Client(ClientCommand),
    /// Enrols a person's fingers from pictures or templates, and a portrait.
    Insert(InsertArgs),
    /// Searches everybody for fingers or a face, or for those of a person who is enrolled.
    Identify(IdentifyArgs),
    /// Compares fingers or a face with those of one person.
    Verify(VerifyArgs),
    /// Erases a person, or one capture.
    Delete(DeleteArgs),
    /// How many captures are enrolled.
    Count(AbisArgs),
    /// What stands in it: galleries, files, recall, faces.
    Status(StatusArgs),
    /// Whether database and gallery answer.
    Ping(AbisArgs),
    /// Tasks: how many wait, and the newest.
    Jobs(AbisArgs),
}

/// Where an ABIS is.
#[derive(Args, Clone)]
pub struct AbisArgs {
    /// Folder of the ABIS.
    #[arg(long, env = "NIIMS_ABIS_DATA", default_value = "niims-abis")]
    pub data: PathBuf,
    /// Address of the database; the file abis.db in the folder unless given.
    #[arg(long, env = "NIIMS_ABIS_DATABASE")]
    pub database: Option<String>,
}

#[derive(Args)]
pub struct StatusArgs {
    #[command(flatten)]
    pub abis: AbisArgs,
    /// As one JSON object.
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct InitArgs {
    #[command(flatten)]
    pub abis: AbisArgs,
    #[command(flatten)]
    pub face: Option<FaceModel>,
}

#[derive(Args)]
pub struct FaceModelArgs {
    #[command(flatten)]
    pub abis: AbisArgs,
    #[command(flatten)]
    pub face: FaceModel,
}

/// By what faces are compared. None comes with niims.
#[derive(Args)]
#[group(required = false)]
pub struct FaceModel {
    /// ONNX file that makes a vector of a picture of a face; it is copied into the folder.
    #[arg(long, value_name = "FILE", required = false, requires = "face_threshold")]
    pub face_model: PathBuf,
    /// Likeness from which on two faces are held one, thousandths of the cosine, 1 to 1,000. It is the
    /// model's own: ask its maker, and try it with portraits of your population.
    #[arg(
        long,
        value_name = "N",
        required = false,
        requires = "face_model",
        value_parser = clap::value_parser!(i32).range(1..=1_000)
    )]
    pub face_threshold: i32,
}

#[derive(Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub abis: AbisArgs,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8090")]
    pub listen: SocketAddr,
    /// TLS ends in front of this process; without it only this machine can be listened to.
    #[arg(long)]
    pub behind_tls: bool,
    /// How many workers run tasks.
    #[arg(long, default_value_t = 2)]
    pub workers: usize,
    /// Host to which results of tasks may be posted, with :port unless usual; may be repeated.
    #[arg(long)]
    pub callback_host: Vec<String>,
    /// Description of the MOSIP edge, TOML; see docs/MOSIP.md. Without it there is none.
    #[arg(long, value_name = "FILE")]
    pub mosip: Option<PathBuf>,
    /// Shards to search by, where the gallery is spread over processes; else it stands in the folder.
    #[command(flatten)]
    pub spread: Option<Spread>,
}

/// How a gallery is spread over processes. The same for all of them.
#[derive(Args, Clone)]
#[group(required = false)]
pub struct Spread {
    /// The NATS broker, as nats://HOST:4222.
    #[arg(long, required = false)]
    pub broker: String,
    /// Numbers of all shards, with commas between.
    #[arg(long, required = false, value_delimiter = ',')]
    pub shards: Vec<u16>,
    /// Version of the table of shards in force; 1 unless given.
    #[arg(long)]
    pub table_version: Option<u64>,
}

#[derive(Args)]
pub struct ShardArgs {
    #[command(flatten)]
    pub abis: AbisArgs,
    #[command(flatten)]
    pub spread: Spread,
    /// Which shard.
    #[arg(long)]
    pub shard: u16,
    /// Which of its two holders.
    #[arg(long)]
    pub seat: Seat,
    /// Questions that are worked on at the same time, 1 to 64.
    #[arg(long, default_value_t = 2)]
    pub at_once: usize,
}

/// One of the two holders of a shard.
#[derive(Clone, Copy, ValueEnum)]
pub enum Seat {
    /// One of them.
    A,
    /// The other.
    B,
}

#[derive(Args)]
pub struct MoveArgs {
    #[command(flatten)]
    pub abis: AbisArgs,
    #[command(flatten)]
    pub spread: Spread,
    /// Version of the new table; higher than that in force.
    #[arg(long)]
    pub to_version: u64,
    /// Numbers of all shards of the new table. Holders of new ones must run already.
    #[arg(long, value_delimiter = ',', required = true)]
    pub to_shards: Vec<u16>,
    /// Most seconds to wait until all have read what they gain.
    #[arg(long, default_value_t = 3_600)]
    pub at_most: u64,
}

#[derive(Subcommand)]
pub enum ClientCommand {
    /// Adds a client and prints its secret once.
    Add {
        #[command(flatten)]
        abis: AbisArgs,
        /// What to call it.
        #[arg(long)]
        label: String,
        /// What it may do, such as abis.identify; may be repeated. Scores need abis.scores.
        #[arg(long, required = true)]
        scope: Vec<String>,
    },
    /// Revokes a client; its tokens are dead at once.
    Revoke {
        #[command(flatten)]
        abis: AbisArgs,
        /// Its id.
        client: String,
    },
    /// All clients, with their scopes.
    List(AbisArgs),
}

/// What was captured of a person: fingers, a portrait, or both.
#[derive(Args)]
#[group(required = true, multiple = true)]
pub struct Sample {
    /// List of files, lines position<TAB>path<TAB>dpi; paths count from the list's folder. Positions
    /// are names such as right_index or codes 0 to 10; dpi counts where the file states none, and
    /// is 500 where it is left out. Pictures, ISO/IEC 19794-4, 19794-2 and ANSI/INCITS 378 records
    /// and native templates are read.
    #[arg(long)]
    pub list: Option<PathBuf>,
    /// Portrait: JPEG, PNG, JPEG 2000 or an ISO/IEC 19794-5 record. Needs a face model.
    #[arg(long)]
    pub face: Option<PathBuf>,
}

#[derive(Args)]
pub struct InsertArgs {
    #[command(flatten)]
    pub abis: AbisArgs,
    /// Opaque name of the person.
    #[arg(long)]
    pub person: String,
    /// Name of the capture.
    #[arg(long, default_value = "1")]
    pub encounter: String,
    #[command(flatten)]
    pub sample: Sample,
    /// Gallery to put it into; may be repeated.
    #[arg(long)]
    pub gallery: Vec<String>,
    /// Officer, as enrolled, whose own fingers must not be among them; may be repeated.
    #[arg(long)]
    pub operator: Vec<String>,
}

#[derive(Args)]
#[command(group(
    clap::ArgGroup::new("probe").required(true).multiple(true).args(["person", "list", "face"])
))]
pub struct IdentifyArgs {
    #[command(flatten)]
    pub abis: AbisArgs,
    /// A person who is enrolled.
    #[arg(long, conflicts_with_all = ["list", "face"])]
    pub person: Option<String>,
    /// List of files, as for insert.
    #[arg(long)]
    pub list: Option<PathBuf>,
    /// Portrait, as for insert. Searched with by itself, and shown beside candidates of fingers.
    #[arg(long)]
    pub face: Option<PathBuf>,
    /// Searches by the face alone, even where there are fingers.
    #[arg(long)]
    pub by_face: bool,
    /// Only who is in this gallery.
    #[arg(long)]
    pub gallery: Option<String>,
    /// Most candidates, 1 to 1,000.
    #[arg(long, default_value_t = 10)]
    pub most: usize,
    /// Least score of fingers, millinats.
    #[arg(long)]
    pub threshold: Option<i32>,
    /// Compares everybody by bits, for audits and orders of a court.
    #[arg(long)]
    pub exhaustive: bool,
}

#[derive(Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    pub abis: AbisArgs,
    /// The person who is claimed.
    #[arg(long)]
    pub person: String,
    #[command(flatten)]
    pub sample: Sample,
    /// Least score of a match of fingers, millinats.
    #[arg(long)]
    pub threshold: Option<i32>,
    /// Compares the faces alone, even where both have fingers.
    #[arg(long)]
    pub by_face: bool,
}

#[derive(Args)]
pub struct DeleteArgs {
    #[command(flatten)]
    pub abis: AbisArgs,
    /// Whom.
    #[arg(long)]
    pub person: String,
    /// Only this capture; all of the person unless given.
    #[arg(long)]
    pub encounter: Option<String>,
}
