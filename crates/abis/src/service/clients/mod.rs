//! Who may ask: clients with secrets, and tokens with scopes for a few minutes (OAuth 2.0 client
//! credentials, RFC 6749 §4.4; bearer tokens, RFC 6750).
//!
//! Secrets and tokens are drawn with 256 bits and stored as hashes. A token says what it allows; a
//! client that is revoked takes its tokens with it.

mod authorise;
mod http;
mod register;
mod token;

pub use authorise::{AccessError, Caller};
pub use http::token_router;
pub use register::NewClient;
pub use token::Token;

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use niims_wire::Entropy;
use rand_core::Rng;

use crate::access::Scope;

/// Longest credential read, in characters. Ours have 43; the rest is not worth hashing.
const LONGEST_CREDENTIAL: usize = 128;

/// 256 random bits as text.
fn random_text(entropy: &Entropy) -> String {
    let mut bytes = [0; 32];
    entropy.rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Scopes as they are stored and sent.
fn as_words(scopes: &BTreeSet<Scope>) -> String {
    scopes.iter().map(|scope| scope.word()).collect::<Vec<_>>().join(" ")
}

/// Scopes out of words set apart by blanks; `None` where one is not known.
fn of_words(words: &str) -> Option<BTreeSet<Scope>> {
    words.split_ascii_whitespace().map(Scope::from_word).collect()
}
