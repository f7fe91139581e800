//! STREAM: the live preview, frames of JPEG in a multipart answer, taken apart as bytes come.
//!
//! # Traps
//! - The answer has no length and often is HTTP/1.0; it ends when the connection does.
//! - Services state the boundary with its two hyphens in `Content-Type` (`boundary=--x`) and then
//!   write `--x` between the parts, where RFC 2046 would have `----x`. Both are read.
//! - Frames mostly state their length. Where one does not, it ends at the next boundary.
//! - Behind the last frame, services write their `error` object as bare JSON, code 0 included.
//! - Nothing here is signed. Frames are shown and forgotten; no picture of a stream is ever kept.

use serde::Deserialize;
use thiserror::Error;

use crate::fault::{DeviceFault, ErrorBlock};
use crate::limits::{MOST_FRAME_BYTES, MOST_FRAME_HEAD_BYTES};
use crate::vocabulary::SubDevice;

/// Longest boundary (RFC 2046, 5.1.1).
const MOST_BOUNDARY_BYTES: usize = 70;

/// The body of a request for a stream that ends after `timeout_ms` milliseconds.
pub fn stream_request(device_id: &str, part: SubDevice, timeout_ms: u32) -> String {
    serde_json::json!({
        "deviceId": device_id,
        "deviceSubId": part.number().to_string(),
        "timeout": timeout_ms.to_string(),
    })
    .to_string()
}

/// Why a preview is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StreamError {
    /// Not a multipart answer.
    #[error("the device's preview is no stream of frames")]
    ContentType,
    /// The head of a frame does not read or is too long.
    #[error("the head of a frame of the preview does not read")]
    Head,
    /// A frame is larger than 4 MiB.
    #[error("a frame of the preview is larger than 4 MiB")]
    FrameTooLarge,
    /// A frame is no JPEG.
    #[error("a frame of the preview is no JPEG")]
    NotJpeg,
    /// The device says why there is no preview.
    #[error("the device reports a fault")]
    Said(DeviceFault),
}

impl StreamError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ContentType => "device.stream.content_type",
            Self::Head => "device.stream.head",
            Self::FrameTooLarge => "device.stream.frame_too_large",
            Self::NotJpeg => "device.stream.not_jpeg",
            Self::Said(fault) => fault.code(),
        }
    }
}

/// Takes frames out of the bytes of a preview. It holds at most one frame.
pub struct FrameReader {
    delimiter: Vec<u8>,
    held: Vec<u8>,
    /// The frame whose head was read.
    inside: Option<Length>,
}

/// Where a frame ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    /// After so many bytes.
    Stated(usize),
    /// At the next boundary.
    ToBoundary,
}

impl FrameReader {
    /// A reader for this `Content-Type`.
    ///
    /// # Errors
    /// [`StreamError::ContentType`].
    pub fn new(content_type: &str) -> Result<Self, StreamError> {
        let lower = content_type.to_ascii_lowercase();
        if !lower.trim_start().starts_with("multipart/") {
            return Err(StreamError::ContentType);
        }
        let at = lower.find("boundary=").ok_or(StreamError::ContentType)? + "boundary=".len();
        let boundary = content_type[at..].split(';').next().unwrap_or_default();
        let boundary = boundary.trim().trim_matches('"');
        if boundary.is_empty() || boundary.len() > MOST_BOUNDARY_BYTES {
            return Err(StreamError::ContentType);
        }
        // `--x` is found at the end of `----x` as well, so the shorter form fits both.
        let delimiter = if boundary.starts_with("--") {
            boundary.as_bytes().to_vec()
        } else {
            [b"--", boundary.as_bytes()].concat()
        };
        Ok(Self { delimiter, held: Vec::new(), inside: None })
    }

