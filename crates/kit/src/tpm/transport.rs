//! Command out, answer in: over the device file, or the socket of `swtpm`.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use zeroize::Zeroizing;

use super::TpmError;

/// Largest answer that is read, bytes: that of the kernel's buffer (`TPM_BUFSIZE`).
const LARGEST_ANSWER: usize = 4096;
/// Bytes of the head of an answer: tag, size, response code (Part 1 §18).
pub(super) const HEAD: usize = 10;
/// How long a simulator may take, seconds. The kernel watches over a device itself. Making a
/// primary key takes the slowest discrete TPM some two seconds.
const SECONDS: u64 = 30;

/// The way to a TPM.
pub(super) enum Transport {
    Device(File),
    Socket(UnixStream),
}

impl Transport {
    pub fn open(path: &Path) -> Result<Self, TpmError> {
        let about = fs::metadata(path).map_err(TpmError::NotThere)?;
        if about.file_type().is_socket() {
            let socket = UnixStream::connect(path).map_err(TpmError::NotThere)?;
            let may = Some(Duration::from_secs(SECONDS));
            socket.set_read_timeout(may).map_err(TpmError::NotThere)?;
            socket.set_write_timeout(may).map_err(TpmError::NotThere)?;
            return Ok(Self::Socket(socket));
        }
        let device = fs::OpenOptions::new().read(true).write(true).open(path);
        device.map(Self::Device).map_err(TpmError::NotThere)
    }

    /// Sends a command and reads its whole answer, which is wiped when dropped.
    pub fn exchange(&mut self, command: &[u8]) -> Result<Zeroizing<Vec<u8>>, TpmError> {
        let mut answer = Zeroizing::new(vec![0; LARGEST_ANSWER]);
        let length = match self {
            Self::Device(file) => {
                file.write_all(command).map_err(TpmError::Gone)?;
                // A device gives an answer whole, in one read.
                file.read(&mut answer).map_err(TpmError::Gone)?
            }
            Self::Socket(socket) => {
                socket.write_all(command).map_err(TpmError::Gone)?;
                socket.read_exact(&mut answer[..HEAD]).map_err(TpmError::Gone)?;
                let size = size_of(&answer[..HEAD]);
                let size = size.filter(|size| (HEAD..=LARGEST_ANSWER).contains(size));
                let size = size.ok_or(TpmError::Protocol { what: "its size" })?;
                socket.read_exact(&mut answer[HEAD..size]).map_err(TpmError::Gone)?;
                size
            }
        };
        answer.truncate(length);
        if length < HEAD || size_of(&answer) != Some(length) {
            return Err(TpmError::Protocol { what: "its size" });
        }
        Ok(answer)
    }
}

/// The size that a head states.
fn size_of(answer: &[u8]) -> Option<usize> {
    let size = answer.get(2..6)?.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(size)).ok()
}
