//! `niims face`: what is wrong with a photo, and how alike two faces are to a model.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use niims_face::embedding::similarity;
use niims_face::{FaceModel, Photo, PhotoReport, check, decode_photo};

use crate::cli::FaceCommand;

pub fn run(command: FaceCommand) -> Result<ExitCode> {
    match command {
        FaceCommand::Check { image } => {
            let report = check(&photo(&image)?);
            print(&report);
            Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(3) })
        }
        FaceCommand::Compare { model, first, second } => {
            let bytes = fs::read(&model).with_context(|| model.display().to_string())?;
            let model = FaceModel::load(bytes)
                .with_context(|| format!("{}: no model to use", model.display()))?;
            let [a, b] = [embedded(&model, &first)?, embedded(&model, &second)?];
            let alike = similarity(&a, &b)
                .ok_or_else(|| anyhow!("the model gave vectors of different lengths"))?;
            println!("{alike} thousandths of the cosine; what that means, the model's maker says");
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn embedded(model: &FaceModel, path: &Path) -> Result<niims_face::Embedding> {
    let photo = photo(path)?;
    let report = check(&photo);
    let Some(head) = report.head else {
        let words: Vec<&str> = report.findings.iter().map(|finding| finding.words()).collect();
        return Err(anyhow!("{}: no face to compare. {}", path.display(), words.join(" ")));
    };
    model.embed(&photo, &head).with_context(|| path.display().to_string())
}

fn photo(path: &Path) -> Result<Photo> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    decode_photo(&bytes).with_context(|| path.display().to_string())
}

fn print(report: &PhotoReport) {
    println!("quality {} of 100", report.quality());
    match report.head {
        Some(head) => println!(
            "head of {} × {} pixels at {}, {}",
            head.width, head.height, head.left, head.top
        ),
        None => println!("no single head"),
    }
    for finding in &report.findings {
        println!("{} ({})", finding.words(), finding.code());
    }
}
