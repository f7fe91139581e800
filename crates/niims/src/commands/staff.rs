//! `niims staff`: officers, their accounts and duties, and kits.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use jiff::{SignedDuration, Timestamp};
use niims_console::{NewAccount, add_account, give_duty, invite};
use niims_kit::{Kit, KitKeys, KitOptions, KitSetup, OfficerRole};
use niims_packet::OfficerSigningKey;
use niims_record::fleet::RevocationReason;
use niims_record::staff::{Period, Role};
use niims_record::{DutyId, KitId, OfficerId};
use niims_store::kits::{self, KitStatus};
use niims_store::officers::{self, Officer, OfficerStatus};
use niims_store::staff::duties::{self, StoredDuty};

use crate::ambient;
use crate::centre::{self, Centre};
use crate::cli::StaffCommand;
use crate::commands::staff_link;

/// Days for which a duty is given unless said otherwise: a year.
pub const USUAL_DAYS: i64 = 365;

pub async fn run(command: StaffCommand) -> Result<ExitCode> {
    match command {
        StaffCommand::Add { centre: c, role, user_name, name, place, days } => {
            let centre = centre::open(&c.data, c.database.as_deref(), c.country.as_deref()).await?;
            let officer = add_officer(&centre, &role, place.as_deref(), days).await?;
            println!("{officer}");
            if let Some(user_name) = user_name {
                let name = name.as_deref().unwrap_or(&user_name);
                let new = NewAccount { officer, user_name: &user_name, name };
                let now = Timestamp::now();
                let token = add_account(&centre.db, &ambient::entropy(), new, now).await?;
                say_invitation(&token);
            }
        }
        StaffCommand::Invite { centre: c, officer } => {
            let centre = centre::open(&c.data, c.database.as_deref(), c.country.as_deref()).await?;
            let officer: OfficerId = officer.parse().context("the officer's id")?;
            let now = Timestamp::now();
            say_invitation(&invite(&centre.db, &ambient::entropy(), officer, now).await?);
        }
        StaffCommand::Matrix => print!("{}", niims_console::http::access_matrix()),
        StaffCommand::List { centre: c } => {
            let centre = centre::open(&c.data, c.database.as_deref(), c.country.as_deref()).await?;
            list(&centre).await?;
        }
        StaffCommand::AddKit { centre: c, kit, serial, sublocation, officers, days, tpm } => {
            let centre = centre::open(&c.data, c.database.as_deref(), c.country.as_deref()).await?;
            let added = add_kit(&centre, &kit, (&serial, &sublocation), officers, days).await?;
            if let Some(tpm) = tpm {
                niims_kit::Kit::bind_to_tpm(&kit, &tpm, &mut ambient::entropy().rng())?;
            }
            println!("kit {}", added.kit);
            for officer in added.officers {
                println!("officer {officer}");
            }
        }
        StaffCommand::Link { centre: c, officer, application } => {
            let centre = centre::open(&c.data, c.database.as_deref(), c.country.as_deref()).await?;
            staff_link::run(&centre, &officer, &application).await?;
        }
        StaffCommand::RevokeKit { centre: c, kit, why } => {
            let centre = centre::open(&c.data, c.database.as_deref(), c.country.as_deref()).await?;
            let id: KitId = kit.parse().context("the kit's id")?;
            let why = RevocationReason::from_name(&why).context("why it is revoked")?;
            centre.register.revoke_kit_as_operator(id, why, Timestamp::now()).await?;
            println!("kit {id} is revoked");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Adds an officer with duties from now on.
pub async fn add_officer(
    centre: &Centre,
    roles: &[String],
    place: Option<&str>,
    days: i64,
) -> Result<OfficerId> {
    let roles = roles.iter().map(|role| read_role(role)).collect::<Result<Vec<Role>>>()?;
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
        roles: vec![],
        status: OfficerStatus::Active,
    };
    let mut tx = centre.db.write().await?;
    officers::insert(&mut tx, &officer).await?;
    tx.commit().await?;
    let now = Timestamp::now();
    let period = Period { from: now, until: now + SignedDuration::from_hours(24 * days) };
    for role in roles {
        give_duty(&centre.db, &centre.pack, (id, role, place), period, now).await?;
    }
    Ok(id)
}

/// Adds an officer as [`add_officer`], everywhere and for a year.
pub async fn add_usual(centre: &Centre, roles: &[Role]) -> Result<OfficerId> {
    let roles: Vec<String> = roles.iter().map(|role| role.name().to_owned()).collect();
    add_officer(centre, &roles, None, USUAL_DAYS).await
}

fn read_role(name: &str) -> Result<Role> {
    Role::from_name(name).with_context(|| {
        let all = Role::ALL.map(Role::name).join(", ");
        format!("{name} is no role; use one of {all}")
    })
}

fn say_invitation(token: &str) {
    println!("/staff/set-up/{token}");
    println!("Hand this path over to nobody else. It works once, for four days.");
}

/// Prints who works here: ids, roles and states, no names.
async fn list(centre: &Centre) -> Result<()> {
    let mut tx = centre.db.read().await?;
    let now = Timestamp::now();
    for officer in officers::list(&mut tx).await? {
        let roles = duties::roles_at(&mut tx, officer.id, now).await?;
        let mut roles: Vec<&str> = roles.into_iter().map(Role::name).collect();
        // What is no person has a role without a duty: another desk, the register itself.
        roles.extend(officer.roles.iter().map(String::as_str).filter(|role| !is_of_people(role)));
        println!("{} {:<9} {}", officer.id, officer.status.name(), roles.join(", "));
    }
    Ok(())
}

fn is_of_people(role: &str) -> bool {
    Role::ALL.iter().any(|known| known.name() == role)
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
    (serial, sublocation): (&str, &str),
    count: usize,
    days: i64,
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
    let until = now + SignedDuration::from_hours(24 * days);
    tokio::task::spawn_blocking(move || {
        Kit::create(&folder, &setup, &keys, KitOptions::new(pack), now)
            .and_then(|mut kit| kit.set_valid_until(until))
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
            roles: vec![],
            status: OfficerStatus::Active,
        };
        officers::insert(&mut tx, &officer).await?;
        let duty = StoredDuty {
            id: DutyId::random(&mut ambient::entropy().rng()),
            officer: *id,
            role: Role::RegistrationOfficer,
            place: Some(setup.sublocation.clone()),
            period: Period { from: now, until: now + SignedDuration::from_hours(24 * USUAL_DAYS) },
            given_by: None,
            withdrawn_at: None,
        };
        duties::insert(&mut tx, &duty, now).await?;
    }
    tx.commit().await?;
    Ok(())
}
