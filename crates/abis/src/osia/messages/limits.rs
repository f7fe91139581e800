//! How much one request may hold. The standard sets no bounds; without some, one request could
//! hold the memory of all others.

/// Largest body, in bytes. Range 1 MiB to the longest attachment of a stored encounter. Ten pictures of 800 × 750 pixels without
/// compression, in base64, are 8 MB; compressed ones a tenth of that.
pub const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// Most items of biometrics in one list. Range 16 to 256: ten fingers rolled and plain, slaps, palms,
/// two irises and three portraits are below 40.
pub const MOST_BIOMETRICS: usize = 64;

/// Most galleries of one encounter.
pub const MOST_GALLERIES: usize = 64;

/// Most parts that one item calls missing: as many as there are words for parts.
pub const MOST_MISSING: usize = 49;

/// Most hashes over one object.
pub const MOST_INTEGRITY: usize = 16;

/// Longest short text (a type, a format, an instance, a hint), in characters.
pub const LONGEST_WORD: usize = 128;

/// Longest address, in characters.
pub const LONGEST_ADDRESS: usize = 2048;

/// Longest note (metadata, comment, scope, signature), in characters.
pub const LONGEST_NOTE: usize = 16 * 1024;

/// Most candidates of one search, as the gallery allows. A client that asks for a million wants a
/// copy of the gallery.
pub const MOST_CANDIDATES: i64 = 1_000;

/// Candidates of a search that does not say how many it wants.
pub const USUAL_CANDIDATES: i64 = 20;

/// Most entries of one page of a gallery's content.
pub const MOST_ENTRIES: i64 = 10_000;

/// Entries of a page where the client does not say; the standard's default.
pub const USUAL_ENTRIES: i64 = 1_000;
