//! Prose: words one after the other, in any script.
//!
//! Each word of letters counts for its text, what logs are made of counts against it: keys, paths,
//! numbers with units, names with signs or capitals inside. The best stretch is a document when it
//! is long enough and is no list.

use super::Range;
use super::scores::{COLON, OTHER, quick, score, words};

/// Words that a stretch must have more of than of anything else, and one behind it.
pub const WORDS: i64 = 50;
const MORE: i64 = 10;
/// A stretch ends where it has lost so much again.
const FALL: i64 = 14;
/// So many words a stretch has at least for each that is none, and for each with a colon.
const FOR_OTHER: usize = 10;
const FOR_COLON: usize = 20;
/// Words at the start of a stretch of which one with a colon is a name for the rest.
const NAMES: usize = 8;

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
    words(text, low, high, |start, end, kinds| {
        let quick = quick(text, start, end, kinds);
        let (mut score, comma) = quick.unwrap_or_else(|| score(text, start, end));
        let word = &text[start..end];
        if score > 0 && word == before {
            score = 0; // the same word again says nothing
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
