//! The staff pages from outside: what a browser sends, what it gets, over both databases.

mod accounts;
mod administration;
mod browser;
mod matrix;
mod passkeys;
mod sign_in;
mod unreachable;
