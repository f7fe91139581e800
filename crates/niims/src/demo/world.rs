//! The world of the demonstration: a fresh centre, three kits, officers, two
//! agencies.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use niims_exchange::NewClient;
use niims_record::OfficerId;
use niims_sim::plants::KITS;

use super::colleagues::{self, Colleagues};
use crate::ambient;
use crate::centre::{self, Centre};
use crate::cli::DemoArgs;
use crate::commands::staff::{self, AddedKit};

/// The county whose census shapes the village: Nyeri.
pub const COUNTY: &str = "019";
/// A file that marks a folder as the demonstration's, which may be emptied.
const MARK: &str = ".niims-demo";

/// Everything that exists before the first resident comes.
pub struct World {
    /// The centre.
    pub centre: Centre,
    /// The kits with their folders.
    pub kits: Vec<(AddedKit, PathBuf)>,
    /// Two adjudicators.
    pub adjudicators: [OfficerId; 2],
    /// A senior adjudicator.
    pub senior: OfficerId,
    /// Everybody who can sign in to the pages of staff.
    pub staff: Colleagues,
    /// A client of the hospital insurance fund.
    pub nhif: NewClient,
    /// A client of the revenue authority.
    pub kra: NewClient,
}

/// Empties the demonstration's folder and makes a new world in it.
pub async fn make(args: &DemoArgs) -> Result<World> {
    empty(&args.data)?;
    let folder = args.data.join("centre");
    centre::create(&folder)?;
    let centre = centre::open(&folder, args.database.as_deref(), None).await?;
    let sublocations = sublocations(&centre)?;
    let mut kits = Vec::with_capacity(KITS);
    for (number, sublocation) in sublocations.iter().enumerate() {
        let folder = args.data.join(format!("kit-{}", number + 1));
        let serial = format!("DEMO-KIT-{}", number + 1);
        let place = (serial.as_str(), sublocation.as_str());
        let added = staff::add_kit(&centre, &folder, place, 2, staff::USUAL_DAYS).await?;
        kits.push((added, folder));
    }
    let staff = colleagues::make(&centre).await?;
    let [first, second, senior] = staff.deciders();
    let mut rng = ambient::entropy().rng();
    let nhif = niims_exchange::add_client(&centre.db, &centre.pack, "NHIF", &mut rng).await?;
    let kra = niims_exchange::add_client(&centre.db, &centre.pack, "KRA", &mut rng).await?;
    Ok(World { centre, kits, adjudicators: [first, second], senior, staff, nhif, kra })
}

/// Empties a folder that an earlier demonstration made; refuses any other.
fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        let occupied = fs::read_dir(folder)?.next().is_some();
        if occupied && !folder.join(MARK).exists() {
            bail!("{} holds something else; choose another folder with --data", folder.display());
        }
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    fs::write(folder.join(MARK), "made by niims demo; emptied by its next run\n")?;
    Ok(())
}

/// As many sub-locations of the county as there are kits.
fn sublocations(centre: &Centre) -> Result<Vec<String>> {
    let geography = centre.pack.geography();
    let found: Vec<String> = geography
        .areas("sublocation")
        .filter(|area| geography.within(&area.code, "county").is_some_and(|c| c.code == COUNTY))
        .take(KITS)
        .map(|area| area.code.clone())
        .collect();
    if found.len() < KITS {
        bail!("the country pack has no {KITS} sub-locations in county {COUNTY}");
    }
    Ok(found)
}
