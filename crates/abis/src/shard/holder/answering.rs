//! One request, answered or refused.

use core::time::Duration;
use std::sync::Arc;

use niims_record::GalleryReference;
use niims_wire::abis::FingerTemplate;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinSet;

use super::holding::Holding;
use super::piece::Piece;
use crate::cascade::{PhaseAnswer, PhaseQuestion};
use crate::modality::Biometrics;
use crate::search::FoundCandidate;
use crate::shard::protocol::{Ask, Refusal, Request, TableNote, Told};

/// Answers what is asked about people. An answer is given only where all slots asked for, and no
/// others, were held from the first look to the last.
///
/// What was begun is ended even when nobody waits any more; `turn` is given back only then.
pub(super) async fn answer(
    holding: &Holding,
    request: Request,
    turn: OwnedSemaphorePermit,
) -> Result<Told, Refusal> {
    let asked = holding.pieces(&request.slots)?;
    let budget = Duration::from_millis(request.budget_ms);
    let pieces = asked.pieces.clone();
    let told = tokio::spawn(async move {
        let _turn = turn;
        match request.ask {
            Ask::Phase(question) => phase(pieces, question).await.map(Told::Phase),
            Ask::Compare { fingers, reference } => {
                let found = compare(pieces, fingers, reference).await?;
                Ok(Told::Compared(found.map(Box::new)))
            }
            Ask::Count => count(pieces).await.map(Told::Count),
            Ask::Hold(_) | Ask::Release(_) => Err(Refusal::Unanswerable),
        }
    });
    // What takes longer than anybody waits is most often the reading of many changes.
    let told = tokio::time::timeout(budget, told).await.map_err(|_| Refusal::Behind)?;
    let told = told.map_err(|_| Refusal::Damaged)??;
    if holding.still(&asked) { Ok(told) } else { Err(Refusal::NotHeld) }
}

/// Lets go of what a table in force gives to others.
pub(super) async fn release(holding: &Holding, note: &TableNote) -> Result<Told, Refusal> {
    let table = note.table().map_err(|_| Refusal::Unanswerable)?;
    holding.release(&table).await?;
    Ok(Told::Report(Box::new(holding.report())))
}

async fn phase(
    pieces: Vec<Arc<dyn Piece>>,
    question: PhaseQuestion,
) -> Result<Vec<PhaseAnswer>, Refusal> {
    let question = Arc::new(question);
    let mut answers = JoinSet::new();
    for piece in pieces {
        let question = Arc::clone(&question);
        answers.spawn(async move { piece.answer(&question).await });
    }
    let mut all = Vec::new();
    while let Some(answer) = answers.join_next().await {
        all.push(answer.map_err(|_| Refusal::Damaged)??);
    }
    Ok(all)
}

async fn compare(
    pieces: Vec<Arc<dyn Piece>>,
    fingers: Vec<FingerTemplate>,
    reference: GalleryReference,
) -> Result<Option<FoundCandidate>, Refusal> {
    let probe = Biometrics { fingers, ..Biometrics::default() };
    for piece in pieces {
        if let Some(found) = piece.compare(&probe, reference).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

async fn count(pieces: Vec<Arc<dyn Piece>>) -> Result<u64, Refusal> {
    let mut all = 0;
    for piece in pieces {
        all += piece.count().await?;
    }
    Ok(all)
}
