//! A drawn portrait: head and shoulders of nobody, clearly a drawing.

use niims_record::person::Sex;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use crate::canvas::{Canvas, Colour, ellipse, mix};
use crate::chance;
use crate::village::Resident;

/// Size of the portrait, pixels: the token face image of ISO/IEC 19794-5:2005, 8.4.
const SIZE: (u32, u32) = (240, 320);
/// Stream of the generator that portraits are drawn from; prints use lower ones.
const STREAM: u64 = 1 << 56;

const SKINS: [Colour; 6] =
    [[74, 46, 34], [92, 58, 42], [112, 72, 50], [132, 88, 62], [150, 104, 76], [60, 38, 30]];
const CLOTHES: [Colour; 8] = [
    [178, 58, 52],
    [38, 92, 140],
    [42, 118, 88],
    [206, 154, 52],
    [112, 64, 128],
    [232, 226, 214],
    [54, 60, 72],
    [210, 104, 62],
];
const BACKGROUNDS: [Colour; 4] =
    [[214, 224, 232], [226, 222, 212], [216, 230, 220], [228, 218, 224]];
const BLACK_HAIR: Colour = [26, 22, 22];
const GREY_HAIR: Colour = [168, 164, 160];

/// What somebody looks like, drawn once from their seed.
struct Looks {
    skin: Colour,
    hair: Colour,
    clothes: Colour,
    background: Colour,
    style: Style,
    glasses: bool,
    /// Half width of the head, pixels.
    width: f32,
    /// Half height of the head, pixels.
    height: f32,
    /// Bend of the mouth, pixels.
    smile: f32,
}

#[derive(Clone, Copy)]
enum Style {
    Cropped,
    Round,
    Long,
    Scarf(Colour),
    Bald,
}

/// The portrait of a resident as PNG, the same for every visit.
pub fn portrait(resident: &Resident) -> Vec<u8> {
    let mut rng = ChaCha8Rng::from_seed(resident.fingers);
    rng.set_stream(STREAM);
    let looks = Looks::draw(resident, &mut rng);
    let mut canvas =
        Canvas::new(SIZE.0, SIZE.1, looks.background, mix(looks.background, [120; 3], 0.25));
    looks.behind_the_head(&mut canvas);
    looks.shoulders(&mut canvas);
    looks.head(&mut canvas);
    looks.hair(&mut canvas);
    looks.face(&mut canvas);
    canvas.into_png()
}

const CENTRE: (f32, f32) = (120.0, 138.0);

impl Looks {
    fn draw(resident: &Resident, rng: &mut impl Rng) -> Self {
        let skin = pick(&SKINS, rng);
        let clothes = pick(&CLOTHES, rng);
        let grey = chance::between(45, 75, rng) < resident.age as i64;
        let style = match chance::below(10, rng) {
            0..=2 if resident.sex == Sex::Female => Style::Scarf(pick(&CLOTHES, rng)),
            3..=6 if resident.sex == Sex::Female => Style::Long,
            0..=1 if resident.age > 35 => Style::Bald,
            7..=9 => Style::Round,
            _ => Style::Cropped,
        };
        let child = if resident.age < 13 { 0.9 } else { 1.0 };
        Self {
            skin,
            hair: if grey { GREY_HAIR } else { BLACK_HAIR },
            clothes,
            background: pick(&BACKGROUNDS, rng),
            style,
            glasses: resident.age > 12 && chance::permille(180, rng),
            width: chance::between(50, 58, rng) as f32 * child,
            height: chance::between(66, 74, rng) as f32 * child,
            smile: chance::between(2, 7, rng) as f32,
        }
    }

    fn behind_the_head(&self, canvas: &mut Canvas) {
        let (x, y) = CENTRE;
        match self.style {
            Style::Long => {
                canvas.ellipse((x, y + 24.0), (self.width + 16.0, self.height + 28.0), self.hair);
            }
            Style::Round => {
                canvas.ellipse((x, y - 18.0), (self.width + 20.0, self.height + 8.0), self.hair);
            }
            Style::Scarf(colour) => {
                canvas.ellipse((x, y + 10.0), (self.width + 14.0, self.height + 22.0), colour);
            }
            Style::Cropped | Style::Bald => {}
        }
    }

    fn shoulders(&self, canvas: &mut Canvas) {
        let (x, y) = CENTRE;
        let trunk = ellipse((x, 344.0), (112.0, 116.0));
        canvas.fill(self.clothes, 1.0, &trunk);
        let neck = mix(self.skin, [0; 3], 0.15);
        canvas.ellipse((x, y + self.height + 8.0), (24.0, 48.0), neck);
        canvas.fill(mix(self.clothes, [255; 3], 0.35), 1.0, |px, py| {
            let ring = ellipse((x, y + self.height + 6.0), (36.0, 56.0))(px, py);
            ring.min(6.0 - ring).min(trunk(px, py))
        });
    }