    /// Adds bytes as they came. Take every frame with [`Self::frame`] before adding more.
    pub fn push(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    /// The next whole frame, or nothing when more bytes are needed.
    ///
    /// # Errors
    /// [`StreamError`]; the stream cannot go on behind one.
    pub fn frame(&mut self) -> Result<Option<Vec<u8>>, StreamError> {
        let length = match self.inside {
            Some(length) => length,
            None => match self.head()? {
                Some(length) => length,
                None => return Ok(None),
            },
        };
        self.inside = Some(length);
        let end = match length {
            Length::Stated(length) if length > MOST_FRAME_BYTES => {
                return Err(StreamError::FrameTooLarge);
            }
            Length::Stated(length) => (self.held.len() >= length).then_some(length),
            Length::ToBoundary => {
                find(&self.held, &self.delimiter).map(|at| trimmed(&self.held[..at]))
            }
        };
        let Some(end) = end else {
            return if self.held.len() > MOST_FRAME_BYTES + MOST_FRAME_HEAD_BYTES {
                Err(StreamError::FrameTooLarge)
            } else {
                Ok(None)
            };
        };
        let frame: Vec<u8> = self.held.drain(..end).collect();
        self.inside = None;
        if frame.len() > MOST_FRAME_BYTES {
            return Err(StreamError::FrameTooLarge);
        }
        if frame.starts_with(b"\xff\xd8\xff") { Ok(Some(frame)) } else { Err(StreamError::NotJpeg) }
    }

    /// What stood behind the last frame when the connection ended: a fault, or a plain end.
    ///
    /// # Errors
    /// [`StreamError::Said`].
    pub fn end(&self) -> Result<(), StreamError> {
        let Some(at) = self.held.iter().position(|byte| *byte == b'{') else { return Ok(()) };
        said(&self.held[at..]).map_or(Ok(()), |fault| Err(StreamError::Said(fault)))
    }

    /// Reads the head of a frame and drops it: the length that it states.
    fn head(&mut self) -> Result<Option<Length>, StreamError> {
        let Some(at) = find(&self.held, &self.delimiter) else {
            // Between frames stand line ends, and behind the last a fault in JSON.
            return if self.held.len() > 2 * MOST_FRAME_HEAD_BYTES {
                Err(StreamError::Head)
            } else {
                Ok(None)
            };
        };
        let rest = &self.held[at + self.delimiter.len()..];
        let (end, gap) = match (find(rest, b"\r\n\r\n"), find(rest, b"\n\n")) {
            (Some(end), Some(bare)) if bare < end => (bare, 2),
            (Some(end), _) => (end, 4),
            (None, Some(bare)) => (bare, 2),
            (None, None) if rest.len() > MOST_FRAME_HEAD_BYTES => return Err(StreamError::Head),
            (None, None) => return Ok(None),
        };
        if at > 2 * MOST_FRAME_HEAD_BYTES || end > MOST_FRAME_HEAD_BYTES {
            return Err(StreamError::Head);
        }
        let head = std::str::from_utf8(&rest[..end]).map_err(|_| StreamError::Head)?;
        let length = stated_length(head)?;
        let used = at + self.delimiter.len() + end + gap;
        self.held.drain(..used);
        Ok(Some(length))
    }
}

/// The fault of an answer that is JSON instead of a stream. Without one it is a technical fault: a
/// stream was asked for and none came.
pub fn refused_stream(bytes: &[u8]) -> StreamError {
    said(bytes).map_or(StreamError::ContentType, StreamError::Said)
}

#[derive(Deserialize)]
struct Said {
    error: Option<ErrorBlock>,
}

fn said(bytes: &[u8]) -> Option<DeviceFault> {
    let bounded = bytes.get(..MOST_FRAME_HEAD_BYTES.min(bytes.len()))?;
    let mut values = serde_json::Deserializer::from_slice(bounded).into_iter::<Said>();
    values.next()?.ok()?.error?.fault()
}

fn stated_length(head: &str) -> Result<Length, StreamError> {
    for line in head.lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.trim().eq_ignore_ascii_case("content-length") {
            return value.trim().parse().map(Length::Stated).map_err(|_| StreamError::Head);
        }
    }
    Ok(Length::ToBoundary)
}

