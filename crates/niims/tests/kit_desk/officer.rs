//! An officer who takes residents in page by page, and knows exactly what the pages called saved.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};
use niims_fingerprint::{FingerPosition, encode_png};
use niims_record::ApplicationId;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::json;

use super::browser::{Browser, Gone, Page};
use super::resident::Resident;
use super::world::{OFFICER_PIN, World};

/// A clear print of a finger that nobody has; growing it takes a second.
static PRINT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let traits = PersonTraits::adult(&mut rng);
    let finger = MasterFinger::grow([5; 32], FingerPosition::RightIndex, &traits);
    encode_png(&finger.impression(&mut rng, &ImpressionConditions::good()))
});

/// One interview as the pages promised it.
#[derive(Clone)]
pub struct Promised {
    pub application: ApplicationId,
    pub resident: Resident,
    /// Parts and questions whose page said that they are saved.
    pub saved: BTreeSet<String>,
    /// The part that was sent when the kit went away: it may be saved or not.
    pub in_flight: Option<String>,
    /// Whether the page with the slip came.
    pub is_finished: bool,
}

/// The officer's day.
pub struct Day {
    pub rng: ChaCha8Rng,
    /// The interview under way.
    pub current: Option<Promised>,
    /// Interviews whose end the pages promised, or which were found finished after a kill.
    pub finished: Vec<Promised>,
    /// Posts that a page called saved.
    pub promises: u64,
}

impl Day {
    pub fn new(seed: u64) -> Self {
        let rng = ChaCha8Rng::seed_from_u64(seed);
        Self { rng, current: None, finished: Vec::new(), promises: 0 }
    }

    pub fn sign_in(browser: &mut Browser, world: &World) -> Result<(), Gone> {
        browser.get("/")?;
        let fields = [("officer", world.officer.to_string()), ("pin", OFFICER_PIN.to_owned())];
        let page = browser.post("/", &fields.map(|(name, text)| (name.to_owned(), text)))?;
        assert_eq!(page.to, "/home", "{}", page.body);
        browser.get("/home")?;
        Ok(())
    }

    /// Takes residents in until `until` says enough, or the kit is gone.
    pub fn take_in(
        &mut self,
        browser: &mut Browser,
        station: &Path,
        until: impl Fn(&Self) -> bool,
    ) -> Result<(), Gone> {
        LazyLock::force(&PRINT);
        while !until(self) {
            self.step(browser, station)?;
        }
        Ok(())
    }

    /// Sends what was sealed to the centre, by the page's button.
    pub fn upload(browser: &mut Browser) -> Result<Page, Gone> {
        browser.get("/day")?;
        browser.post("/day/upload", &[])
    }

    /// The form that the kit asks for next, fetched and ready to be sent.
    pub fn ready(&mut self, browser: &mut Browser, station: &Path) -> Result<String, Gone> {
        while self.current.is_none() {
            self.step(browser, station)?;
        }
        let promised = self.current.as_ref().unwrap();
        let at = format!("/interviews/{}", promised.application);
        let page = browser.get(&at)?;
        browser.get(&page.to)?;
        Ok(page.to.strip_prefix(&format!("{at}/")).unwrap().to_owned())
    }

    /// Sends that form, and promises nothing.
    pub fn send_blindly(
        &mut self,
        browser: &mut Browser,
        station: &Path,
        part: &str,
    ) -> Result<Page, Gone> {
        let promised = self.current.as_mut().unwrap();
        promised.in_flight = Some(part.to_owned());
        let at = format!("/interviews/{}", promised.application);
        send(browser, station, &at, part, promised)
    }

    /// One form: the next that the kit asks for.
    fn step(&mut self, browser: &mut Browser, station: &Path) -> Result<(), Gone> {
        let Some(mut promised) = self.current.take() else {
            // A fresh browser has no token before it has seen a form.
            browser.get("/begin")?;
            let page = browser.post("/begin", &[("form".to_owned(), "adult".to_owned())])?;
            let id = page.to.rsplit('/').next().unwrap().parse();
            self.current = Some(Promised {
                application: id.unwrap_or_else(|_| panic!("{} {}", page.to, page.body)),
                resident: Resident::draw(&mut self.rng),
                saved: BTreeSet::new(),
                in_flight: None,
                is_finished: false,
            });
            return Ok(());
        };
        let result = self.go_on(browser, station, &mut promised);
        if promised.is_finished {
            self.finished.push(promised);
        } else {
            self.current = Some(promised);
        }
        result
    }

