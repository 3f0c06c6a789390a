//! Tables: rows of cells, and rows as JSON.

use super::Range;
use super::pattern::Pattern;
use memchr::{memchr, memchr2, memmem};
use std::collections::HashMap;
use std::sync::LazyLock;

const ROWS: usize = 5;
const COLUMNS: usize = 2;
const DELIMITERS: [&[u8]; 5] = [b",", b";", b"\t", b"|", b"\\t"];
/// What stands between the first row of a table and the text before it.
const LEAD: usize = 160;
const JOINTS: usize = 4;
/// Rows say so much each: a state of two words is none.
const SAYINGS: usize = 2;
/// First keys of records of a log, which are no rows of a document.
const OF_LOGS: [&[u8]; 6] = [b"ts", b"time", b"timestamp", b"level", b"severity", b"loc"];

struct Patterns {
    line_break: Pattern,
    joint: Pattern,
    key_start: Pattern,
    key: Pattern,
    key_end: Pattern,
    opening: Pattern,
    place: Pattern,
    said: Pattern,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns {
    line_break: Pattern::new(r"\n|\\+n"),
    joint: Pattern::new(r"\},(?: |\n|\\+n){0,24}\{"),
    key_start: Pattern::new(r#"\{(?: |\n|\\+n){0,24}\\{0,7}["']"#),
    key: Pattern::new(r"[A-Za-z0-9_.\- ]{1,40}"),
    key_end: Pattern::new(r#"\\{0,7}["']:"#),
    opening: Pattern::new(r"\[(?: |\n|\\+n){0,24}\{"),
    place: Pattern::new(r#"["'](?:loc|lineno|exc_value|exc_type)\\{0,7}["']:"#),
    said: Pattern::new(r"[a-z\x80-\xff] [A-Za-z\x80-\xff]"),
});

/// Finds rows: CSV, TSV and the like, and JSON of rows that hold words.
pub fn tables_in(text: &[u8], (low, high): Range, found: &mut Vec<Range>) {
    let piece = &text[low..high];
    // Searches for what is in each of them are quick, the patterns are not.
    if memmem::find(piece, b"},").is_some() {
        let joints: Vec<Range> = PATTERNS.joint.all(text, low, high).collect();
        if joints.len() >= JOINTS {
            objects(text, (low, high), &joints, found);
        }
    }
    if memchr2(b'\n', b'\\', piece).is_some() {
        rows(text, (low, high), found);
    }
}

/// The first key of the object that starts at `at`.
fn first_key(text: &[u8], at: usize, high: usize) -> Option<&[u8]> {
    let start = PATTERNS.key_start.at(text, at, high)?;
    let end = PATTERNS.key.at(text, start, high)?;
    PATTERNS.key_end.at(text, end, high)?;
    Some(&text[start..end])
}

fn objects(text: &[u8], (low, high): Range, joints: &[Range], found: &mut Vec<Range>) {
    let mut keys: HashMap<&[u8], usize> = HashMap::new();
    for &(_, end) in joints {
        if let Some(key) = first_key(text, end - 1, high) {
            *keys.entry(key).or_default() += 1;
        }
    }
    let same = keys.values().max().copied().unwrap_or(0);
    if same * 10 < joints.len() * 8 || OF_LOGS.iter().any(|key| keys.contains_key(key)) {
        return;
    }
    let Some((first, _)) = PATTERNS.opening.all(text, low, joints[0].0).last() else {
        return;
    };
    if PATTERNS.place.find(text, first, joints[1].0).is_some() {
        return;
    }
    let behind = joints[joints.len() - 1].1;
    let end = memchr(b']', &text[behind..high]).map_or(high, |end| behind + end + 1);
    if PATTERNS.said.all(text, first, end).count() >= joints.len() * SAYINGS {
        found.push((first, end));
    }
}

fn rows(text: &[u8], (low, high): Range, found: &mut Vec<Range>) {
    let mut rows = Vec::new();
    let mut at = low;
    for (start, end) in PATTERNS.line_break.all(text, low, high) {
        rows.push((at, start));
        at = end;
    }
    rows.push((at, high));
    rows.retain(|&(start, end)| end - start > 1);
    if rows.len() < ROWS {
        return;
    }
    for delimiter in DELIMITERS {
        let finder = memmem::Finder::new(delimiter);
        let counts: Vec<usize> = rows
            .iter()
            .map(|&(start, end)| cells(&text[start..end], &finder))
            .collect();
        let mut sorted = counts.clone();
        sorted.sort_unstable();
        let usual = sorted[sorted.len() / 2];
        if usual < COLUMNS {
            continue;
        }
        let fits: Vec<Range> = (rows.iter().zip(&counts))
            .filter(|&(_, count)| (usual..=usual + 2).contains(count))
            .map(|(row, _)| *row)
            .collect();
        if fits.len() < ROWS || fits.len() * 10 < rows.len() * 8 {
            continue;
        }
        let (start, first_end) = fits[0];
        let end = fits[fits.len() - 1].1;
        let lead = memmem::rfind(&text[start..first_end.min(start + LEAD)], b": ");
        found.push((lead.map_or(start, |lead| start + lead + 2), end));
        return;
    }
}

/// How many delimiters a row has; none where it is a metric or a frame of a traceback.
fn cells(row: &[u8], delimiter: &memmem::Finder) -> usize {
    if memchr(b'{', row).is_some() || memmem::find(row, b"\", line ").is_some() {
        return 0;
    }
    delimiter.find_iter(row).count()
}
