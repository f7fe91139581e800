//! What a simulated device does wrong.

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// None.
    None,
    /// Every answer comes this much later than it should: 6 s.
    Slow,
    /// Takes connections and never answers.
    Silent,
    /// Ends every connection at once.
    HangsUp,
    /// Ends the connection half-way through an answer.
    CutAnswer,
    /// Answers with something that is not JSON.
    Garbage,
    /// Answers without end.
    Endless,
    /// Answers 500.
    ServerError,
    /// Says that it is not ready.
    NotReady,
    /// Says that it is busy.
    Busy,
    /// Says that it is not registered, and signs nothing.
    NotRegistered,
    /// Names another machine as the address of further requests.
    CallsElsewhere,
    /// Belongs to another environment.
    OtherEnvironment,
    /// Keys under roots that nobody trusts.
    UnknownRoot,
    /// A bit of every signature is wrong.
    WrongSignature,
    /// Captures are not signed.
    Unsigned,
    /// Captures are signed by another trusted device.
    OtherDevice,
    /// The clock is an hour ahead.
    ClockAhead,
    /// Answers every capture with its first answer.
    ReplaysAnswer,
    /// Signs the first picture anew for every capture.
    ReplaysPicture,
    /// The hash of a capture does not follow from the one before.
    BrokenChain,
    /// Prints are too poor to be read.
    LowQuality,
    /// Names the fingers of the other hand.
    WrongFinger,
    /// The other hand lies on the glass, under the names that were asked for.
    OtherHand,
    /// The same finger under every name.
    SameFinger,
    /// One finger fewer than asked.
    FingerAbsent,
    /// Says that nothing lies on the glass.
    NothingSeen,
    /// Sends four fingers in one picture.
    NotSegmented,
    /// Pictures are compressed with loss.
    Lossy,
    /// The preview stops after two frames.
    PreviewStops,
}

impl Fault {
    /// All of them, with the names by which they are asked for.
    pub const ALL: [(Self, &'static str); 30] = [
        (Self::None, "none"),
        (Self::Slow, "slow"),
        (Self::Silent, "silent"),
        (Self::HangsUp, "hangs-up"),
        (Self::CutAnswer, "cut-answer"),
        (Self::Garbage, "garbage"),
        (Self::Endless, "endless"),
        (Self::ServerError, "server-error"),
        (Self::NotReady, "not-ready"),
        (Self::Busy, "busy"),
        (Self::NotRegistered, "not-registered"),
        (Self::CallsElsewhere, "calls-elsewhere"),
        (Self::OtherEnvironment, "other-environment"),
        (Self::UnknownRoot, "unknown-root"),
        (Self::WrongSignature, "wrong-signature"),
        (Self::Unsigned, "unsigned"),
        (Self::OtherDevice, "other-device"),
        (Self::ClockAhead, "clock-ahead"),
        (Self::ReplaysAnswer, "replays-answer"),
        (Self::ReplaysPicture, "replays-picture"),
        (Self::BrokenChain, "broken-chain"),
        (Self::LowQuality, "low-quality"),
        (Self::WrongFinger, "wrong-finger"),
        (Self::OtherHand, "other-hand"),
        (Self::SameFinger, "same-finger"),
        (Self::FingerAbsent, "finger-absent"),
        (Self::NothingSeen, "nothing-seen"),
        (Self::NotSegmented, "not-segmented"),
        (Self::Lossy, "lossy"),
        (Self::PreviewStops, "preview-stops"),
    ];

    /// The fault of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == name).map(|(fault, _)| fault)
    }
}
