//! The command line of `niims fingerprint`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, RangedU64ValueParser, TypedValueParser};
use clap::{Args, Subcommand};
use niims_fingerprint::TemplateFormat;

/// A list of prints and how to work through it.
#[derive(Args)]
pub struct ListInput {
    /// Lines `id<TAB>path<TAB>dpi`; paths are absolute or begin at the list's folder. Images and
    /// templates may be mixed; a template needs no dpi.
    #[arg(long)]
    pub list: PathBuf,
    /// Resolution of images whose line states none.
    #[arg(long)]
    pub dpi: Option<u16>,
    /// How many threads; all cores unless given.
    #[arg(long, value_parser = RangedU64ValueParser::<usize>::new().range(1..=1024))]
    pub threads: Option<usize>,
}

#[derive(Subcommand)]
pub enum FingerprintCommand {
    /// Writes a template file for each print of a list, and a list of these files.
    ///
    /// Exit code 0: done, refused prints with their reason on the error stream; 3: every print was
    /// refused; 1: the list cannot be used, or nothing can be written.
    Extract {
        #[command(flatten)]
        input: ListInput,
        /// Folder for the templates and their list templates.tsv.
        #[arg(long)]
        out: PathBuf,
        /// Form of the templates.
        #[arg(long, default_value = "native", value_parser = template_format())]
        format: TemplateFormat,
    },
    /// Scores all pairs of a list of prints.
    ///
    /// SCORES gets a line `id,id,score` for every pair in the order of the list. A score is the
    /// natural logarithm of the likelihood ratio "same finger : different fingers" in thousandths:
    /// higher is more alike, 0 says nothing, from −3000 to 14000. It is −1, and only then, where
    /// either print was refused; the reason stands on the error stream.
    ///
    /// Exit code 0: the scores are whole; 3: they are, and every print was refused; 1: the list
    /// cannot be used, or nothing can be written.
    Score {
        #[command(flatten)]
        input: ListInput,
        /// CSV file to write; it appears when it is whole.
        #[arg(long)]
        out: PathBuf,
    },
    /// Measures speed and sizes on one core with the prints of a list.
    Bench {
        /// Lines `id<TAB>path<TAB>dpi`.
        #[arg(long)]
        list: PathBuf,
        /// Resolution of images whose line states none.
        #[arg(long)]
        dpi: Option<u16>,
        /// Timed runs; the median counts.
        #[arg(long, default_value_t = 5, value_parser = RangedU64ValueParser::<usize>::new().range(1..=1000))]
        runs: usize,
        /// Most prints to measure with, taken at even steps from the list.
        #[arg(long, default_value_t = 100, value_parser = RangedU64ValueParser::<usize>::new().range(2..=10_000))]
        most: usize,
        /// Prints JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Says how good a print is, and why.
    Quality {
        /// The image.
        image: PathBuf,
        /// Its resolution.
        #[arg(long, default_value_t = 500)]
        dpi: u16,
    },
    /// Compares two prints and draws why the score is what it is.
    Show {
        /// One image.
        first: PathBuf,
        /// Another.
        second: PathBuf,
        /// Resolution of both, or of the first.
        #[arg(long, default_value_t = 500)]
        dpi: u16,
        /// Resolution of the second, where it differs.
        #[arg(long)]
        second_dpi: Option<u16>,
        /// File to write: a page (HTML) that stands alone, or the bare drawing where the name ends
        /// with .svg. It holds both prints.
        #[arg(long)]
        out: Option<PathBuf>,
    },
}

/// The forms of templates by name.
fn template_format() -> impl TypedValueParser<Value = TemplateFormat> {
    PossibleValuesParser::new(TemplateFormat::ALL.map(TemplateFormat::name))
        .try_map(|name| TemplateFormat::from_name(&name).ok_or("no such form"))
}
