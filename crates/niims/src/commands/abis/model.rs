//! The face model of an ABIS: `face.toml` in its folder, and the model beside it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use niims_abis::faces::{FaceMatching, FaceSettings};

use super::args::{FaceModel, FaceModelArgs};

/// Says how faces are compared.
const SETTINGS: &str = "face.toml";
/// The model in the folder.
const MODEL: &str = "face-model.onnx";
/// Longest description, bytes.
const LONGEST: u64 = 64 << 10;

/// `niims abis face-model`.
pub fn run(args: &FaceModelArgs) -> Result<ExitCode> {
    let folder = &args.abis.data;
    if !folder.join("keys").join("root.key").exists() {
        bail!("{} is no ABIS; make one with: niims abis init --data {0}", folder.display());
    }
    configure(folder, &args.face)?;
    println!("Faces embedded by another model are not compared any more: enrol these people anew.");
    Ok(ExitCode::SUCCESS)
}

/// Tries a model, copies it into the folder and writes how it is used.
pub fn configure(folder: &Path, face: &FaceModel) -> Result<()> {
    check(face)?;
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let copy = folder.join(MODEL);
    std::fs::copy(&face.face_model, &copy).with_context(|| copy.display().to_string())?;
    let text = format!(
        "# How faces are compared; a process that runs already reads it at its next start.\n\
         model = \"{MODEL}\"\n\
         # Likeness from which on two faces are held one, thousandths of the cosine: the model's own.\n\
         threshold = {}\n",
        face.face_threshold
    );
    let path = folder.join(SETTINGS);
    std::fs::write(&path, text).with_context(|| path.display().to_string())?;
    println!("Faces are compared by the model in {}.", copy.display());
    Ok(())
}

/// Refuses a model that does not fit, before anything is written.
pub fn check(face: &FaceModel) -> Result<()> {
    let settings = FaceSettings::new(PathBuf::from(&face.face_model), face.face_threshold);
    settings.open(Path::new("")).map_err(told)?;
    Ok(())
}

/// How faces are compared, where the folder says so.
pub fn open(folder: &Path) -> Result<Option<FaceMatching>> {
    let path = folder.join(SETTINGS);
    let shown = path.display();
    match std::fs::metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| shown.to_string()),
        Ok(known) if known.len() > LONGEST => bail!("{shown} has more than {LONGEST} bytes"),
        Ok(_) => {}
    }
    let text = std::fs::read_to_string(&path).with_context(|| format!("{shown} cannot be read"))?;
    let opened = FaceSettings::from_toml(&text).and_then(|settings| settings.open(folder));
    opened.map(Some).map_err(told).with_context(|| shown.to_string())
}

fn told(error: niims_abis::faces::FaceSettingsError) -> anyhow::Error {
    let code = error.code();
    anyhow::Error::from(error).context(code)
}
