//! Tables: rows of cells, and rows as JSON.

use super::Range;
use super::gate::Possible;
use super::pattern::Pattern;
use super::scores::behind_backslashes;
use crate::bytesets::{ALNUM, ByteSet};
use memchr::{memchr, memchr_iter, memchr2, memmem};
use std::collections::HashMap;
use std::sync::LazyLock;

pub const ROWS: usize = 5;
const COLUMNS: usize = 2;
const COUNT: usize = 5;
const DELIMITERS: [&[u8]; COUNT] = [b",", b";", b"\t", b"|", b"\\t"];
/// What stands between the first row of a table and the text before it.
const LEAD: usize = 160;
const JOINTS: usize = 4;
/// Rows say so much each: a state of two words is none.
const SAYINGS: usize = 2;
/// First keys of records of a log, which are no rows of a document.
const OF_LOGS: [&[u8]; 6] = [b"ts", b"time", b"timestamp", b"level", b"severity", b"loc"];

struct Patterns {
    opening: Pattern,
    place: Pattern,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns {
    opening: Pattern::new(r"\[(?: |\n|\\+n){0,24}\{"),
    place: Pattern::new(r#"["'](?:loc|lineno|exc_value|exc_type)\\{0,7}["']:"#),
});

static KEY: ByteSet = ALNUM.or(&ByteSet::of(b"_.- "));
static JOINT: LazyLock<memmem::Finder> = LazyLock::new(|| memmem::Finder::new(b"},"));
static ESCAPED_TAB: LazyLock<memmem::Finder> = LazyLock::new(|| memmem::Finder::new(b"\\t"));
static FRAME: LazyLock<memmem::Finder> = LazyLock::new(|| memmem::Finder::new(b"\", line "));

/// There are joints between objects enough, and words behind words.
pub fn may_be_objects(text: &[u8]) -> bool {
    joints(text, (0, text.len())).nth(JOINTS - 1).is_some()
        && says(text, (0, text.len()), JOINTS * SAYINGS)
}

/// Finds rows: CSV, TSV and the like, and JSON of rows that hold words.
pub fn tables_in(text: &[u8], piece: Range, possible: &Possible, found: &mut Vec<Range>) {
    if possible.objects {
        let joints: Vec<Range> = joints(text, piece).collect();
        if joints.len() >= JOINTS {
            objects(text, piece, &joints, found);
        }
    }
    if possible.rows.any() {
        rows(text, piece, &possible.rows, found);
    }
}

/// Where a gap ends in which lines break: at most so many spaces and breaks, escaped or not.
fn behind_gap(text: &[u8], mut at: usize, high: usize) -> usize {
    for _ in 0..24 {
        let end = behind_backslashes(text, at, high);
        match text[..high].get(end) {
            Some(b' ' | b'\n') if end == at => at += 1,
            Some(b'n') if end > at => at = end + 1,
            _ => break,
        }
    }
    at
}

/// Where an object ends and the next one starts, `\},(?: |\n|\\+n){0,24}\{`.
fn joints(text: &[u8], (low, high): Range) -> impl Iterator<Item = Range> {
    JOINT.find_iter(&text[low..high]).filter_map(move |at| {
        let end = behind_gap(text, low + at + 2, high);
        (text[..high].get(end) == Some(&b'{')).then_some((low + at, end + 1))
    })
}

/// Where a quote ends that may be escaped, `\\{0,7}["']`.
fn behind_quote(text: &[u8], at: usize, high: usize) -> Option<usize> {
    let end = behind_backslashes(text, at, high);
    let quote = matches!(text[..high].get(end), Some(b'"' | b'\''));
    (quote && end - at <= 7).then_some(end + 1)
}

/// The first key of the object that starts at `at`.
fn first_key(text: &[u8], at: usize, high: usize) -> Option<&[u8]> {
    let start = behind_quote(text, behind_gap(text, at + 1, high), high)?;
    let key = text[start..high].iter().take(40);
    let size = key.take_while(|&&byte| KEY.has(byte)).count();
    let end = behind_quote(text, start + size, high)?;
    (size > 0 && text[..high].get(end) == Some(&b':')).then_some(&text[start..start + size])
}

/// There are so many words behind words, `[a-z\x80-\xff] [A-Za-z\x80-\xff]`.
fn says(text: &[u8], (low, high): Range, count: usize) -> bool {
    let text = &text[low..high];
    let mut last = 0;
    let said = |&at: &usize| {
        let (Some(before), Some(behind)) = (at.checked_sub(1), text.get(at + 1)) else {
            return false;
        };
        let small = text[before].is_ascii_lowercase() || !text[before].is_ascii();
        let said = small && (behind.is_ascii_alphabetic() || !behind.is_ascii()) && before >= last;
        if said {
            last = at + 2;
        }
        said
    };
    memchr_iter(b' ', text)
        .filter(said)
        .nth(count - 1)
        .is_some()
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
    if says(text, (first, end), joints.len() * SAYINGS) {
        found.push((first, end));
    }
}

/// What rows a text may have.
pub struct Columns {
    /// There are not more rows than this.
    rows: usize,
    /// There are delimiters enough, of each kind.
    enough: [bool; COUNT],
}

impl Columns {
    /// Takes the number of breaks that are written as escapes.
    pub fn of(text: &[u8], breaks: usize) -> Self {
        let rows = breaks + memchr_iter(b'\n', text).count() + 1;
        let enough = |delimiter| rows >= ROWS && count(text, delimiter) >= ROWS * COLUMNS;
        Self {
            rows,
            enough: DELIMITERS.map(enough),
        }
    }

