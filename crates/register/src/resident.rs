//! What residents reach of the register: a code to their telephone, their own
//! record, who looked at it.

mod own_record;
mod send_code;
mod sign_in;

use async_trait::async_trait;
use jiff::Timestamp;
use niims_country::{Answers, SensitivityClass};
use niims_record::ApplicationId;
use niims_store::{StoreError, Tx, answers, applications, numbers, people, sessions};
use niims_wire::Problem;
use niims_wire::resident::{OwnRecord, ResidentDesk, ResidentHandle, SessionToken};

use crate::Register;

#[async_trait]
impl ResidentDesk for Register {
    async fn send_code(&self, who: &ResidentHandle, at: Timestamp) -> Result<(), Problem> {
        send_code::run(self, who, at).await.map_err(|error| unavailable(&error))
    }

    async fn sign_in(
        &self,
        who: &ResidentHandle,
        code: &str,
        at: Timestamp,
    ) -> Result<SessionToken, Problem> {
        sign_in::run(self, who, code, at).await.map_err(|error| unavailable(&error))?
    }

    async fn own_record(
        &self,
        session: &SessionToken,
        at: Timestamp,
    ) -> Result<OwnRecord, Problem> {
        own_record::run(self, session, at).await.map_err(|error| unavailable(&error))?
    }

    async fn sign_out(&self, session: &SessionToken) -> Result<(), Problem> {
        let close = async {
            let mut tx = self.db.write().await?;
            sessions::close(&mut tx, &session.0).await?;
            tx.commit().await
        };
        close.await.map_err(|error: StoreError| unavailable(&error))
    }
}

impl Register {
    /// The application behind what a resident typed.
    pub(crate) async fn application_of(
        &self,
        tx: &mut Tx,
        who: &ResidentHandle,
    ) -> Result<Option<ApplicationId>, StoreError> {
        match who {
            ResidentHandle::ApplicationNumber(number) => {
                applications::by_application_number(tx, number).await
            }
            ResidentHandle::Number(number) => {
                let Some(person) = numbers::person_by_number(tx, *number).await? else {
                    return Ok(None);
                };
                Ok(people::get(tx, person).await?.map(|person| person.founding))
            }
        }
    }

    /// All answers of an application, of every class.
    pub(crate) async fn answers(
        &self,
        tx: &mut Tx,
        application: ApplicationId,
    ) -> Result<Answers, StoreError> {
        let mut parts = Vec::new();
        for class in SensitivityClass::ALL {
            if let Some(bytes) = answers::get(tx, application, class.as_str()).await? {
                let part = Answers::from_json(&bytes)
                    .map_err(|_| StoreError::MalformedRow { column: "answer.sealed" })?;
                parts.push(part);
            }
        }
        Ok(Answers::merge(parts))
    }
}

fn unavailable(error: &StoreError) -> Problem {
    tracing::error!(code = error.code(), "the portal could not be served");
    Problem::new(503, "centre.unavailable", "The service does not answer now")
        .detail("Nothing was lost. Try again in a minute.")
}
