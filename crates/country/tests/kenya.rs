//! The Kenya pack: whole, without fault, and with the right counts.

use std::path::{Path, PathBuf};

use niims_country::{CountryPack, FormKind, PackSource, ReasonKind, check};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../country/kenya")
}

#[test]
fn the_pack_is_without_fault() {
    let report = check(&folder());
    assert!(report.is_clean(), "{report}");
    assert!(report.to_string().ends_with("0 problems in the country pack"));
}
