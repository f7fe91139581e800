//! Erasing.

use super::memory::Place;
use super::{Edge, Failure};
use crate::mosip::messages::{Named, Outcome};
use crate::service::ServiceError;

impl Edge {
    /// Erases a reference. `intended` says that this very request was begun before and did not come
    /// to a reply: then nobody to be found means that it is done.
    pub(super) async fn delete(
        &self,
        named: &Named,
        place: &Place,
        intended: bool,
    ) -> Result<Outcome, Failure> {
        if !intended {
            self.service.read_person(&named.reference).await?;
            self.memory.intend(place).await?;
        }
        match self.service.delete_person(&named.reference).await {
            Ok(()) => Ok(Outcome::Done),
            Err(ServiceError::NotFound(_)) if intended => Ok(Outcome::Done),
            Err(error) => Err(error.into()),
        }
    }
}
