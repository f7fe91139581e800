//! `niims staff`: officers and kits.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use niims_kit::{Kit, KitKeys, KitOptions, KitSetup, OfficerRole};
use niims_packet::OfficerSigningKey;
use niims_record::{KitId, OfficerId};
use niims_store::kits::{self, KitStatus};
use niims_store::officers::{self, Officer, OfficerStatus};

use crate::ambient;
use crate::centre::{self, Centre};
use crate::cli::StaffCommand;
use crate::commands::staff_link;

/// Roles that `niims staff add` gives; registration officers come with a kit.
const DESK_ROLES: [&str; 2] = ["adjudicator", "senior_adjudicator"];

pub async fn run(command: StaffCommand) -> Result<ExitCode> {
    match command {
        StaffCommand::Add { centre: c, role } => {
            let centre = centre::open(&c.data, c.database.as_deref(), c.country.as_deref()).await?;
            let officer = add_officer(&centre, &role).await?;
            println!("{officer}");
        }
        StaffCommand::AddKit { centre: c, kit, serial, sublocation, officers } => {
            let centre = centre::open(&c.data, c.database.as_deref(), c.country.as_deref()).await?;
            let added = add_kit(&centre, &kit, &serial, &sublocation, officers).await?;
            println!("kit {}", added.kit);
            for officer in added.officers {
                println!("officer {officer}");
            }
        }
        StaffCommand::Link { centre: c, officer, application } => {
            let centre = centre::open(&c.data, c.database.as_deref(), c.country.as_deref()).await?;
            staff_link::run(&centre, &officer, &application).await?;
        }
        StaffCommand::RevokeKit { centre: c, kit } => {
            let centre = centre::open(&c.data, c.database.as_deref(), c.country.as_deref()).await?;
            let id: KitId = kit.parse().context("the kit's id")?;
            let mut tx = centre.db.write().await?;
            if !kits::revoke(&mut tx, id).await? {
                bail!("no such kit is active");
            }
            tx.commit().await?;
            println!("kit {id} is revoked");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Adds an officer of the desk.
pub async fn add_officer(centre: &Centre, roles: &[String]) -> Result<OfficerId> {
    if let Some(role) = roles.iter().find(|role| !DESK_ROLES.contains(&role.as_str())) {
        bail!("{role} is no role of the desk; use one of {}", DESK_ROLES.join(", "));
    }
    let mut rng = ambient::entropy().rng();
    let id = OfficerId::random(&mut rng);
    // The desk signs in by its own means; this key is for acts signed at the desk.
    let key = OfficerSigningKey::generate(&mut rng);
    crate::secrets::write_new(
        &centre.folder.join("keys").join(format!("officer_{id}.key")),
        &key.to_bytes(),
    )?;
    let officer = Officer {
        id,
        signing_key: key.verifying_key().to_bytes(),
        roles: roles.to_vec(),
        status: OfficerStatus::Active,
    };
    let mut tx = centre.db.write().await?;
    officers::insert(&mut tx, &officer).await?;
    tx.commit().await?;
    Ok(id)
}

/// A kit that was added.
pub struct AddedKit {
    /// The kit.
    pub kit: KitId,
    /// Its officers; the first is the supervisor.
    pub officers: Vec<OfficerId>,
}

/// Sets up a kit in a folder and enrols it and its officers at the centre.
pub async fn add_kit(
    centre: &Centre,
    folder: &Path,
    serial: &str,
    sublocation: &str,
    count: usize,
) -> Result<AddedKit> {
    if centre.pack.geography().sublocation(sublocation).is_none() {
        bail!("{sublocation} is no sub-location of the country pack");
    }
    let mut rng = ambient::entropy().rng();
    let kit = KitId::random(&mut rng);
    let ids: Vec<OfficerId> = (0..count.max(1)).map(|_| OfficerId::random(&mut rng)).collect();
    let keys = KitKeys::generate(ids.iter().copied(), &mut rng);
    let setup = KitSetup {
        kit,
        serial: serial.to_owned(),
        sublocation: sublocation.to_owned(),
        centre_public_key: centre.packet_key.clone(),
        log_public_key: centre.register.log_public_key(),
        officers: roles(&ids),
    };
    let now = Timestamp::now();
    enrol_at_centre(centre, &setup, &keys, now).await?;
    let (folder, pack) = (folder.to_owned(), Arc::clone(&centre.pack));
    tokio::task::spawn_blocking(move || {
        Kit::create(&folder, &setup, &keys, KitOptions::new(pack), now).map(drop)
    })
    .await??;
    Ok(AddedKit { kit, officers: ids })
}

fn roles(ids: &[OfficerId]) -> BTreeMap<OfficerId, OfficerRole> {
    let role = |place| if place == 0 { OfficerRole::Supervisor } else { OfficerRole::Registration };
    ids.iter().enumerate().map(|(place, id)| (*id, role(place))).collect()
}

async fn enrol_at_centre(
    centre: &Centre,
    setup: &KitSetup,
    keys: &KitKeys,
    now: Timestamp,
) -> Result<()> {
    let mut tx = centre.db.write().await?;
    let kit = kits::Kit {
        id: setup.kit,
        serial: setup.serial.clone(),
        signing_key: keys.kit.verifying_key().to_bytes(),
        status: KitStatus::Active,
        sublocation: Some(setup.sublocation.clone()),
        last_sequence: 0,
        last_hash: [0; 32],
        enrolled_at: now,
    };
    kits::register(&mut tx, &kit).await.context("enrolling the kit")?;
    for (id, key) in &keys.officers {
        let officer = Officer {
            id: *id,
            signing_key: key.verifying_key().to_bytes(),
            roles: vec!["registration_officer".into()],
            status: OfficerStatus::Active,
        };
        officers::insert(&mut tx, &officer).await?;
    }
    tx.commit().await?;
    Ok(())
}
