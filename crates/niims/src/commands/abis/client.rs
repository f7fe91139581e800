//! `niims abis client`.

use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::{Result, anyhow, bail};
use niims_abis::access::Scope;
use niims_abis::service::tasks::CallbackHosts;
use niims_store::abis::clients;

use super::args::ClientCommand;
use super::health::told;
use super::setup;

pub async fn run(command: ClientCommand) -> Result<ExitCode> {
    match command {
        ClientCommand::Add { abis, label, scope } => {
            let scopes = scope.iter().map(|word| known(word)).collect::<Result<BTreeSet<_>>>()?;
            let client =
                setup::service(&abis).await?.add_client(&label, &scopes).await.map_err(told)?;
            println!("client_id {}", client.id);
            println!("client_secret {}", client.secret);
            println!("The secret is shown this once. Hand it over in a sealed envelope.");
        }
        ClientCommand::Revoke { abis, client } => {
            let id = client.parse().map_err(|_| anyhow!("this is not the id of a client"))?;
            if !setup::service(&abis).await?.revoke_client(id).await.map_err(told)? {
                bail!("there is no active client of this id");
            }
        }
        ClientCommand::List(abis) => {
            let db = setup::open(&abis, CallbackHosts::default()).await?.db;
            for client in clients::list(&mut db.read().await?).await? {
                let status = client.status.name();
                println!("{}\t{status}\t{}\t{}", client.id, client.label, client.scopes);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn known(word: &str) -> Result<Scope> {
    Scope::from_word(word).ok_or_else(|| {
        let all: Vec<&str> = Scope::ALL.iter().map(|scope| scope.word()).collect();
        anyhow!("there is no scope {word}; there are {}", all.join(", "))
    })
}
