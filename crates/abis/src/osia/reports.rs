//! Reports on items in few bytes, for the context of a callback: four numbers each.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::messages::ids::{ItemReport, ItemUse};
use super::messages::vocabulary::{BiometricSubType, BiometricType};

const USES: [ItemUse; 4] =
    [ItemUse::Compared, ItemUse::BetterOneCompared, ItemUse::KeptOnly, ItemUse::Missing];

/// Kind, part and use as places in their lists, and quality; 255 stands for what is absent.
type Plain = (u8, u8, u8, u8);

const ABSENT: u8 = u8::MAX;

/// Writes them.
pub fn serialize<S: Serializer>(reports: &[ItemReport], to: S) -> Result<S::Ok, S::Error> {
    let plain: Vec<Plain> = reports
        .iter()
        .map(|report| {
            let part = report.biometric_sub_type;
            (
                place(BiometricType::ALL, &report.biometric_type),
                part.as_ref().map_or(ABSENT, |part| place(BiometricSubType::ALL, part)),
                place(&USES, &report.comparison),
                report.quality.unwrap_or(ABSENT),
            )
        })
        .collect();
    plain.serialize(to)
}

/// Reads what [`serialize`] wrote.
pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<ItemReport>, D::Error> {
    let read = |(kind, part, used, quality): Plain| {
        let part = match part {
            ABSENT => None,
            place => Some(*BiometricSubType::ALL.get(usize::from(place))?),
        };
        Some(ItemReport {
            biometric_type: *BiometricType::ALL.get(usize::from(kind))?,
            biometric_sub_type: part,
            comparison: *USES.get(usize::from(used))?,
            quality: (quality != ABSENT).then_some(quality),
        })
    };
    let plain = Vec::<Plain>::deserialize(from)?;
    let reports: Option<Vec<ItemReport>> = plain.into_iter().map(read).collect();
    reports.ok_or_else(|| D::Error::custom("not a report of this version"))
}

fn place<T: PartialEq>(all: &[T], one: &T) -> u8 {
    all.iter().position(|known| known == one).and_then(|at| u8::try_from(at).ok()).unwrap_or(ABSENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Kept(#[serde(with = "super")] Vec<ItemReport>);

    #[test]
    fn reports_read_back() {
        let reports: Vec<ItemReport> = BiometricSubType::ALL
            .iter()
            .map(|part| ItemReport {
                biometric_type: BiometricType::Finger,
                biometric_sub_type: Some(*part),
                comparison: ItemUse::BetterOneCompared,
                quality: Some(100),
            })
            .chain(USES.map(|comparison| ItemReport {
                biometric_type: BiometricType::Unknown,
                biometric_sub_type: None,
                comparison,
                quality: None,
            }))
            .collect();
        let text = serde_json::to_string(&Kept(reports.clone())).unwrap();
        assert!(text.len() < 20 * reports.len(), "{text}");
        assert_eq!(serde_json::from_str::<Kept>(&text).unwrap().0, reports);
        assert!(serde_json::from_str::<Kept>("[[9,0,0,0]]").is_err());
    }
}
