//! The words of the interface: environments, purposes, kinds, states and names of fingers.

use niims_fingerprint::FingerPosition;

/// Ports on which a device service may listen, inclusive.
pub const PORTS: std::ops::RangeInclusive<u16> = 4501..=4600;

/// The version of the interface that requests ask for.
pub const SPEC_VERSION: &str = "0.9.5";

/// Whether a stated version is one whose answers are understood.
///
/// Devices on the market state a fourth and fifth number behind 0.9.5 (`0.9.5.1.5`): the messages
/// are those of 0.9.5.
pub fn is_understood(version: &str) -> bool {
    version == SPEC_VERSION
        || version.strip_prefix(SPEC_VERSION).is_some_and(|rest| rest.starts_with('.'))
}

/// Where a device may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Environment {
    /// The programme itself.
    Production,
    /// The last trial before it.
    PreProduction,
    /// Trials.
    Staging,
    /// The makers of software.
    Developer,
}

impl Environment {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::Production, Self::PreProduction, Self::Staging, Self::Developer];

    /// As it stands in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Production => "Production",
            Self::PreProduction => "Pre-Production",
            Self::Staging => "Staging",
            Self::Developer => "Developer",
        }
    }

    /// Reads the name; capitals do not count, since devices differ in them.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name().eq_ignore_ascii_case(name))
    }
}

/// What a device is certified for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Enrolment: captures are signed and not encrypted.
    Registration,
    /// Authentication: captures are encrypted to the authentication service. Of no use to a kit.
    Auth,
}

impl Purpose {
    /// As it stands in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Registration => "Registration",
            Self::Auth => "Auth",
        }
    }

    /// Reads the name, whatever its capitals.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Registration, Self::Auth].into_iter().find(|p| p.name().eq_ignore_ascii_case(name))
    }
}

/// What a device captures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeviceKind {
    /// Fingers.
    Finger,
    /// Irises. Known so that such a device can be named; the programme captures none.
    Iris,
    /// Faces.
    Face,
}

impl DeviceKind {
    /// As it stands in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Finger => "Finger",
            Self::Iris => "Iris",
            Self::Face => "Face",
        }
    }

    /// Reads the name, whatever its capitals.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Finger, Self::Iris, Self::Face]
            .into_iter()
            .find(|known| known.name().eq_ignore_ascii_case(name))
    }
}

/// The state that a device says it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeviceStatus {
    /// It can capture.
    Ready,
    /// It captures or streams for somebody.
    Busy,
    /// It is connected and cannot capture: warming up, no light, cover closed.
    NotReady,
    /// Its maker has not given it a key.
    NotRegistered,
}

impl DeviceStatus {
    /// As it stands in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ready => "Ready",
            Self::Busy => "Busy",
            Self::NotReady => "Not Ready",
            Self::NotRegistered => "Not Registered",
        }
    }

    /// Reads the name, whatever its capitals and spaces: `NotReady` is seen as well.
    pub fn from_name(name: &str) -> Option<Self> {
        let plain = |text: &str| text.replace(' ', "").to_ascii_lowercase();
        [Self::Ready, Self::Busy, Self::NotReady, Self::NotRegistered]
            .into_iter()
            .find(|known| plain(known.name()) == plain(name))
    }
}

/// How a device protects its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Certification {
    /// In software of the laptop: one key signs everything.
    L0,
    /// In a secure chip, which has its own key and certificate.
    L1,
}

impl Certification {
    /// As it stands in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::L0 => "L0",
            Self::L1 => "L1",
        }
    }

    /// Reads the name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::L0, Self::L1].into_iter().find(|known| known.name().eq_ignore_ascii_case(name))
    }
}

/// The part of a scanner that a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubDevice {
    /// 0: the device has no parts. Not for slaps.
    Whole,
    /// 1: four fingers of the left hand.
    LeftSlap,
    /// 2: four fingers of the right hand.
    RightSlap,
    /// 3: both thumbs.
    Thumbs,
}

impl SubDevice {
    /// The number in messages.
    pub const fn number(self) -> u8 {
        match self {
            Self::Whole => 0,
            Self::LeftSlap => 1,
            Self::RightSlap => 2,
            Self::Thumbs => 3,
        }
    }

    /// The part of this number.
    pub fn from_number(number: u8) -> Option<Self> {
        [Self::Whole, Self::LeftSlap, Self::RightSlap, Self::Thumbs]
            .into_iter()
            .find(|known| known.number() == number)
    }

    /// The fingers of the part, from left to right as they lie on the glass, palm down.
    pub const fn fingers(self) -> &'static [FingerPosition] {
        use FingerPosition as P;
        match self {
            Self::Whole => &[],
            Self::LeftSlap => &[P::LeftLittle, P::LeftRing, P::LeftMiddle, P::LeftIndex],
            Self::RightSlap => &[P::RightIndex, P::RightMiddle, P::RightRing, P::RightLittle],
            Self::Thumbs => &[P::LeftThumb, P::RightThumb],
        }
    }
}

/// The name of a finger in messages: `Left IndexFinger`, `Right Thumb`.
pub const fn finger_name(finger: FingerPosition) -> &'static str {
    use FingerPosition as P;
    match finger {
        P::Unknown => "UNKNOWN",
        P::RightThumb => "Right Thumb",
        P::RightIndex => "Right IndexFinger",
        P::RightMiddle => "Right MiddleFinger",
        P::RightRing => "Right RingFinger",
        P::RightLittle => "Right LittleFinger",
        P::LeftThumb => "Left Thumb",
        P::LeftIndex => "Left IndexFinger",
        P::LeftMiddle => "Left MiddleFinger",
        P::LeftRing => "Left RingFinger",
        P::LeftLittle => "Left LittleFinger",
    }
}

/// Reads the name of a finger, whatever its capitals and spaces.
pub fn finger_from_name(name: &str) -> Option<FingerPosition> {
    let plain = |text: &str| text.replace(' ', "").to_ascii_lowercase();
    let wanted = plain(name);
    FingerPosition::all()
        .into_iter()
        .chain([FingerPosition::Unknown])
        .find(|finger| plain(finger_name(*finger)) == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for finger in FingerPosition::all() {
            assert_eq!(finger_from_name(finger_name(finger)), Some(finger));
        }
        assert_eq!(finger_from_name("left indexfinger"), Some(FingerPosition::LeftIndex));
        assert_eq!(finger_from_name("Left Toe"), None);
        assert_eq!(DeviceStatus::from_name("NotReady"), Some(DeviceStatus::NotReady));
        for environment in Environment::ALL {
            assert_eq!(Environment::from_name(environment.name()), Some(environment));
        }
        assert!(is_understood("0.9.5") && is_understood("0.9.5.1.5"));
        assert!(!is_understood("0.9.51") && !is_understood("1.0.0"));
    }
}
