//! The Huduma Card: what stands on it, who vouches for it, how it is checked
//! without a network, and where an ordered card is.
//!
//! | module | question |
//! |---|---|
//! | [`face`] | what does a card show, and who issues it? |
//! | [`keys`] | by which key does the issuer vouch? Only this crate holds it |
//! | [`credential`] | the signed text in the QR code: sign, verify offline |
//! | [`QrMatrix`] | that text as dark and light modules |
//! | [`chip`] | the data of the chip: two fingers and the credential, signed together |
//! | [`reader`] | both read without a network, behind the trait that kits call |
//! | [`paper`] | front and back as a two-page PDF at the size of ISO/IEC 7810 ID-1 |
//! | [`order`] | ordered → made → sent → collected |
//! | [`press`] | all of it behind the trait that the register calls |
//!
//! The number alone proves nothing (requirement R012): the card is evidence
//! because its issuer signed it and because its bearer looks like it. The card
//! carries no place, no coordinates and no ethnicity (R044, R058, R059). Fingers stand in the data
//! of a chip alone, where somebody has one made (R097), and never in the QR code, which any
//! telephone can copy.

pub mod chip;
pub mod credential;
pub mod error;
pub mod face;
pub mod keys;
pub mod order;
pub mod paper;
pub mod press;
pub mod reader;
pub use credential::{VerifiedCard, sign, verify};
pub use error::CardError;
pub use face::{CardFace, CardProfile};
pub use keys::{IssuerKey, IssuerPublicKey};
pub use niims_paper::QrMatrix;
pub use paper::card_pdf;
pub use press::Press;
pub use reader::Reader;
