//! The live preview: frames as they come, until the caller has seen enough.

use std::time::Duration;

use niims_device::describe::DeviceInfo;
use niims_device::limits::MOST_DESCRIPTION_BYTES;
use niims_device::stream::{FrameReader, refused_stream, stream_request};
use niims_device::vocabulary::SubDevice;
use tokio::time::Instant;

use super::Devices;
use super::loopback::{Answer, Call};
use super::problem::DeviceProblem;

/// A running preview. Dropping it ends the stream. Frames are shown and never kept.
pub struct Preview {
    answer: Answer,
    reader: FrameReader,
    patience: Duration,
}

impl Devices {
    /// Opens the preview of a part of a device, for `longest` at most (the device's bound).
    ///
    /// # Errors
    /// [`DeviceProblem`].
    pub async fn preview(
        &self,
        device: &DeviceInfo,
        part: SubDevice,
        longest: Duration,
    ) -> Result<Preview, DeviceProblem> {
        let timeout = u32::try_from(longest.as_millis()).unwrap_or(u32::MAX);
        let body = stream_request(&device.device_id, part, timeout);
        let until = Instant::now() + self.patience.describe;
        let call = Call { port: device.port, method: "STREAM", path: "/stream", body };
        let answer = call.send(self.patience.connect, until).await?;
        if !answer.is_ok() {
            return Err(DeviceProblem::Protocol);
        }
        if let Ok(reader) = FrameReader::new(&answer.content_type()) {
            return Ok(Preview { answer, reader, patience: self.patience.frame });
        }
        let bytes = answer.whole(MOST_DESCRIPTION_BYTES, until).await?;
        Err(DeviceProblem::Stream(refused_stream(&bytes)))
    }
}

impl Preview {
    /// The next frame, a JPEG; `None` when the device ended the stream well.
    ///
    /// # Errors
    /// [`DeviceProblem`]; the preview is over then.
    pub async fn frame(&mut self) -> Result<Option<Vec<u8>>, DeviceProblem> {
        let until = Instant::now() + self.patience;
        loop {
            if let Some(frame) = self.reader.frame().map_err(DeviceProblem::Stream)? {
                return Ok(Some(frame));
            }
            match self.answer.bytes(until).await? {
                Some(bytes) => self.reader.push(&bytes),
                None => return self.reader.end().map(|()| None).map_err(DeviceProblem::Stream),
            }
        }
    }
}
