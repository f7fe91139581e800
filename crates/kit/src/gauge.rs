//! How much room and current the kit has left.

use std::fs;
use std::path::Path;

use niims_packet::limits::MAX_PACKET_BYTES;

use crate::disk;
use crate::kit::Kit;

/// Where Linux tells of batteries.
const POWER: &str = "/sys/class/power_supply";

/// What the officer sees of the laptop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gauge {
    /// Bytes that the disk still takes; 0 where it cannot be measured.
    pub free_bytes: u64,
    /// Captures of the greatest size that still fit.
    pub captures_left: u64,
    /// Charge of the battery, 0 to 100; `None` where there is none.
    pub battery_percent: Option<u8>,
}

impl Kit {
    /// Room on the disk and charge of the battery.
    pub fn gauge(&self) -> Gauge {
        let free_bytes = disk::free_bytes(&self.folder).unwrap_or_default();
        let need = self.options.capture_needs_bytes;
        let captures_left = match free_bytes.checked_sub(need) {
            Some(beyond) => 1 + beyond / MAX_PACKET_BYTES as u64,
            None => 0,
        };
        Gauge { free_bytes, captures_left, battery_percent: battery(Path::new(POWER)) }
    }
}

/// The charge of the first battery.
fn battery(folder: &Path) -> Option<u8> {
    let mut names: Vec<_> =
        fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    names.sort();
    names
        .iter()
        .find_map(|battery| fs::read_to_string(battery.join("capacity")).ok())
        .and_then(|text| text.trim().parse().ok())
        .filter(|percent| *percent <= 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_battery_is_read() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(battery(folder.path()), None);
        for (name, text) in [("AC", None), ("BAT0", Some("73\n")), ("BAT1", Some("12\n"))] {
            fs::create_dir(folder.path().join(name)).unwrap();
            if let Some(text) = text {
                fs::write(folder.path().join(name).join("capacity"), text).unwrap();
            }
        }
        assert_eq!(battery(folder.path()), Some(73));
    }
}