    fn go_on(
        &mut self,
        browser: &mut Browser,
        station: &Path,
        promised: &mut Promised,
    ) -> Result<(), Gone> {
        let at = format!("/interviews/{}", promised.application);
        let page = browser.get(&at)?;
        if page.status == 404 {
            // Gone only because its last page was sent when the kit was killed.
            assert_eq!(promised.in_flight.as_deref(), Some("check"), "an interview was lost");
            promised.is_finished = true;
            return Ok(());
        }
        let part =
            page.to.strip_prefix(&format!("{at}/")).unwrap_or_else(|| panic!("{}", page.body));
        // A part that was saved comes again only where a part before it fell.
        assert!(!promised.saved.contains(part) || part == "body", "{part} is asked for again");
        let part = part.to_owned();
        browser.get(&page.to)?;
        let opens = part == "body" && !promised.saved.contains("body/open");
        let name = if opens { "body/open".to_owned() } else { part.clone() };
        promised.in_flight = Some(name.clone());
        let done = send(browser, station, &at, &part, promised)?;
        if done.body.contains("kit.disk_full") {
            // Others use the disk of this machine as well. Nothing was called saved.
            println!("the kit says that the disk is full at {part}; waiting");
            std::thread::sleep(std::time::Duration::from_secs(5));
            promised.in_flight = None;
            return Ok(());
        }
        assert_eq!(done.status, 303, "{part}: {}", done.body);
        promised.in_flight = None;
        promised.saved.insert(name);
        promised.is_finished = part == "check";
        self.promises += 1;
        Ok(())
    }
}

fn send(
    browser: &mut Browser,
    station: &Path,
    at: &str,
    part: &str,
    promised: &Promised,
) -> Result<Page, Gone> {
    let resident = &promised.resident;
    let fields = |fields: &[(&str, &str)]| -> Vec<(String, String)> {
        fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    };
    let path = format!("{at}/{part}");
    match part {
        "age" => {
            let born = fields(&[
                ("date_of_birth.day", "23"),
                ("date_of_birth.month", "4"),
                ("date_of_birth.year", "1987"),
                ("date_of_birth_precision", "DAY"),
            ]);
            browser.post(&path, &born)
        }
        "notice" => browser.post(&path, &fields(&[("language", "sw")])),
        "consent" => browser.post(&path, &fields(&[("mode", "signature")])),
        "documents" => {
            let number = &resident.document_number;
            let shown = [("shown", "photographed"), ("number", number.as_str())];
            browser.upload(&format!("{path}/0"), &shown, &resident.photograph)
        }
        "body" if !promised.saved.contains("body/open") => {
            // What a kill left on the station is the resident's before, and saved by now.
            clear(station);
            browser.post(&format!("{path}/open"), &[])
        }
        "body" => {
            lay_on_station(station, resident);
            browser.post(&path, &[])
        }
        "check" => browser.post(&path, &fields(&[("confirmed", "yes")])),
        question => {
            let question = question.strip_prefix("questions/").unwrap_or_else(|| panic!("{part}"));
            browser.post(&path, &resident.answers(question))
        }
    }
}

fn clear(station: &Path) {
    let _ = std::fs::remove_dir_all(station);
    std::fs::create_dir_all(station).unwrap();
}

/// What the devices beside the kit write.
fn lay_on_station(station: &Path, resident: &Resident) {
    clear(station);
    std::fs::create_dir(station.join("fingers")).unwrap();
    std::fs::write(station.join("fingers/right_index.png"), &*PRINT).unwrap();
    let missing: serde_json::Map<String, serde_json::Value> = FingerPosition::all()
        .into_iter()
        .filter(|finger| *finger != FingerPosition::RightIndex)
        .map(|finger| (finger.name().to_owned(), json!({"reason": "BANDAGED"})))
        .collect();
    let notes = json!({"dpi": 500, "missing": missing});
    std::fs::write(station.join("fingers.json"), notes.to_string()).unwrap();
    std::fs::write(station.join("portrait.png"), &resident.portrait).unwrap();
}
