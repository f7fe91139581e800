//! Reading rows: the conversions between columns and our types.

use jiff::Timestamp;
use niims_record::{
    ApplicationId, CardOrderId, CaseId, ClientId, CorrectionId, DisclosureId, DutyId, EventId,
    FreezeId, GalleryReference, InquiryId, JobId, KitAlarmId, KitId, LaterCheckId, MergeId,
    MessageId, OfficerId, OutsideRequestId, PacketId, PersonId, PlantedPairId, RecaptureId,
    RevisitId, StaffRequestId, UploadId, ViewId,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::StoreError;
use crate::log::LeafId;

/// An id that stands in a column as sixteen bytes.
pub(crate) trait StoredId: Sized {
    /// The id with these bytes.
    fn from_stored(bytes: [u8; 16]) -> Self;
}

macro_rules! stored_ids {
    ($($id:ident),+ $(,)?) => {$(
        impl StoredId for $id {
            fn from_stored(bytes: [u8; 16]) -> Self {
                Self::from_bytes(bytes)
            }
        }
    )+};
}
stored_ids! {
    ApplicationId, CardOrderId, CaseId, ClientId, DisclosureId, EventId, FreezeId,
    GalleryReference, JobId, KitId, MessageId, OfficerId, PacketId, PersonId, UploadId,
    DutyId, StaffRequestId, LeafId, CorrectionId, InquiryId, LaterCheckId, MergeId, PlantedPairId, RecaptureId, ViewId,
    OutsideRequestId, KitAlarmId, RevisitId,
}

impl StoredId for [u8; 16] {
    fn from_stored(bytes: [u8; 16]) -> Self {
        bytes
    }
}

/// One row of an answer, read by column name.
pub(crate) struct Row(pub(crate) AnyRow);

impl Row {
    pub(crate) fn opt_int(&self, column: &'static str) -> Result<Option<i64>, StoreError> {
        self.0.try_get(column).map_err(|_| StoreError::MalformedRow { column })
    }

    pub(crate) fn int(&self, column: &'static str) -> Result<i64, StoreError> {
        self.opt_int(column)?.ok_or(StoreError::MalformedRow { column })
    }

    pub(crate) fn count(&self, column: &'static str) -> Result<u64, StoreError> {
        u64::try_from(self.int(column)?).map_err(|_| StoreError::MalformedRow { column })
    }

    pub(crate) fn opt_count(&self, column: &'static str) -> Result<Option<u64>, StoreError> {
        self.opt_int(column)?
            .map(|value| u64::try_from(value).map_err(|_| StoreError::MalformedRow { column }))
            .transpose()
    }

    pub(crate) fn opt_text(&self, column: &'static str) -> Result<Option<String>, StoreError> {
        self.0.try_get(column).map_err(|_| StoreError::MalformedRow { column })
    }

    pub(crate) fn text(&self, column: &'static str) -> Result<String, StoreError> {
        self.opt_text(column)?.ok_or(StoreError::MalformedRow { column })
    }

    pub(crate) fn opt_bytes(&self, column: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.try_get(column).map_err(|_| StoreError::MalformedRow { column })
    }

    pub(crate) fn bytes(&self, column: &'static str) -> Result<Vec<u8>, StoreError> {
        self.opt_bytes(column)?.ok_or(StoreError::MalformedRow { column })
    }

    pub(crate) fn array<const N: usize>(
        &self,
        column: &'static str,
    ) -> Result<[u8; N], StoreError> {
        self.bytes(column)?.try_into().map_err(|_| StoreError::MalformedRow { column })
    }

    pub(crate) fn id<T: StoredId>(&self, column: &'static str) -> Result<T, StoreError> {
        self.array(column).map(T::from_stored)
    }

    pub(crate) fn opt_id<T: StoredId>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>, StoreError> {
        self.opt_bytes(column)?
            .map(|bytes| {
                bytes
                    .try_into()
                    .map(T::from_stored)
                    .map_err(|_| StoreError::MalformedRow { column })
            })
            .transpose()
    }

    pub(crate) fn opt_time(&self, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
        self.opt_int(column)?
            .map(|ms| {
                Timestamp::from_millisecond(ms).map_err(|_| StoreError::MalformedRow { column })
            })
            .transpose()
    }

    pub(crate) fn time(&self, column: &'static str) -> Result<Timestamp, StoreError> {
        self.opt_time(column)?.ok_or(StoreError::MalformedRow { column })
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError> {
        serde_json::from_str(&self.text(column)?).map_err(|_| StoreError::MalformedRow { column })
    }

    /// A value of a closed list, by its stored name.
    pub(crate) fn named<T>(
        &self,
        column: &'static str,
        from_name: impl Fn(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        from_name(&self.text(column)?).ok_or(StoreError::MalformedRow { column })
    }
}

/// Reads every row of an answer.
pub(crate) fn read_all<T>(
    rows: &[Row],
    read: impl Fn(&Row) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    rows.iter().map(read).collect()
}

/// A value as JSON text for a column.
pub(crate) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::OutOfRange)
}

/// A count or length as a column holds it.
pub(crate) fn int(value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::OutOfRange)
}

/// A page length as SQL wants it.
pub(crate) fn limit(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// `$first, $first+1, …` for a list of so many parameters.
pub(crate) fn parameters(first: usize, count: usize) -> String {
    (first..first + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// A closed list of unit variants with stored names.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant),+
        }

        impl $name {
            /// The stable name, as stored.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }

            /// The one with this stable name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use named;
