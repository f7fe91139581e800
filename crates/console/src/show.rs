//! The evidence of a case as a folder with one page.

use std::path::Path;

use jiff::Timestamp;
use niims_country::CountryPack;
use niims_record::{CaseId, OfficerId};
use niims_wire::desk::{AdjudicationDesk, Evidence, Side};

use crate::error::ConsoleError;
use crate::fingers::{self, Finding};
use crate::folder::{EvidenceFolder, Filling};
use crate::page::{self, CandidatePart, Drawing, Portrait};

/// Writes the evidence of a case into `out`, a folder that must not exist yet, and
/// gives the page to open. Every person in the case gets a disclosure line. The
/// folder holds personal data: [`forget`](crate::forget) it when the case is decided.
///
/// `pack` gives the labels of fields and codes, and the list of reasons. Comparing
/// ten fingers takes about a second of one core for each candidate.
pub async fn show(
    desk: &dyn AdjudicationDesk,
    pack: &CountryPack,
    case: CaseId,
    officer: OfficerId,
    at: Timestamp,
    out: &Path,
) -> Result<EvidenceFolder, ConsoleError> {
    // First the folder: where it cannot be made, nobody is looked at.
    let filling = Filling::begin(out)?;
    let evidence = desk.evidence(case, officer, at).await?;
    let parts = parts(&evidence, &filling)?;
    filling.finish(&page::render(&evidence, &parts, pack, at))
}

/// One part for each candidate; without candidates, one of the applicant alone.
fn parts(evidence: &Evidence, filling: &Filling) -> Result<Vec<CandidatePart>, ConsoleError> {
    let prints = fingers::read(&evidence.applicant);
    let portrait = put_portrait(&evidence.applicant, "applicant", filling)?;
    if evidence.candidates.is_empty() {
        let drawings = put_drawings(fingers::alone(&prints), "applicant", filling)?;
        return Ok(vec![CandidatePart { portraits: (portrait, Portrait::None), drawings }]);
    }
    let mut parts = Vec::with_capacity(evidence.candidates.len());
    for (index, candidate) in evidence.candidates.iter().enumerate() {
        let name = format!("candidate-{}", index + 1);
        let findings = fingers::compare_records(&prints, &fingers::read(&candidate.side));
        parts.push(CandidatePart {
            portraits: (portrait.clone(), put_portrait(&candidate.side, &name, filling)?),
            drawings: put_drawings(findings, &name, filling)?,
        });
    }
    Ok(parts)
}

fn put_drawings(
    findings: Vec<Finding>,
    name: &str,
    filling: &Filling,
) -> Result<Vec<Drawing>, ConsoleError> {
    let put = |finding: Finding| {
        let file = format!("{name}-{}.svg", finding.position.name());
        let drawn = finding.drawing.is_some();
        if let Some(svg) = &finding.drawing {
            filling.put(&file, svg.as_bytes())?;
        }
        Ok(Drawing {
            position: finding.position,
            outcome: finding.outcome,
            file: drawn.then_some(file),
        })
    };
    findings.into_iter().map(put).collect()
}

/// Writes a portrait under an extension that its bytes justify, not its stated type:
/// an SVG or a page called a portrait would be run by the browser.
fn put_portrait(side: &Side, name: &str, filling: &Filling) -> Result<Portrait, ConsoleError> {
    let Some((_, bytes)) = &side.portrait else { return Ok(Portrait::None) };
    let extension = match bytes.as_slice() {
        [0x89, b'P', b'N', b'G', ..] => "png",
        [0xff, 0xd8, 0xff, ..] => "jpg",
        _ => return Ok(Portrait::Unreadable),
    };
    let file = format!("{name}-portrait.{extension}");
    filling.put(&file, bytes)?;
    Ok(Portrait::File(file))
}
