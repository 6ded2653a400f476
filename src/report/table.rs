//! Plain text tables and paragraphs for a terminal.

/// Columns of a terminal that tables and paragraphs fit into.
pub(crate) const WIDTH: usize = 100;
const GAP: &str = "  ";

/// Which side of a column its text keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// Rows of text under headings.
#[derive(Debug)]
pub(crate) struct Table {
    heads: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(heads: &[(&str, Align)]) -> Self {
        Self { heads: heads.iter().map(|(head, align)| ((*head).to_owned(), *align)).collect(), rows: vec![] }
    }

    /// Adds a row; cells that are not given stay empty.
    pub(crate) fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let mut row: Vec<String> = cells.into_iter().map(Into::into).collect();
        row.resize(self.heads.len(), String::new());
        self.rows.push(row);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table with a heading line. Where it is wider than [`WIDTH`], texts of the last column lose
    /// their beginnings: the end of a path says more than its start.
    pub(crate) fn render(&self) -> String {
        let columns = self.heads.len();
        let mut widths: Vec<usize> = self.heads.iter().map(|(head, _)| length(head)).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(length(cell));
            }
        }
        let before: usize = widths[..columns - 1].iter().map(|w| w + GAP.len()).sum();
        let room = WIDTH.saturating_sub(before).max(length(&self.heads[columns - 1].0)).max(8);
        widths[columns - 1] = widths[columns - 1].min(room);
        let heads: Vec<String> = self.heads.iter().map(|(head, _)| head.clone()).collect();
        std::iter::once(&heads).chain(&self.rows).map(|row| self.line(row, &widths)).collect()
    }

    fn line(&self, row: &[String], widths: &[usize]) -> String {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .zip(&self.heads)
            .map(|((cell, &width), (_, align))| {
                let text = keep_end(cell, width);
                let fill = " ".repeat(width - length(&text));
                if *align == Align::Left { text + &fill } else { fill + &text }
            })
            .collect();
        format!("{}\n", cells.join(GAP).trim_end())
    }
}

/// Characters of a text; all that reports use are one column wide.
pub(crate) fn length(text: &str) -> usize {
    text.chars().count()
}

/// The last characters of a text, marked with an ellipsis where it was longer than `width`.
fn keep_end(text: &str, width: usize) -> String {
    let count = length(text);
    if count <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().skip(count + 1 - width).collect();
    format!("…{kept}")
}

/// A paragraph behind a label, broken at [`WIDTH`], later lines indented like the first.
pub(crate) fn paragraph(label: &str, indent: usize, text: &str) -> String {
    let mut out = String::new();
    let mut line = format!("{label}{}", " ".repeat(indent.saturating_sub(length(label))));
    let mut empty = true;
    for word in text.split_whitespace() {
        let space = usize::from(!empty);
        if !empty && length(&line) + space + length(word) > WIDTH {
            out.push_str(line.trim_end());
            out.push('\n');
            line = " ".repeat(indent);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    out + line.trim_end() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_right_words_keep_left_and_no_line_ends_in_blanks() {
        let mut table = Table::new(&[("part", Align::Left), ("°C", Align::Right), ("worst", Align::Left)]);
        table.row(["gpu", "81.3", "tray.3/gpu.2"]);
        table.row(["board", "7.0"]);
        assert_eq!(table.render(), "part     °C  worst\ngpu    81.3  tray.3/gpu.2\nboard   7.0\n");
    }

    #[test]
    fn a_table_too_wide_keeps_the_ends_of_its_last_column() {
        let mut table = Table::new(&[("a", Align::Left), ("place", Align::Left)]);
        table.row(["x".repeat(78), "rack.1/tray.17/board.2/gpu.4".to_owned()]);
        let text = table.render();
        assert!(text.lines().all(|line| length(line) <= WIDTH), "{text}");
        assert!(text.contains("  …") && text.ends_with("board.2/gpu.4\n"), "{text}");
    }

    #[test]
    fn a_paragraph_breaks_between_words_and_indents_what_follows() {
        let text = paragraph("heat", 6, &"kilowatt ".repeat(15));
        assert!(text.lines().all(|line| length(line) <= WIDTH));
        assert!(text.starts_with("heat  kilowatt") && text.lines().nth(1).unwrap().starts_with("      kilo"));
    }
}
