//! Writes a specimen card, front and back, to the PDF file named on the command
//! line; with a second name, takes the portrait from that JPEG or PNG file.
//!
//! `cargo run -p niims-card --example specimen -- specimen.pdf portrait.png`

use std::error::Error;

use jiff::civil::date;
use niims_card::{CardFace, CardProfile, IssuerKey, Press};
use niims_record::person::Sex;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("name the PDF file to write")?;
    let portrait = arguments.next().map(std::fs::read).transpose()?;
    let face = CardFace {
        number: "572439086111".parse()?,
        name: "Specimen Mfano wa Kadi".to_owned(),
        sex: Sex::Female,
        date_of_birth: "1990-04-17".to_owned(),
        day_of_birth: Some(date(1990, 4, 17)),
        residence_class: "Citizen".to_owned(),
        portrait,
        issued_on: date(2026, 11, 22),
        valid_until: date(2036, 11, 22),
        card_serial: "0000-0000-0000-0000".to_owned(),
    };
    let complaints = "Any Huduma Centre, in person or in writing. Free of charge.";
    let profile = CardProfile::kenya("https://niims.example", complaints, true);
    let made = Press::new(IssuerKey::from_bytes(&[7; 32]), profile).press(&face)?;
    std::fs::write(&file, &made.pdf)?;
    println!("{} bytes in {file}; code of {} characters:", made.pdf.len(), made.credential.len());
    println!("{}", made.credential);
    Ok(())
}