/// Length without the line end before a boundary.
fn trimmed(frame: &[u8]) -> usize {
    let mut length = frame.len();
    for _ in 0..2 {
        length -= usize::from(frame[..length].ends_with(b"\n"));
        length -= usize::from(frame[..length].ends_with(b"\r"));
    }
    length
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame(size: usize) -> Vec<u8> {
        [&b"\xff\xd8\xff"[..], &vec![b'x'; size]].concat()
    }

    fn written(frames: &[Vec<u8>], lengths: bool) -> Vec<u8> {
        let mut out = Vec::new();
        for frame in frames {
            out.extend_from_slice(b"--Edge\r\nContent-Type:image/jpeg\r\n");
            if lengths {
                out.extend_from_slice(format!("Content-Length:{}\r\n", frame.len()).as_bytes());
            }
            out.extend_from_slice(b"\r\n");
            out.extend_from_slice(frame);
            out.extend_from_slice(b"\r\n\r\n");
        }
        out.extend_from_slice(b"--Edge\r\n");
        out
    }

    fn read(bytes: &[u8], pieces: usize) -> Result<Vec<Vec<u8>>, StreamError> {
        let mut reader = FrameReader::new("multipart/x-mixed-replace; boundary=--Edge").unwrap();
        let mut frames = Vec::new();
        for piece in bytes.chunks(pieces.max(1)) {
            reader.push(piece);
            while let Some(frame) = reader.frame()? {
                frames.push(frame);
            }
        }
        reader.end()?;
        Ok(frames)
    }

    proptest! {
        #[test]
        fn frames_come_out_however_the_bytes_are_cut(
            sizes in prop::collection::vec(0_usize..400, 0..6), pieces in 1_usize..700, lengths: bool,
        ) {
            let frames: Vec<_> = sizes.iter().map(|size| frame(*size)).collect();
            prop_assert_eq!(read(&written(&frames, lengths), pieces), Ok(frames));
        }

        #[test]
        fn any_bytes_end_in_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
            let _ = read(&bytes, 64);
            let headed = [&b"--Edge\r\nContent-Length: 40\r\n\r\n"[..], &bytes].concat();
            let _ = read(&headed, 64);
        }
    }

    #[test]
    fn a_planted_fault_is_seen_by_the_property() {
        let mut bytes = written(&[frame(50), frame(60)], true);
        let at = find(&bytes, b"Content-Length:5").unwrap() + "Content-Length:".len();
        bytes[at] = b'4';
        assert_ne!(read(&bytes, 7), Ok(vec![frame(50), frame(60)]));
    }

    #[test]
    fn faults_have_their_codes() {
        let code = |bytes: &[u8]| read(bytes, 1000).map_or_else(|error| error.code(), |_| "read");
        let length = |length: &str| format!("--Edge\r\nContent-Length: {length}\r\n\r\n");
        assert_eq!(code(length("99999999999").as_bytes()), "device.stream.frame_too_large");
        assert_eq!(code(length("many").as_bytes()), "device.stream.head");
        assert_eq!(code(format!("{}GIF8", length("4")).as_bytes()), "device.stream.not_jpeg");
        assert_eq!(code(&vec![b'x'; 20_000]), "device.stream.head");
        let endless = [&b"--Edge\r\n\r\n"[..], &vec![b'x'; MOST_FRAME_BYTES + 9_000]].concat();
        assert_eq!(
            read(&endless, 1 << 20).err().map(|error| error.code()),
            Some("device.stream.frame_too_large")
        );
        let behind = |code: &str| {
            let mut bytes = written(&[frame(5)], true);
            bytes.extend(format!(r#"{{"error":{{"errorCode":"{code}"}}}}"#).bytes());
            bytes
        };
        assert_eq!(code(&behind("0")), "read");
        assert_eq!(code(&behind("609")), "device.said.vendor");
        assert_eq!(refused_stream(br#"{"error":{"errorCode":"111"}}"#).code(), "device.said.busy");
        assert_eq!(refused_stream(b"nonsense").code(), "device.stream.content_type");
        assert!(FrameReader::new("text/html").is_err());
        assert!(FrameReader::new("multipart/x-mixed-replace").is_err());
    }
}
