//! A synthetic resident: no value of theirs stands in any list, so that each can be looked for.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

/// What one resident tells and shows.
#[derive(Clone)]
pub struct Resident {
    pub surname: String,
    pub first_name: String,
    pub other_names: String,
    pub village: String,
    pub house: String,
    pub telephone: String,
    pub email: String,
    pub document_number: String,
    pub father: String,
    pub mother: String,
    pub town: String,
    /// Photograph of the document.
    pub photograph: Vec<u8>,
    /// Portrait.
    pub portrait: Vec<u8>,
}

impl Resident {
    pub fn draw(rng: &mut ChaCha8Rng) -> Self {
        let mut name = |length| name(rng, length);
        let (surname, first_name, other_names) = (name(9), name(8), name(8));
        let (village, house) = (name(10), name(9));
        let (father, mother, town) = (name(9), name(9), name(8));
        let mailbox = name(10).to_lowercase();
        let mut digits = |length| digits(rng, length);
        let (telephone, document_number) = (format!("07{}", digits(8)), digits(8));
        Self {
            surname,
            first_name,
            other_names,
            village,
            house,
            telephone,
            email: format!("{mailbox}@example.org"),
            document_number,
            father,
            mother,
            town,
            photograph: picture(rng, 320, 220),
            portrait: picture(rng, 260, 320),
        }
    }

    /// What the resident says to a question, as the fields of its form.
    pub fn answers(&self, question: &str) -> Vec<(String, String)> {
        let one = |text: &str| vec![(question.to_owned(), text.to_owned())];
        let parts = |parts: &[(&str, &str)]| {
            parts
                .iter()
                .map(|(part, text)| (format!("{question}{part}"), (*text).to_owned()))
                .collect()
        };
        match question {
            "surname" => one(&self.surname),
            "first_name" => one(&self.first_name),
            "other_names" => one(&self.other_names),
            "sex" => one("FEMALE"),
            "date_of_birth_evidence" => one("BIRTH_CERTIFICATE"),
            "residency_category" => one("CITIZEN"),
            "citizenship_mode" => one("BIRTH"),
            "birth_country" => one("KE"),
            "birth_place" => parts(&[(".area", "0001")]),
            "identifiers" => {
                parts(&[("[0].kind", "NATIONAL-ID"), ("[0].number", &self.document_number)])
            }
            "current_residence" => {
                parts(&[(".area", "X00001"), (".village", &self.village), (".house", &self.house)])
            }
            "father" => parts(&[(".first_name", &self.father), (".status", "ALIVE")]),
            "mother" => parts(&[(".first_name", &self.mother), (".status", "DECEASED")]),
            "postal_address" => parts(&[(".box", "1"), (".code", "00100"), (".town", &self.town)]),
            "mobile_phone" => one(&self.telephone),
            "mobile_phone_ownership" => one("OWN"),
            "email" => one(&self.email),
            "preferred_language" => one("sw"),
            _ => Vec::new(),
        }
    }

    /// Words that must stand in the answer to a question once it is saved.
    pub fn kept(&self, question: &str) -> Vec<&str> {
        match question {
            "surname" => vec![&self.surname],
            "first_name" => vec![&self.first_name],
            "other_names" => vec![&self.other_names],
            "identifiers" => vec![&self.document_number],
            "current_residence" => vec![&self.village, &self.house],
            "father" => vec![&self.father],
            "mother" => vec![&self.mother],
            "postal_address" => vec![&self.town],
            "mobile_phone" => vec![&self.telephone[2..]],
            "email" => vec![&self.email],
            _ => Vec::new(),
        }
    }

    /// Every value that a disk must not hold in clear.
    pub fn planted(&self) -> Vec<&str> {
        vec![
            &self.surname,
            &self.first_name,
            &self.other_names,
            &self.village,
            &self.house,
            &self.telephone,
            &self.email,
            &self.document_number,
            &self.father,
            &self.mother,
            &self.town,
        ]
    }
}

/// A name that nobody has: a capital, then letters as they fall, never twice the same.
fn name(rng: &mut ChaCha8Rng, length: usize) -> String {
    const OPEN: &[u8] = b"bdfgjklmnprstvwz";
    const VOWELS: &[u8] = b"aeiou";
    let mut name: String = (0..length)
        .map(|at| {
            let letters = if at % 2 == 0 { OPEN } else { VOWELS };
            char::from(letters[rng.next_u32() as usize % letters.len()])
        })
        .collect();
    name[..1].make_ascii_uppercase();
    name
}

fn digits(rng: &mut ChaCha8Rng, length: usize) -> String {
    (0..length)
        .map(|at| {
            let digit = rng.next_u32() % 9 + u32::from(at == 0).min(1);
            char::from(b'1' + (digit % 9) as u8)
        })
        .collect()
}

/// A PNG of pixels that do not compress, so that no two are alike.
pub fn picture(rng: &mut ChaCha8Rng, width: u32, height: u32) -> Vec<u8> {
    let mut pixels = vec![0; (width * height) as usize];
    rng.fill_bytes(&mut pixels);
    let picture = niims_fingerprint::GrayImage::new(width, height, pixels).unwrap();
    niims_fingerprint::encode_png(&picture)
}
