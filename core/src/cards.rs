//! The card detector: runs of digits, issuer ranges, Luhn, and what stands around them.
//!
//! It is no pattern, because a pattern must choose one candidate: every group of a run may start
//! a card and every later group may end it.

use crate::beside::beside;
use crate::bytesets::{ByteSet, HEX, back_over};
use crate::checks::issuers::{Issuer, Issuers};
use crate::checks::luhn::luhn;
use crate::following::name_above;
use crate::keys::{key_before, letter_runs, split_words};
use crate::quoting::over_levels;
use crate::words::WordLists;

/// What stands between a name and its number.
static BEFORE_NUMBER: ByteSet = ByteSet::of(b" \t=:\"'");
const WORD_BEFORE: usize = 40;
const WORD_BEHIND: usize = 24;
const HEX_RUN: usize = 24;
const HEX_REACH: usize = 64;
const LEAST_DIGITS: usize = 12;
const MOST_DIGITS: usize = 19;
/// More groups than digits cannot be in one number.
const MOST_GROUPS: usize = MOST_DIGITS;

/// What may stand between two digits of one number.
pub static JOINTS: ByteSet = ByteSet::of(b" -._+\t");

/// How cards are printed: group lengths of 12 to 19 digits with one separator throughout.
const GROUPINGS: [&[usize]; 13] = [
    &[4, 4, 4],
    &[4, 4, 4, 1],
    &[4, 4, 4, 2],
    &[4, 4, 4, 3],
    &[4, 4, 4, 4],
    &[4, 4, 4, 4, 1],
    &[4, 4, 4, 4, 2],
    &[4, 4, 4, 4, 3],
    &[4, 6, 4],
    &[4, 6, 5],
    &[8, 8],
    &[6, 10],
    &[6, 13],
];

/// A line, and the key that the whole text is a value of.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    pub data: &'a [u8],
    pub low: usize,
    pub high: usize,
    pub outer: &'a [u8],
}

pub struct Cards {
    pub issuers: Issuers,
    pub rule: u32,
}

type Group = (usize, usize);

/// The run of digits, joined by single separators, around the digit at `at`.
///
/// Returns its bounds, and whether it has the digits of a card.
pub fn run_around(data: &[u8], at: usize) -> (usize, usize, bool) {
    let digit = |at: usize| at < data.len() && data[at].is_ascii_digit();
    let mut first = at;
    let mut digits = 0;
    loop {
        if first >= 1 && digit(first - 1) {
            first -= 1;
        } else if first >= 2 && JOINTS.has(data[first - 1]) && digit(first - 2) {
            first -= 2;
        } else {
            break;
        }
        digits += 1;
    }
    let mut last = at;
    loop {
        if digit(last) {
            last += 1;
        } else if last < data.len() && JOINTS.has(data[last]) && digit(last + 1) {
            last += 2;
        } else {
            break;
        }
        digits += 1;
    }
    (first, last, digits >= LEAST_DIGITS)
}

impl Cards {
    /// Finds the cards in the run `line.data[first..last]`.
    pub fn in_run(
        &self,
        line: Line,
        words: &WordLists,
        (first, last): (usize, usize),
        found: &mut impl FnMut(usize, usize),
    ) {
        let mut at = first;
        while at < last {
            let group_end = digits_end(line.data, at, last);
            let mut found_card = self.longest_card(line, words, at, last);
            if found_card.is_none()
                && at == first
                && let Some(escape) = escape_end(line, at, group_end)
            {
                // The digits of %22 before a number are none of its own.
                at = escape;
                found_card = self.longest_card(line, words, at, last);
            }
            match found_card {
                Some((end, grouped)) => {
                    found(at, end);
                    let sure = || grouped || card_word_near(line, words, at, end);
                    beside(line.data, end, line.high, sure, found);
                    at = end + 1;
                }
                None => at = group_end + 1,
            }
        }
    }

    fn longest_card(
        &self,
        line: Line,
        words: &WordLists,
        first: usize,
        last: usize,
    ) -> Option<(usize, bool)> {
        let mut digits = [0; MOST_DIGITS];
        let mut groups = [(0, 0); MOST_GROUPS];
        let (mut size, mut count) = (0, 0);
        let mut found = None;
        let mut at = first;
        while at < last {
            let end = digits_end(line.data, at, last.min(at + MOST_DIGITS + 1));
            if size + end - at > MOST_DIGITS {
                break;
            }
            digits[size..size + end - at].copy_from_slice(&line.data[at..end]);
            size += end - at;
            groups[count] = (at, end);
            count += 1;
            if size >= LEAST_DIGITS && self.is_card(line, words, &groups[..count], &digits[..size])
            {
                found = Some((end, count > 1));
            }
            at = end + 1;
        }
        found
    }