    pub fn any(&self) -> bool {
        self.enough.contains(&true)
    }
}

fn count(text: &[u8], delimiter: &[u8]) -> usize {
    match delimiter {
        [one] => memchr_iter(*one, text).count(),
        _ => memmem::find_iter(text, delimiter).count(),
    }
}

/// How many of `rows` rows may be none of the table.
fn others(rows: usize) -> Option<usize> {
    rows.checked_sub(ROWS.max((rows * 8).div_ceil(10)))
}

/// The next row from `at` on: where it ends, at a line break or its escape at any depth, and where
/// the one behind it starts.
fn row_end(text: &[u8], mut at: usize, high: usize) -> (usize, usize) {
    while let Some(offset) = memchr2(b'\n', b'\\', &text[at..high]) {
        let end = at + offset;
        if text[end] == b'\n' {
            return (end, end + 1);
        }
        at = behind_backslashes(text, end, high);
        if at < high && text[at] == b'n' {
            return (end, at + 1);
        }
    }
    (high, high)
}

fn rows(text: &[u8], (low, high): Range, columns: &Columns, found: &mut Vec<Range>) {
    let mut rows: Vec<Range> = Vec::new();
    let mut counts: [Vec<usize>; COUNT] = Default::default();
    let mut few = columns
        .enough
        .map(|enough| if enough { 0 } else { usize::MAX });
    let Some(most) = others(columns.rows) else {
        return;
    };
    let mut at = low;
    while at < high {
        let (end, next) = row_end(text, at, high);
        if end - at > 1 {
            let row = &text[at..end];
            rows.push((at, end));
            for (place, delimiter) in DELIMITERS.iter().enumerate() {
                if few[place] <= most {
                    let count = cells(row, delimiter);
                    // Rows of a table have as many cells as it has at least.
                    few[place] += usize::from(count < COLUMNS);
                    counts[place].push(count);
                }
            }
            if few.iter().all(|&few| few > most) {
                return;
            }
        }
        at = next;
    }
    let Some(most) = others(rows.len()) else {
        return;
    };
    for (counts, few) in counts.iter().zip(few) {
        if few > most {
            continue;
        }
        let mut sorted = counts.clone();
        sorted.sort_unstable();
        let usual = sorted[sorted.len() / 2];
        let fits: Vec<Range> = (rows.iter().zip(counts))
            .filter(|&(_, count)| (usual..=usual + 2).contains(count))
            .map(|(row, _)| *row)
            .collect();
        if usual < COLUMNS || rows.len() - fits.len() > most {
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
fn cells(row: &[u8], delimiter: &[u8]) -> usize {
    let count = match delimiter {
        [one] => memchr_iter(*one, row).count(),
        _ => ESCAPED_TAB.find_iter(row).count(),
    };
    let none = || FRAME.find(row).is_some() || memchr(b'{', row).is_some();
    if count < COLUMNS || none() { 0 } else { count }
}
