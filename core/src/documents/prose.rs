//! Prose: words one after the other, in any script.
//!
//! Each word of letters counts for its text, what logs are made of counts against it: keys, paths,
//! numbers with units, names with signs or capitals inside. The best stretch is a document when it
//! is long enough and is no list.

use super::Range;
use crate::bytesets::ByteSet;

/// Words that a stretch must have more of than of anything else, and one behind it.
const WORDS: i64 = 50;
const MORE: i64 = 10;
/// A stretch ends where it has lost so much again.
const FALL: i64 = 14;
/// What a word that is none takes away, and one with a colon behind it.
const OTHER: i64 = -5;
const COLON: i64 = -3;
/// What a word takes away in which a digit stands for a letter, as recognisers of text write.
const MIXED: i64 = -1;
/// Longest word of ASCII letters, and longest number that may stand in a text, in bytes.
const LONGEST: usize = 28;
const NUMBER: usize = 10;
/// Words at the start of a stretch of which one with a colon is a name for the rest.
const NAMES: usize = 8;

static SPACES: ByteSet = ByteSet::of(b" \t\r\n\0\x0B\x0C");
static OPENERS: ByteSet = ByteSet::of(b"\"'([*_`#>-");
static CLOSERS: ByteSet = ByteSet::of(b"\"'.,;:!?)]*_`-\\");
static DIGITS: ByteSet = ByteSet::of(b"0123456789.,-%");
static MARKUP: ByteSet = ByteSet::of(b"#*->`_~");

#[derive(Clone, Copy)]
struct Stretch {
    first: usize,
    /// Where it was best, and where its last word ends.
    last: usize,
    tail: usize,
    score: i64,
    best: i64,
    words: usize,
    commas: usize,
    /// How many words and commas there were where it was best.
    words_then: usize,
    lists: usize,
}

impl Stretch {
    fn new(first: usize) -> Self {
        Self {
            first,
            last: first,
            tail: first,
            score: 0,
            best: 0,
            words: 0,
            commas: 0,
            words_then: 0,
            lists: 0,
        }
    }

    fn add(&mut self, end: usize, score: i64, comma: bool) {
        self.score += score;
        self.words += 1;
        self.commas += usize::from(comma);
        if score > 0 {
            self.tail = end;
        }
        if self.score > self.best {
            (self.best, self.last) = (self.score, end);
            (self.words_then, self.lists) = (self.words, self.commas);
        }
    }

    fn is_prose(&self, words: i64) -> bool {
        self.best >= words && self.lists * 10 <= self.words_then * 3
    }
}

/// Finds the prose in a piece; between quotes all of it where it is prose for the most part.
pub fn prose_in(text: &[u8], (low, high): Range, between_quotes: bool, found: &mut Vec<Range>) {
    if high - low < 4 * WORDS as usize {
        return;
    }
    let mut all: Option<Range> = None;
    let mut said = 0;
    let mut stretch = Stretch::new(low);
    words(text, low, high, |start, end| {
        let (score, comma) = score(text, start, end);
        if stretch.score <= 0 {
            stretch = Stretch::new(start);
            if score <= 0 {
                return;
            }
        }
        stretch.add(end, score, comma);
        if score == COLON && stretch.words <= NAMES {
            stretch = Stretch::new(end);
        } else if stretch.score < stretch.best - FALL {
            if stretch.is_prose(if all.is_none() { WORDS } else { MORE }) {
                all = Some((all.map_or(stretch.first, |(first, _)| first), stretch.last));
                said += stretch.last - stretch.first;
            }
            stretch = Stretch::new(end);
        }
    });
    if stretch.is_prose(if all.is_none() { WORDS } else { MORE }) {
        // The text ends: its last words belong to it.
        all = Some((all.map_or(stretch.first, |(first, _)| first), stretch.tail));
        said += stretch.last - stretch.first;
    }
    if let Some(all) = all {
        let whole = between_quotes && said * 2 > high - low;
        found.push(if whole { (low, high) } else { all });
    }
}

