//! Serves the gallery of components on the loopback, for whoever works on them:
//! `cargo run -p niims-web --example gallery -- 127.0.0.1:8090`.

use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use niims_country::CountryPack;
use niims_web::{Shell, ShellSettings, asset_routes, gallery_routes, secure};

/// Random enough for a gallery: the hash maps of the standard library draw so.
fn entropy() -> [u8; 32] {
    let mut bytes = [0; 32];
    for part in bytes.chunks_mut(8) {
        part.copy_from_slice(&RandomState::new().hash_one(0).to_be_bytes());
    }
    bytes
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let shell = Shell::new(ShellSettings {
        key: entropy(),
        entropy: Arc::new(entropy),
        secure_cookies: false,
    });
    let pack = Arc::new(CountryPack::embedded()?);
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}/components", listener.local_addr()?);
    let routes: Router = Router::new()
        .route("/", get(|| async { Redirect::to("/components") }))
        .merge(gallery_routes(Arc::new(shell), pack))
        .merge(asset_routes());
    axum::serve(listener, secure(routes, false)).await?;
    Ok(())
}
