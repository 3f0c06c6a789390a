//! Rules with a pattern: found by keyword, matched at the spot; or searched for, when they say so.

use crate::boundaries::escape_tail;
use crate::bytesets::{ByteSet, QUOTES};
use crate::checks::Check;
use crate::matcher::Matcher;
use crate::sequence::Runs;
use crate::values::{secret_end, string_end};
use crate::words::WordLists;

/// What ends a secret that is longer than a window.
static ENDS: ByteSet = ByteSet::of(b"\t\n\x0b\x0c\r \"'`<>");

pub struct Pattern {
    pub rule: u32,
    pub matcher: Matcher,
    pub before: ByteSet,
    pub after: ByteSet,
    pub lead: ByteSet,
    pub lead_max: usize,
    pub window: usize,
    pub scan: bool,
    pub checks: Vec<Check>,
}

/// A secret, and where the whole match ends.
pub struct Secret {
    pub start: usize,
    pub end: usize,
    pub match_end: usize,
}

impl Pattern {
    /// Where a match at the keyword at `at` starts.
    pub fn start(&self, data: &[u8], low: usize, at: usize) -> usize {
        if self.lead_max == 0 {
            return at;
        }
        let stop = low.max(at.saturating_sub(self.lead_max));
        let mut start = at;
        while start > stop && self.lead.has(data[start - 1]) && !escape_tail(data, start) {
            start -= 1;
        }
        start
    }

    pub fn match_at(
        &self,
        words: &WordLists,
        data: &[u8],
        low: usize,
        high: usize,
        start: usize,
        runs: &mut Runs,
    ) -> Option<Secret> {
        if start > low && self.before.has(data[start - 1]) && !escape_tail(data, start) {
            return None;
        }
        let window = high.min(start + self.window);
        let found = self.matcher.match_at(data, start, window, runs)?;
        let mut end = found.end;
        // The match fills the window: where the secret ends is not known.
        let cut = end == window && window < high;
        if end < high && self.after.has(data[end]) && !cut {
            return None;
        }
        let (first, mut last) = found.secret?;
        let secret = &data[first..last];
        if secret.is_empty() || !self.checks.iter().all(|check| check.holds(words, secret)) {
            return None;
        }
        if cut && last == end {
            while end < high && !ENDS.has(data[end]) {
                end += 1;
            }
            last = end;
        }
        last = string_end(data, first, last, high);
        if last < high && QUOTES.has(data[last]) {
            // Backslashes before a quote are the quote's: without them the text around it breaks.
            while last > first && data[last - 1] == b'\\' {
                last -= 1;
            }
        }
        if last == end {
            last = secret_end(data, first, last);
        }
        if first == last {
            return None;
        }
        Some(Secret {
            start: first,
            end: last,
            match_end: end,
        })
    }

    /// Reports what a rule without a keyword finds anywhere in the line.
    pub fn scan(
        &self,
        words: &WordLists,
        data: &[u8],
        low: usize,
        high: usize,
        mut found: impl FnMut(usize, usize),
    ) {
        let mut runs = Runs::default();
        let mut at = low;
        while at < high {
            let Some(start) = self.matcher.search(data, at, high) else {
                return;
            };
            at = match self.match_at(words, data, low, high, start, &mut runs) {
                Some(secret) => {
                    found(secret.start, secret.end);
                    secret.match_end
                }
                None => start + 1,
            };
        }
    }
}