fn words(text: &[u8], low: usize, high: usize, mut word: impl FnMut(usize, usize)) {
    let (mut at, mut start) = (low, low);
    while at < high {
        if SPACES.has(text[at]) {
            if at > start {
                word(start, at);
            }
            at += 1;
            start = at;
        } else if text[at] == b'\\' {
            let end = behind_backslashes(text, at, high);
            if end < high && matches!(text[end], b'n' | b'r' | b't') {
                if at > start {
                    word(start, at);
                }
                at = end + 1;
                start = at;
            } else {
                at = end;
            }
        } else {
            at += 1;
        }
    }
    if high > start {
        word(start, high);
    }
}

/// What the word `text[start..end]` counts, and whether a comma stands behind it.
fn score(text: &[u8], start: usize, end: usize) -> (i64, bool) {
    let (mut first, mut last) = (start, end);
    while first < last {
        if text[first] == b'\\' {
            if escaped_letter(text, first, last).is_some() {
                break;
            }
            first = behind_backslashes(text, first, last);
        } else if OPENERS.has(text[first]) {
            first += 1;
        } else {
            break;
        }
    }
    let (mut comma, mut colon) = (false, false);
    while last > first && CLOSERS.has(text[last - 1]) {
        last -= 1;
        comma |= text[last] == b',';
        colon |= text[last] == b':';
    }
    if first == last {
        let only = text[start..end].iter().all(|&byte| MARKUP.has(byte));
        return (if only { 0 } else { COLON }, false);
    }
    if text[first..last].iter().all(|&byte| DIGITS.has(byte)) {
        return (if last - first <= NUMBER { 0 } else { OTHER }, comma);
    }
    if colon {
        return (COLON, comma);
    }
    if last - first == 1 && text[first].is_ascii_alphabetic() {
        return (0, comma); // a letter alone is filling as often as a word
    }
    if is_mixed(&text[first..last]) {
        return (MIXED, comma);
    }
    (letters(text, first, last), comma)
}

fn is_mixed(word: &[u8]) -> bool {
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    let size = word.len();
    word.iter().all(u8::is_ascii_alphanumeric) && digits > 0 && digits * 4 <= size && size <= 16
}

/// What letters count: as one word, or a third of a word each where none stand apart.
fn letters(text: &[u8], first: usize, last: usize) -> i64 {
    let (mut wide, mut three) = (false, 0);
    let mut small = false;
    let mut at = first;
    while at < last {
        let byte = text[at];
        at += 1;
        if byte == b'\\' {
            if let Some((end, long)) = escaped_letter(text, at - 1, last) {
                wide = true;
                three += i64::from(long);
                at = end;
            } else if wide {
                at = behind_backslashes(text, at, last);
            } else {
                return OTHER;
            }
        } else if byte >= 0x80 {
            wide = true;
            three += i64::from(byte >= 0xE0);
        } else if byte.is_ascii_alphabetic() {
            if small && byte.is_ascii_uppercase() {
                return OTHER;
            }
            small = byte.is_ascii_lowercase();
        } else if matches!(byte, b'\'' | b'-') && first < at - 1 {
            small = false;
        } else if !wide {
            return OTHER;
        }
    }
    if !wide && last - first > LONGEST {
        return OTHER;
    }
    (three / 3).max(1)
}

/// Reads `\u0436` at `at`, with any number of backslashes: where it ends, and whether the character
/// has three bytes in UTF-8.
fn escaped_letter(text: &[u8], at: usize, end: usize) -> Option<(usize, bool)> {
    let at = behind_backslashes(text, at, end);
    if at + 5 > end || text[at] != b'u' {
        return None;
    }
    let digits = &text[at + 1..at + 5];
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    if digits.starts_with(b"00") && (b'0'..=b'7').contains(&digits[2]) {
        return None;
    }
    let long = digits[0] != b'0' || b"89abcdefABCDEF".contains(&digits[1]);
    Some((at + 5, long))
}

fn behind_backslashes(text: &[u8], mut at: usize, end: usize) -> usize {
    while at < end && text[at] == b'\\' {
        at += 1;
    }
    at
}
