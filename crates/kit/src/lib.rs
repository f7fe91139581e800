//! Offline capture: encrypted store, sealing, day close, upload.
