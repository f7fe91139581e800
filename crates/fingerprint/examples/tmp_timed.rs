//! TEMPORARY: processor time to decode each file
use niims_fingerprint::*;
use rustix::time::{ClockId, clock_gettime};
fn now() -> f64 {
    let s = clock_gettime(ClockId::ThreadCPUTime);
    s.tv_sec as f64 + s.tv_nsec as f64 / 1e9
}
fn main() {
    largest();
    for f in std::env::args().skip(1) {
        let b = std::fs::read(&f).unwrap();
        let t = now();
        let r = decode_image(&b, &ImageLimits::default());
        let d = now() - t;
        println!(
            "{d:6.2} s {f} {} bytes: {}",
            b.len(),
            r.map_or_else(|e| format!("{} {e:?}", e.code()), |p| format!("{p:?}"))
        );
    }
}
#[path = "../tests/pictures/mod.rs"]
mod pictures;
#[test]
fn none() {}
pub fn largest() {
    for (name, p) in [
        ("noise", { let mut u = pictures::uniform(1); pictures::picture(2048, 2048, move |_, _| 255.0 * u()) }),
        ("stripes", pictures::picture(2048, 2048, |x, _| 128.0 + 90.0 * (x * 0.7).sin())),
        ("tilted", pictures::picture(2048, 2048, |x, y| 128.0 + 90.0 * (x * 0.5 + y * 0.5).sin())),
        ("two waves", pictures::picture(2048, 2048, |x, y| 128.0 + 60.0 * (x * 0.7 + 3.0 * (y * 0.02).sin()).sin() + 60.0 * (y * 0.7 + 3.0 * (x * 0.02).sin()).sin())),
        ("dislocated", pictures::picture(880, 2048, |x, y| { let c = ((x / 40.0).floor() * 40.0 + 20.0, (y / 40.0).floor() * 40.0 + 20.0); 128.0 + 90.0 * (y * 0.7 + 0.002 * (x - 440.0) * (x - 440.0) * 0.7 + (y - c.1).atan2(x - c.0)).sin() })),
        ("checks", pictures::picture(2048, 2048, |x, y| if ((x / 9.0) as i32 + (y / 9.0) as i32) % 2 == 0 { 0.0 } else { 255.0 })),
    ] {
        let t = now();
        let r = extract(&p, 500);
        println!("{:6.2} s extract {name} {}x{}: {}", now() - t, p.width(), p.height(), r.map_or_else(|e| e.code().to_string(), |e| format!("template of {}", e.template.minutiae().len())));
    }
    let p = pictures::picture(4000, 4000, |x, y| 128.0 + 90.0 * (x * 0.35 + 0.001 * y * y).sin());
    let t = now(); let r = extract(&p, 1000); println!("{:6.2} s extract 4000 at 1000 dpi {}", now() - t, r.map_or_else(|e| e.code().to_string(), |_| "template".to_string()));
    let mut u = pictures::uniform(2);
    let n = pictures::picture(4000, 4000, move |_, _| 255.0 * u());
    let w = encode_wsq(&n, None, 3.5).unwrap();
    let t = now(); let r = decode_image(&w, &ImageLimits::default()); println!("{:6.2} s wsq {} bytes {:?}", now() - t, w.len(), r.map_err(|e| e.code()));
    let flat = encode_wsq(&GrayImage::new(4000, 4000, vec![9; 16_000_000]).unwrap(), None, 0.75).unwrap();
    let t = now(); let r = decode_image(&flat, &ImageLimits::default()); println!("{:6.2} s wsq flat {} bytes {:?}", now() - t, flat.len(), r.map_err(|e| e.code()));
    // Taps of 1e-19 and 1e-20: numbers at the lower end.
    let at = w.windows(2).position(|p| p == b"\xff\xa4").unwrap();
    let mut tiny = w.clone();
    for tap in 0..9 { let t = at + 6 + 6 * tap; tiny[t + 1] = 44; }
    let t = now(); let r = decode_image(&tiny, &ImageLimits::default()); println!("{:6.2} s wsq tiny taps {:?}", now() - t, r.map_err(|e| format!("{e:?}")));
}