    fn head(&self, canvas: &mut Canvas) {
        let (x, y) = CENTRE;
        let covered = matches!(self.style, Style::Scarf(_));
        for side in [-1.0, 1.0].into_iter().filter(|_| !covered) {
            let ear = (x + side * self.width, y + 6.0);
            canvas.ellipse(ear, (9.0, 15.0), mix(self.skin, [0; 3], 0.12));
        }
        canvas.ellipse(CENTRE, (self.width, self.height), self.skin);
        let light = ellipse((x - 12.0, y - 16.0), (self.width * 0.7, self.height * 0.7));
        canvas.fill(mix(self.skin, [255, 220, 190], 0.4), 0.3, move |px, py| light(px, py) / 14.0);
    }

    /// Hair from the crown down to the hairline.
    fn hair(&self, canvas: &mut Canvas) {
        let (x, y) = CENTRE;
        let (colour, line) = match self.style {
            Style::Scarf(colour) => (mix(colour, [0; 3], 0.12), 0.42),
            Style::Long | Style::Round => (self.hair, 0.46),
            Style::Cropped => (self.hair, 0.52),
            Style::Bald => return,
        };
        let crown = ellipse((x, y - 2.0), (self.width + 3.0, self.height + 4.0));
        let face = ellipse((x, y + self.height * 0.42), (self.width * 1.02, self.height * 1.0));
        let lowest = y - self.height * (line - 0.36);
        canvas.fill(colour, 1.0, move |px, py| crown(px, py).min(-face(px, py)).min(lowest - py));
    }

    fn face(&self, canvas: &mut Canvas) {
        let (x, y) = CENTRE;
        let apart = self.width * 0.42;
        let dark = mix(self.skin, [0; 3], 0.45);
        for side in [-1.0, 1.0] {
            let eye = (x + side * apart, y + 2.0);
            canvas.ellipse(eye, (10.0, 6.0), [244, 240, 234]);
            canvas.ellipse(eye, (5.0, 5.2), [48, 30, 22]);
            canvas.ellipse((eye.0 - 1.5, eye.1 - 1.8), (1.4, 1.4), [255; 3]);
            canvas.ellipse((eye.0, eye.1 - 14.0), (12.0, 2.6), mix(self.hair, dark, 0.4));
            if self.glasses {
                canvas.fill([40, 40, 46], 1.0, move |px, py| {
                    let lens = ellipse(eye, (17.0, 14.0))(px, py);
                    lens.min(2.2 - lens)
                });
            }
        }
        if self.glasses {
            canvas.rectangle((x - apart + 16.0, y), (x + apart - 16.0, y + 2.2), [40, 40, 46]);
        }
        canvas.ellipse((x, y + 22.0), (9.0, 6.0), mix(self.skin, [0; 3], 0.2));
        canvas.ellipse((x, y + 19.0), (6.5, 5.5), mix(self.skin, [255, 220, 190], 0.12));
        let (smile, mouth) = (self.smile, y + self.height * 0.6);
        canvas.fill(mix([150, 62, 62], self.skin, 0.35), 1.0, move |px, py| {
            let bend = smile * (1.0 - ((px - x) / 18.0).powi(2));
            (3.2 - (py - mouth - bend).abs()).min(19.0 - (px - x).abs())
        });
    }
}

fn pick(colours: &[Colour], rng: &mut impl Rng) -> Colour {
    colours[chance::below(colours.len() as u64, rng) as usize]
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::census::Census;
    use crate::village::{Setting, settle};

    #[test]
    fn everybody_has_a_face_of_their_own_and_keeps_it() {
        let setting = Setting { county: "019", today: date(2026, 11, 22) };
        let rng = &mut ChaCha8Rng::from_seed([4; 32]);
        let village = settle(8, setting, &Census::embedded().unwrap(), rng);
        let faces: Vec<_> = village.iter().map(portrait).collect();
        let image = image::load_from_memory(&faces[0]).unwrap();
        assert_eq!((image.width(), image.height()), SIZE);
        assert_eq!(faces[0], portrait(&village[0]));
        for (index, face) in faces.iter().enumerate() {
            assert!(face.len() < 40_000, "{} bytes", face.len());
            assert!(!faces[..index].contains(face), "resident {index} looks like another");
        }
    }
}
