//! The keys of a kit that is about to enrol: on disk before the centre hears of them, and gone
//! once the kit is set up.

use std::fs;
use std::path::Path;

use niims_record::OfficerId;
use niims_wire::fleet::MOST_OFFICERS;
use rand_core::CryptoRng;

use crate::error::KitError;
use crate::keys::{self, KitKeys, Ring};
use crate::kit::Kit;

/// Folder of these keys, beside that of the kit's own.
const FOLDER: &str = "enrolment";
/// Written last: the keys beside it are whole.
const WHOLE: &str = "whole";

/// Keys for a kit and for as many officers as it can have: those of an enrolment that was not
/// finished, or fresh ones. With a TPM they are written for it alone, from the first byte on.
pub(crate) fn keys(
    folder: &Path,
    tpm: Option<&Path>,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<KitKeys, KitError> {
    Kit::check_not_set_up(folder)?;
    let begun = folder.join(FOLDER);
    if begun.join(WHOLE).is_file() {
        return Ring::open(&begun)?.read(seats()).map(|keys| bound(keys, tpm, rng));
    }
    let fresh = bound(KitKeys::generate(seats(), rng), tpm, rng);
    keys::write(&begun, &fresh)?;
    fs::write(begun.join(WHOLE), b"").map_err(|error| KitError::file("written", error))?;
    crate::outbox::sync_folder(&begun)?;
    crate::outbox::sync_folder(folder)?;
    Ok(fresh)
}

fn bound(keys: KitKeys, tpm: Option<&Path>, rng: &mut (impl CryptoRng + ?Sized)) -> KitKeys {
    match tpm {
        Some(device) => keys.bound_to(device, rng),
        None => keys,
    }
}

/// Forgets them. The kit has its own now, and a PIN may close those.
pub(crate) fn forget(folder: &Path) -> Result<(), KitError> {
    match fs::remove_dir_all(folder.join(FOLDER)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(KitError::file("removed", error))
        }
        _ => Ok(()),
    }
}

/// Stands for the officers, whom the centre names with its answer.
fn seats() -> impl Iterator<Item = OfficerId> {
    (1..=MOST_OFFICERS).map(|seat| OfficerId::from_bytes((seat as u128).to_be_bytes()))
}
