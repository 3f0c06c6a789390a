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
/// What ends a stretch whatever was said: the name of an error, a level, a time, a key of JSON.
const BREAK: i64 = -100;
/// So many words a stretch has at least for each that is none, and for each with a colon.
const FOR_OTHER: usize = 10;
const FOR_COLON: usize = 20;
/// What a word takes away in which a digit stands for a letter, as recognisers of text write.
const MIXED: i64 = -1;
/// Longest word of ASCII letters, and longest number that may stand in a text, in bytes.
const LONGEST: usize = 28;
const NUMBER: usize = 10;
/// Words that, with a colon behind them, are part of a report and of no text; ends of such.
const SIGNS: [&[u8]; 9] = [
    b"by",
    b"cause",
    b"info",
    b"debug",
    b"trace",
    b"notice",
    b"warn",
    b"fatal",
    b"critical",
];
const SIGN_ENDS: [&[u8]; 3] = [b"error", b"exception", b"warning"];
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
    /// How many words it needs for those that are none.
    needed: usize,
    /// How many words and commas there were where it was best, and words that it needed.
    words_then: usize,
    lists: usize,
    needed_then: usize,
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
            needed: 0,
            words_then: 0,
            lists: 0,
            needed_then: 0,
        }
    }

    fn add(&mut self, end: usize, score: i64, comma: bool) {
        self.score += score;
        self.words += 1;
        self.commas += usize::from(comma);
        self.needed += match score {
            OTHER => FOR_OTHER,
            COLON => FOR_COLON,
            _ => 0,
        };
        if score > 0 {
            self.tail = end;
        }
        if self.score > self.best {
            (self.best, self.last) = (self.score, end);
            (self.words_then, self.lists) = (self.words, self.commas);
            self.needed_then = self.needed;
        }
    }

    fn is_prose(&self, words: i64) -> bool {
        self.best >= words
            && self.lists * 10 <= self.words_then * 3
            && self.needed_then <= self.words_then
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
    let mut before: &[u8] = b"";
    words(text, low, high, |start, end| {
        let (mut score, comma) = score(text, start, end);
        let word = &text[start..end];
        if word == before {
            score = score.min(0); // the same word again says nothing
        }
        before = word;
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
        if matches!(text[last], b'"' | b'\'') && last + 1 < end && text[last + 1] == b':' {
            return (BREAK, false);
        }
    }
    if first == last {
        let only = text[start..end].iter().all(|&byte| MARKUP.has(byte));
        return (if only { 0 } else { COLON }, false);
    }
    if text[first..last].iter().all(|&byte| DIGITS.has(byte)) {
        if colon {
            return (BREAK, comma);
        }
        return (if last - first <= NUMBER { 0 } else { OTHER }, comma);
    }
    let word = &text[first..last];
    if is_time(word) {
        return (BREAK, comma);
    }
    if colon {
        return (if names_report(word) { BREAK } else { COLON }, comma);
    }
    if last - first == 1 && text[first].is_ascii_alphabetic() {
        return (0, comma); // a letter alone is filling as often as a word
    }
    if is_mixed(&text[first..last]) {
        return (MIXED, comma);
    }
    (letters(text, first, last), comma)
}

/// A time of the day, with its seconds, ends a date or stands alone.
fn is_time(word: &[u8]) -> bool {
    [0, 11].iter().any(|&at| {
        word.get(at..at + 8).is_some_and(|time| {
            time[2] == b':'
                && time[5] == b':'
                && [0, 1, 3, 4, 6, 7]
                    .iter()
                    .all(|&at| time[at].is_ascii_digit())
        })
    })
}

/// The word, which has a colon behind it, is the name of an error or a level.
fn names_report(word: &[u8]) -> bool {
    let ends = |sign: &&[u8]| {
        let tail = word.len().checked_sub(sign.len());
        tail.is_some_and(|tail| word[tail..].eq_ignore_ascii_case(sign))
    };
    SIGN_ENDS.iter().any(ends) || SIGNS.iter().any(|sign| word.eq_ignore_ascii_case(sign))
}

fn is_mixed(word: &[u8]) -> bool {
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    let size = word.len();
    word.iter().all(u8::is_ascii_alphanumeric) && digits > 0 && digits * 4 <= size && size <= 16
}

/// What letters count: as one word, or a third of a word each where none stand apart.
fn letters(text: &[u8], first: usize, last: usize) -> i64 {
    let (mut wide, mut three) = (false, 0);
    let (mut small, mut letters) = (false, false);
    let mut at = first;
    while at < last {
        let byte = text[at];
        at += 1;
        if byte == b'\\' {
            if let Some((end, sign, long)) = escaped_letter(text, at - 1, last) {
                if sign == Sign::Box {
                    return OTHER;
                }
                wide = true;
                if sign == Sign::None {
                    letters = true;
                    three += i64::from(long);
                }
                at = end;
            } else if wide {
                at = behind_backslashes(text, at, last);
            } else {
                return OTHER;
            }
        } else if byte >= 0x80 {
            wide = true;
            if byte == 0xE2 && at < last && (0x80..0xB0).contains(&text[at]) {
                if matches!(text[at], 0x94 | 0x95) {
                    return OTHER;
                }
                at = (at + 2).min(last);
                continue;
            }
            letters = true;
            three += i64::from(byte >= 0xE0);
        } else if byte.is_ascii_alphabetic() {
            letters = true;
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
    if letters { (three / 3).max(1) } else { 0 }
}

/// Signs that are no letters, U+2000 to U+2BFF: dashes, quotes, arrows; and what draws boxes.
#[derive(PartialEq, Eq)]
enum Sign {
    None,
    Some,
    Box,
}

/// Reads `\u0436` at `at`, with any number of backslashes: where it ends, whether it is a sign, and
/// whether the character has three bytes in UTF-8.
fn escaped_letter(text: &[u8], at: usize, end: usize) -> Option<(usize, Sign, bool)> {
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
    let sign = match digits {
        [b'2', b'5', b'0'..=b'7', _] => Sign::Box,
        [b'2', b'0'..=b'9' | b'a' | b'b' | b'A' | b'B', ..] => Sign::Some,
        _ => Sign::None,
    };
    Some((at + 5, sign, long))
}

fn behind_backslashes(text: &[u8], mut at: usize, end: usize) -> usize {
    while at < end && text[at] == b'\\' {
        at += 1;
    }
    at
}
