//! `niims fingerprint extract`: a template file for each print of a list.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use niims_fingerprint::{FingerPosition, Template, TemplateFormat};

use super::input::{self, Outcome};
use super::progress::Progress;
use super::{exit_code, output};
use crate::cli::ListInput;

/// The list of what was written, in the folder itself, ready for `score --list`.
const LIST: &str = "templates.tsv";

pub fn run(args: &ListInput, out: &Path, form: TemplateFormat) -> Result<ExitCode> {
    let list = input::read_list(&args.list, args.dpi)?;
    check_names(&list)?;
    std::fs::create_dir_all(out)
        .with_context(|| format!("the folder {} cannot be made", out.display()))?;
    let progress = Progress::new("prints extracted", list.entries.len() as u64);
    let outcomes = input::pool(args)?.install(|| {
        list.load(&progress, |entry, template| {
            let name = format!("{}.{}", entry.id, ending(form));
            let bytes = encode(&template, form)?;
            output::write_whole(&out.join(&name), |file| Ok(file.write_all(&bytes)?))
                .map_err(|error| format!("{error:#}"))?;
            Ok(name)
        })
    });
    let refused = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    output::write_whole(&out.join(LIST), |file| {
        for (entry, outcome) in list.entries.iter().zip(&outcomes) {
            if let Ok(name) = outcome {
                writeln!(file, "{}\t{name}", entry.id)?;
            }
        }
        Ok(())
    })?;
    eprintln!(
        "{} templates in {}, listed in {LIST}; {refused} prints refused",
        outcomes.len() - refused,
        out.display()
    );
    Ok(exit_code(refused, outcomes.len()))
}

/// An id becomes the name of a file; one that leads elsewhere is refused before anything is written.
fn check_names(list: &input::Prints) -> Result<()> {
    for entry in &list.entries {
        let id = entry.id.as_str();
        if id.starts_with('.') || id.contains(['/', '\\', ':']) || id.len() > 200 {
            bail!(
                "line {}: the id {id} cannot be the name of a file; use letters, digits, - and _",
                entry.line
            );
        }
    }
    Ok(())
}

const fn ending(form: TemplateFormat) -> &'static str {
    match form {
        TemplateFormat::Native => "nft",
        TemplateFormat::Iso2005 | TemplateFormat::Iso2011 => "fmr",
        TemplateFormat::Ansi378 => "ansi378",
    }
}

pub(super) fn encode(template: &Template, form: TemplateFormat) -> Outcome<Vec<u8>> {
    form.write(&[(FingerPosition::Unknown, template)]).map_err(|error| error.to_string())
}
