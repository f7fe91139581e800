//! Bounds on everything a device sends. They are checked on bytes, before anything is parsed.

/// Most bytes of an answer to discovery or device information: 256 KiB. An answer of a device with
/// two certificates is about 8 KiB.
pub const MOST_DESCRIPTION_BYTES: usize = 256 * 1024;
/// Most bytes of an answer to a capture: 32 MiB. Four lossless prints are about 1 MiB; a portrait
/// of 1920 × 1080 without compression is 6 MiB, and becomes 11 MiB by being in Base64 twice.
pub const MOST_CAPTURE_BYTES: usize = 32 * 1024 * 1024;
/// Most devices that one port may announce.
pub const MOST_DEVICES: usize = 16;
/// Most biometrics in one answer: ten fingers.
pub const MOST_BIOMETRICS: usize = 10;
/// Most bytes of one biometric block: 12 MiB.
pub const MOST_BLOCK_BYTES: usize = 12 * 1024 * 1024;
/// Most bytes of a header of a signed payload in Base64: 64 KiB. A chain of four RSA certificates
/// is about 8 KiB.
pub const MOST_HEADER_BYTES: usize = 64 * 1024;
/// Most bytes of one certificate: 8 KiB.
pub const MOST_CERTIFICATE_BYTES: usize = 8 * 1024;
/// Most characters of a name, code or version that a device states.
pub const MOST_NAME_CHARACTERS: usize = 128;
/// Most characters of a device's own words for an error that are kept.
pub const MOST_WORDS_CHARACTERS: usize = 200;
/// Most bytes of the head of one frame of a live preview.
pub const MOST_FRAME_HEAD_BYTES: usize = 4 * 1024;
/// Most bytes of one frame of a live preview: 4 MiB.
pub const MOST_FRAME_BYTES: usize = 4 * 1024 * 1024;
