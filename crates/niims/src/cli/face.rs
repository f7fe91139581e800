//! The command line of `niims face`.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Subcommand)]
pub enum FaceCommand {
    /// Says what is wrong with a photo and what to do about it; no model is needed.
    ///
    /// Exit code 0: nothing; 3: something is; 1: no photo.
    Check {
        /// The photo, PNG or JPEG.
        image: PathBuf,
    },
    /// Says how alike two faces are to an embedding model in ONNX form that you supply.
    Compare {
        /// The model: one picture of 1 × 3 × height × width in, one vector out.
        #[arg(long)]
        model: PathBuf,
        /// One photo.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
}
