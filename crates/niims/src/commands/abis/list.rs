//! Fingers and faces from files on the disk, bounded before they are read.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use niims_abis::faces::FaceMatching;
use niims_abis::intake::{LONGEST_IMAGE, face_image, finger_image, finger_template};
use niims_abis::modality::{Biometrics, FaceTemplate};
use niims_face::photo::MOST_BYTES;
use niims_fingerprint::{FingerPosition, TemplateFormat};
use niims_wire::abis::FingerTemplate;
use rayon::prelude::*;

/// Longest list, bytes: ten fingers with long paths take a tenth of it.
const LONGEST_LIST: usize = 64 << 10;
/// Resolution where neither file nor list states one, dots per inch (ISO/IEC 19794-4, level 31).
const USUAL_DPI: u16 = 500;

/// One line of a list.
struct Entry<'a> {
    position: FingerPosition,
    path: &'a str,
    dpi: u16,
}

/// What a sample names: the fingers of a list, a portrait, or both.
pub fn read(
    list: Option<&Path>,
    face: Option<&Path>,
    matching: Option<&FaceMatching>,
) -> Result<Biometrics> {
    let fingers = list.map(fingers).transpose()?.unwrap_or_default();
    let faces = face.map(|path| portrait(path, matching)).transpose()?.into_iter().collect();
    Ok(Biometrics { fingers, faces, ..Biometrics::default() })
}

fn portrait(path: &Path, matching: Option<&FaceMatching>) -> Result<FaceTemplate> {
    let bytes = bounded(path, MOST_BYTES)?;
    face_image(&bytes, matching).map_err(|error| {
        let code = error.code();
        anyhow::Error::from(error).context(format!("{} ({code})", path.display()))
    })
}

/// The fingers that a list names.
fn fingers(list: &Path) -> Result<Vec<FingerTemplate>> {
    let text = String::from_utf8(bounded(list, LONGEST_LIST)?)
        .map_err(|_| anyhow!("{} is not text", list.display()))?;
    let folder = list.parent().unwrap_or(Path::new(""));
    let entries: Vec<Entry<'_>> = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|(index, line)| {
            entry(line).with_context(|| format!("{}, line {}", list.display(), index + 1))
        })
        .collect::<Result<_>>()?;
    entries.par_iter().map(|entry| finger(&folder.join(entry.path), entry)).collect()
}

fn entry(line: &str) -> Result<Entry<'_>> {
    let mut fields = line.split('\t');
    let (Some(position), Some(path)) = (fields.next(), fields.next()) else {
        bail!("write position<TAB>path<TAB>dpi");
    };
    let position = match position.trim().parse::<u8>() {
        Ok(code) => FingerPosition::from_code(code),
        Err(_) => FingerPosition::from_name(position.trim()),
    };
    let position = position
        .ok_or_else(|| anyhow!("the position is none of right_thumb to left_little, or 0 to 10"))?;
    let dpi = match fields.next().map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => text.parse().context("the resolution is no whole number")?,
        None => USUAL_DPI,
    };
    Ok(Entry { position, path: path.trim(), dpi })
}

fn finger(path: &Path, entry: &Entry<'_>) -> Result<FingerTemplate> {
    let bytes = bounded(path, LONGEST_IMAGE)?;
    let read = match TemplateFormat::recognise(&bytes) {
        Some(format) => finger_template(&bytes, format, entry.position),
        None => finger_image(&bytes, entry.position, entry.dpi),
    };
    read.map_err(|error| {
        let code = error.code();
        anyhow::Error::from(error).context(format!("{} ({code})", path.display()))
    })
}

/// A file's content, if it is not too long. What it says of its length is not believed.
fn bounded(path: &Path, limit: usize) -> Result<Vec<u8>> {
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("cannot open {shown}"))?;
    let mut bytes = Vec::new();
    file.take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {shown}"))?;
    if bytes.len() > limit {
        bail!("{shown} has more than {limit} bytes");
    }
    Ok(bytes)
}
