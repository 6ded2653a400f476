//! `racktherm docs`: rewrites the figures of README.md and docs/ from runs of this binary.
//!
//! A figure stands between two lines, `<!-- figure NAME -->` and `<!-- end -->`; what is between them is
//! replaced, all else stays. An unknown name is an error, so that no figure goes stale unseen.

use super::{Exit, Failure, input, verify};
use crate::couple::{self, BackendChoice, Options, Silent};
use crate::report::compare;
use crate::report::slice::Slice;
use crate::result::Solution;
use crate::verify::reference::References;
use crate::verify::{Case, Row, page};
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Scenes of the README's main command, in its order.
const COMPARED: [&str; 3] =
    ["scenes/dgx_b200_air.toml", "scenes/dgx_b200_rear_door.toml", "scenes/gb200_nvl72_liquid.toml"];
/// Pages with figures.
const PAGES: [&str; 2] = ["README.md", "docs/verification.md"];
/// The README's picture: which of [`COMPARED`], the plane, and the file.
const PICTURE: (usize, &str, &str) = (0, "x=0.15m:temperature", "docs/rack.png");

/// Rewrite the tables and pictures of README.md and docs/ from runs (CPU backend, in the repository's root)
#[derive(Debug, Args)]
pub(super) struct Docs {
    /// Root of the repository
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
}

impl Docs {
    pub(super) fn execute(&self) -> Result<Exit, Failure> {
        let pages: Vec<(PathBuf, String)> = PAGES
            .iter()
            .map(|page| {
                let path = self.root.join(page);
                let text = std::fs::read_to_string(&path)
                    .map_err(|error| Failure::Input(format!("cannot read {}: {error}", path.display())))?;
                Ok((path, text))
            })
            .collect::<Result<_, Failure>>()?;
        let figures = self.figures()?;
        for (path, text) in pages {
            let new = rewrite(&text, &figures)
                .map_err(|problem| Failure::Input(format!("{}: {problem}", path.display())))?;
            crate::report::files::write(&path, |file| std::io::Write::write_all(file, new.as_bytes()))?;
        }
        Ok(Exit::Success)
    }

    /// Runs everything that figures are made of.
    fn figures(&self) -> Result<BTreeMap<&'static str, String>, Failure> {
        let options = Options { backend: BackendChoice::Cpu, ..Options::default() };
        let mut summaries = Vec::new();
        for (index, scene) in COMPARED.iter().enumerate() {
            let input = input::load(&self.root.join(scene), &[])?;
            let solution =
                couple::solve(&input.scene, &options, &Silent).map_err(|error| input.refused(error))?;
            if index == PICTURE.0 {
                self.picture(&solution)?;
            }
            summaries.push(solution.summary);
        }
        let names: Vec<String> = COMPARED.iter().map(|scene| input::stem(Path::new(scene))).collect();
        let comparison = compare::compare(&summaries, &names);
        let references = References::default();
        let mut rows = Vec::new();
        for case in Case::all() {
            rows.extend(case.run(&BackendChoice::Cpu, &references).map_err(verify::failure)?);
        }
        Ok(BTreeMap::from([
            ("compare", format!("```text\n{}```\n", compare::page(&comparison, &summaries))),
            ("accuracy", accuracy(&rows)),
            ("verification", format!("{}\n{}.\n", page::markdown(&rows), page::outcome(&rows))),
        ]))
    }

    fn picture(&self, solution: &Solution) -> Result<(), Failure> {
        let (_, plane, file) = PICTURE;
        let slice: Slice = plane.parse().map_err(Failure::Input)?;
        Ok(slice.write(&self.root.join(file), &solution.fields)?)
    }
}

/// Cases of a family (K1, K2, …) in one line: the comparison nearest to its tolerance.
fn accuracy(rows: &[Row]) -> String {
    let mut families: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        families.entry(row.case.split('-').next().unwrap_or(&row.case)).or_default().push(row);
    }
    let mut text =
        String::from("| case | comparisons | passed | nearest to its tolerance | error | tolerance |\n");
    text += "|---|---:|---:|---|---:|---:|\n";
    for (family, rows) in families {
        let share = |row: &Row| if row.error.is_finite() { row.error / row.tolerance } else { f64::INFINITY };
        let Some(worst) = rows.iter().max_by(|a, b| share(a).total_cmp(&share(b))) else { continue };
        let passed = rows.iter().filter(|row| row.pass).count();
        let cells = page::cells(worst);
        text += &format!(
            "| {family} | {} | {passed} | {}: {} | {} | {} |\n",
            rows.len(),
            cells[0],
            cells[2],
            cells[5],
            cells[6]
        );
    }
    text
}

/// A page with every figure replaced.
fn rewrite(page: &str, figures: &BTreeMap<&'static str, String>) -> Result<String, String> {
    let mut new = String::new();
    let mut lines = page.split_inclusive('\n');
    while let Some(line) = lines.next() {
        new += line;
        let Some(name) = line.trim().strip_prefix("<!-- figure ").and_then(|l| l.strip_suffix(" -->")) else {
            continue;
        };
        let known = || figures.keys().copied().collect::<Vec<_>>().join(", ");
        let figure =
            figures.get(name).ok_or_else(|| format!("no figure is named {name}; known are {}", known()))?;
        let end = lines
            .find(|line| line.trim() == "<!-- end -->")
            .ok_or_else(|| format!("the figure {name} has no line <!-- end -->"))?;
        new += figure;
        new += end;
    }
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> BTreeMap<&'static str, String> {
        BTreeMap::from([("speed", "new\n".to_owned())])
    }

    #[test]
    fn what_stands_between_the_markers_is_replaced_and_nothing_else() {
        let page = "a\n<!-- figure speed -->\nold\nolder\n<!-- end -->\nb\n";
        assert_eq!(rewrite(page, &figures()).unwrap(), "a\n<!-- figure speed -->\nnew\n<!-- end -->\nb\n");
    }

    #[test]
    fn a_figure_that_nobody_makes_or_that_does_not_end_is_refused() {
        assert!(rewrite("<!-- figure sped -->\n<!-- end -->\n", &figures()).unwrap_err().contains("speed"));
        assert!(rewrite("<!-- figure speed -->\nold\n", &figures()).unwrap_err().contains("no line"));
    }
}
