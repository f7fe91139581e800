//! What a packet may weigh. Every limit is checked before the bytes behind it are parsed.

/// Bytes of a whole sealed packet: 24 MiB. Ten 500 dpi finger images, a portrait and a
/// handful of A4 scans stay below 10 MiB; the rest is room for poor compression.
pub const MAX_PACKET_BYTES: usize = 24 * 1024 * 1024;

/// Bytes of one image: 4 MiB, an A4 page in colour at 200 dpi as PNG.
pub const MAX_IMAGE_BYTES: usize = 4 * 1024 * 1024;

/// Bytes of the clear-text header. A written header is about 330 bytes.
pub const MAX_HEADER_BYTES: usize = 1024;

/// Bytes of a COSE protected header. A written one is below 80 bytes.
pub const MAX_PROTECTED_BYTES: usize = 256;

/// Answers of one form. The longest known paper form of the programme asks about 90 things.
pub const MAX_ANSWERS: usize = 200;

/// Bytes of all answers together, as CBOR: 256 KiB.
pub const MAX_ANSWERS_BYTES: usize = 256 * 1024;

/// Consents recorded in one encounter.
pub const MAX_CONSENTS: usize = 8;

/// Forms that one resident brings: one on paper, and what they filled in at home and printed anew.
pub const MAX_FORMS: usize = 8;

/// Finger captures of one encounter: one for each finger.
pub const MAX_FINGERS: usize = 10;

/// Exceptions of one encounter: ten fingers, all fingers, the portrait.
pub const MAX_EXCEPTIONS: usize = 12;

/// Statements of devices in one encounter: two for each finger, the portrait and the photo of what is
/// missing are 22.
pub const MAX_STATEMENTS: usize = 24;

/// Bytes of what a device signed of one print, and of such a statement in a packet: 256 KiB. A
/// lossless print of 500 dpi comes to some 150 KB in its two layers of Base64.
pub const MAX_SIGNED_BYTES: usize = 256 * 1024;

/// Document scans of one encounter.
pub const MAX_DOCUMENTS: usize = 24;

/// Bytes of one short text: a code, a number, a language tag.
pub const MAX_TEXT_BYTES: usize = 256;

/// Levels of CBOR nesting. An encounter nests 5 deep, an answer may add a few levels;
/// sixteen keeps any parser's stack below a few kilobytes.
pub const MAX_DEPTH: usize = 16;

/// CBOR data items in one packet. An encounter with 200 answers holds below 2,000; the
/// limit stops small bytes that decode to large structures.
pub const MAX_ITEMS: usize = 20_000;
