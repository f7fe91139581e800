//! The table of what was planted against what was caught.

/// One row.
pub struct Row {
    /// What was planted.
    pub what: &'static str,
    /// How many.
    pub planted: usize,
    /// How many were caught.
    pub caught: usize,
    /// Where and by what.
    pub by: String,
}

/// Prints the table and says whether every row is as it should be.
pub fn print(title: &str, rows: &[Row]) -> bool {
    println!("\n{title}");
    println!("{:<46} {:>7} {:>7}   by", "planted", "planted", "caught");
    for row in rows {
        let mark = if row.planted == row.caught { " " } else { "!" };
        println!("{:<46} {:>7} {:>7} {mark} {}", row.what, row.planted, row.caught, row.by);
    }
    rows.iter().all(|row| row.planted == row.caught)
}
