//! What could not be captured: a reason of the pack, a second officer on duty, and a photo where it
//! can be seen. The rules of the kit, judged again.

use niims_country::CountryPack;
use niims_device::judge::ExceptionReason;
use niims_packet::{CaptureException, CaptureOutcome, CaptureStation, Encounter, ExceptionOf};

use super::capture::is_reason;

/// Judges every exception; `vouchers` tells of each, in order, whether its second officer was on duty
/// at that moment in a role that may vouch.
pub(super) fn judge(
    encounter: &Encounter,
    vouchers: &[bool],
    pack: &CountryPack,
) -> Result<(), &'static str> {
    for (at, exception) in encounter.exceptions.iter().enumerate() {
        one(encounter, exception, vouchers.get(at) == Some(&true), pack)?;
    }
    // A station with a folder tells reasons in its own list, which nobody signed.
    if encounter.station == CaptureStation::Devices {
        by_finger(encounter)?;
    }
    Ok(())
}

fn one(
    encounter: &Encounter,
    exception: &CaptureException,
    voucher_may: bool,
    pack: &CountryPack,
) -> Result<(), &'static str> {
    if !is_reason(&exception.reason, pack) {
        return Err("capture.exception_reason_unknown");
    }
    if exception.approved_at > encounter.captured_at {
        return Err("capture.time_order");
    }
    if voucher_may { Ok(()) } else { Err("capture.officer_unknown") }
}

/// Each finger that is noted as missing: by somebody, for a reason that may be for good if it is
/// said to be, and with a photo if it can be seen.
fn by_finger(encounter: &Encounter) -> Result<(), &'static str> {
    for finger in &encounter.fingers {
        let CaptureOutcome::Missing { reason, permanent } = &finger.outcome else { continue };
        let exception = encounter.exception(ExceptionOf::Finger(finger.position));
        if exception.is_none_or(|exception| exception.reason != *reason) {
            return Err("exception.second_missing");
        }
        let Some(known) = ExceptionReason::from_name(reason) else {
            return Err("capture.finger_reason_unknown");
        };
        if *permanent && !known.may_be_permanent() {
            return Err("exception.not_permanent");
        }
        if known.is_seen() && encounter.exception_photo.is_none() {
            return Err("exception.photo_missing");
        }
    }
    Ok(())
}