    fn is_card(&self, line: Line, words: &WordLists, groups: &[Group], digits: &[u8]) -> bool {
        let issuer = self.issuers.of(digits);
        if issuer == Issuer::Unknown || !luhn(digits) {
            return false;
        }
        let (start, end) = (groups[0].0, groups[groups.len() - 1].1);
        if groups.len() > 1 {
            return !in_uuid(line, start, end)
                && (has_card_grouping(line.data, groups)
                    || card_word_near(line, words, start, end));
        }
        if in_float(line, start) || in_hex(line, start, end) {
            return false;
        }
        if issuer == Issuer::InContext || named_as_id(line, words, start) {
            return card_word_near(line, words, start, end);
        }
        true
    }
}

fn digits_end(data: &[u8], mut at: usize, last: usize) -> usize {
    while at < last && data[at].is_ascii_digit() {
        at += 1;
    }
    at
}

fn has_card_grouping(data: &[u8], groups: &[Group]) -> bool {
    let lengths = groups.iter().map(|(start, end)| end - start);
    let joint = data[groups[0].1];
    GROUPINGS
        .iter()
        .any(|grouping| lengths.clone().eq(grouping.iter().copied()))
        && groups[..groups.len() - 1]
            .iter()
            .all(|&(_, end)| data[end] == joint)
        // Two groups around a point are a float.
        && !(groups.len() == 2 && joint == b'.')
}

fn in_float(Line { data, low, .. }: Line, start: usize) -> bool {
    start > low
        && data[start - 1] == b'.'
        && (start < low + 2 || !data[start - 2].is_ascii_alphabetic())
}

fn in_hex(
    Line {
        data, low, high, ..
    }: Line,
    start: usize,
    end: usize,
) -> bool {
    let mut left = start;
    while left > low && start - left < HEX_REACH && HEX.has(data[left - 1]) {
        left -= 1;
    }
    let mut right = end;
    while right < high && right - end < HEX_REACH && HEX.has(data[right]) {
        right += 1;
    }
    right - left >= HEX_RUN && (left < start || right > end)
}

fn in_uuid(
    Line {
        data, low, high, ..
    }: Line,
    start: usize,
    end: usize,
) -> bool {
    if !data[start..end].contains(&b'-') {
        return false;
    }
    (low.max(end.saturating_sub(36))..=start).any(|at| {
        at + 36 >= end
            && at + 36 <= high
            && data[at..at + 36]
                .iter()
                .enumerate()
                .all(|(offset, &byte)| match offset {
                    8 | 13 | 18 | 23 => byte == b'-',
                    _ => HEX.has(byte),
                })
    })
}

fn named_as_id(line: Line, words: &WordLists, start: usize) -> bool {
    let Line {
        data, low, outer, ..
    } = line;
    // A number sign marks a ticket or order.
    if start > low && data[start - 1] == b'#' {
        return true;
    }
    let at = back_over(data, low, start, &BEFORE_NUMBER, 8);
    let name = &data[low..at];
    let name = name.strip_suffix("\u{ff1a}".as_bytes()).unwrap_or(name);
    let wide = |suffix: &Vec<u8>| suffix[0] >= 0x80 && name.ends_with(suffix);
    if words.id_suffixes.iter().any(wide) {
        return true;
    }
    let mut key = key_before(data, low, start);
    if key.is_empty() && start == low {
        key = outer;
    }
    let ends = |suffix: &Vec<u8>| {
        key.len() >= suffix.len() && key[key.len() - suffix.len()..].eq_ignore_ascii_case(suffix)
    };
    if key.is_empty() {
        return false;
    }
    if words.id_suffixes.iter().any(ends) {
        return true;
    }
    let mut pieces = split_words(key);
    let Some(first) = pieces.next() else {
        return false;
    };
    words.ids.has_lower(first) || pieces.last().is_some_and(|last| words.ids.has_lower(last))
}

fn card_word_near(line: Line, words: &WordLists, start: usize, end: usize) -> bool {
    let before = &line.data[line.low.max(start.saturating_sub(WORD_BEFORE))..start];
    let behind = &line.data[end..line.high.min(end + WORD_BEHIND)];
    [before, behind, line.outer]
        .iter()
        .any(|window| names_card(words, window))
        || card_above(line.data, line.low, words)
}

/// The line before the one at `low` names a card number.
pub fn card_above(data: &[u8], low: usize, words: &WordLists) -> bool {
    low > 0 && name_above(data, low, words).is_some_and(|name| names_card(words, name))
}

/// `text` holds a word that says that a number near it is a card number.
pub fn names_card(words: &WordLists, text: &[u8]) -> bool {
    letter_runs(text).any(|run| words.cards.has_lower(run))
        || split_words(text).any(|word| words.cards.has_lower(word))
}

/// Where the percent escape ends whose digits are at `start`.
fn escape_end(line: Line, start: usize, end: usize) -> Option<usize> {
    if start <= line.low || line.data[start - 1] != b'%' {
        return None;
    }
    let behind = over_levels(line.data, start) + 2;
    (behind < end).then_some(behind)
}
