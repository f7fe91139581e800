//! Whether a captured finger is the capturing officer's own: lent by mistake, to get a capture through,
//! or to build a person who is not there.

use niims_record::ApplicationId;
use niims_store::officers;
use niims_wire::abis::FingerTemplate;

use crate::Register;
use crate::steps::{Run, StepError};

/// The officer's application and the strongest evidence, where a finger is theirs. Officers are known as
/// people only where somebody noted it (`niims staff link`). An application of the officer's own is no
/// loan.
pub(super) async fn own_finger(
    register: &Register,
    run: &Run,
    fingers: &[FingerTemplate],
) -> Result<Option<(ApplicationId, i32)>, StepError> {
    let Some(officer) = run.application.officer else { return Ok(None) };
    let person = {
        let mut tx = register.db.read().await?;
        officers::person_of(&mut tx, officer).await?
    };
    let Some(person) = person.filter(|person| *person != run.application.id) else {
        return Ok(None);
    };
    let reference = register.db.keyring().gallery_reference(person);
    let lent = register.abis.lent_fingers(fingers.to_vec(), vec![reference]).await?;
    Ok(lent.iter().map(|finger| finger.score).max().map(|score| (person, score)))
}
