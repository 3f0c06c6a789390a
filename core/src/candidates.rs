//! Looking closely at a place where something may start.

use crate::blobs::{Blob, LEAST, run_end};
use crate::cards::{Line, run_around};
use crate::markers::{OPENING, marker_end};
use crate::pairs::{KeyReader, separator_end};
use crate::pass::{BLOCK_SIGN, Encoded, Pass};
use crate::reader::Reader;
use crate::scalars::{escaped_lines, may_open};
use crate::spans::Span;
use memchr::{memchr, memrchr};

impl Pass<'_> {
    /// Makes `low` and `high` the bounds of the line that `at` is in.
    #[inline(always)]
    pub(crate) fn line(&mut self, at: usize) {
        if at >= self.high || at < self.low {
            self.other_line(at);
        }
    }

    #[inline(never)]
    fn other_line(&mut self, at: usize) {
        if at >= self.high {
            let known = self.high;
            let start = memrchr(b'\n', &self.data[known..at]);
            self.low = start.map_or(if known == 0 { 0 } else { self.low }, |end| known + end + 1);
        } else {
            self.low = memrchr(b'\n', &self.data[..at]).map_or(0, |end| end + 1);
        }
        let rest = &self.data[at..];
        self.high = memchr(b'\n', rest).map_or(self.data.len(), |end| at + end);
    }

    #[cold]
    pub(crate) fn keyword(&mut self, at: usize) {
        let kernel = self.kernel;
        kernel.keywords.at(self.data, at, |pattern, end| {
            self.candidate(at, end, pattern)
        });
    }

    pub(crate) fn candidate(&mut self, at: usize, keyword_end: usize, index: u32) {
        if index == BLOCK_SIGN {
            self.may_have_block = true;
            return;
        }
        let index = index as usize;
        let pattern = &self.kernel.patterns[index];
        if pattern.lead_max == 0 && !pattern.matcher.prefix().may_match(&self.data[at..]) {
            return;
        }
        self.line(at);
        if keyword_end > self.high {
            return;
        }
        let start = pattern.start(self.data, self.low, at);
        if pattern.lead_max > 0 && !pattern.matcher.prefix().may_match(&self.data[start..]) {
            return;
        }
        if self.done.is_empty() {
            self.done.resize(self.kernel.patterns.len(), 0);
        }
        if start < self.done[index] {
            return;
        }
        let words = &self.kernel.words;
        if let Some(secret) =
            pattern.match_at(words, self.data, self.low, self.high, start, &mut self.runs)
        {
            self.done[index] = secret.match_end;
            self.spans
                .push(Span::new(secret.start, secret.end, pattern.rule));
        }
    }

    #[cold]
    pub(crate) fn card(&mut self, at: usize) {
        let (first, last, enough) = run_around(self.data, at);
        // The joint that may stand behind the run starts no other one.
        self.card_at = last + 1;
        let Some(cards) = self.kernel.cards.as_ref().filter(|_| enough) else {
            return;
        };
        self.line(first);
        let outer = if self.low == 0 { self.outer } else { b"" };
        let line = Line {
            data: self.data,
            low: self.low,
            high: self.high,
            outer,
        };
        let spans = &mut *self.spans;
        let mut found = |first, last| spans.push(Span::new(first, last, cards.rule));
        cards.in_run(line, &self.kernel.words, (first, last), &mut found);
    }

    #[cold]
    pub(crate) fn separator(&mut self, at: usize) {
        if at < self.pair_at {
            return;
        }
        let kernel = self.kernel;
        if kernel.spares_markers && of_marker(self.data, at) {
            return;
        }
        let Some(after) = separator_end(self.data, at) else {
            return;
        };
        self.line(at);
        let (data, low, high) = (self.data, self.low, self.high);
        let (below, escaped) = may_open(data, at);
        if below {
            self.found.push(Encoded::Opening(at));
        }
        if escaped {
            escaped_lines(
                kernel,
                data,
                (low, high),
                at,
                &mut self.scanned.gone,
                self.spans,
            );
        }
        let keys = KeyReader {
            data,
            low,
            high,
            names: &kernel.names,
            words: &kernel.words,
        };
        let Some(named) = keys.named(at, after) else {
            return;
        };
        for index in named.rules {
            let Some(rule) = kernel.pair_rule(index) else {
                continue;
            };
            let spans = &mut *self.spans;
            let mut reader = Reader {
                data,
                low,
                high,
                rule,
                words: &kernel.words,
                key: named.key,
                after_separator: after,
                scanned: &mut self.scanned,
            };
            let mut found = |first, last| spans.push(Span::new(first, last, index));
            if let Some(last) = reader.read(named.value, &mut found) {
                self.pair_at = after.max(last);
                return;
            }
        }
    }

    /// Notes the line of an escape at `at`, if that is undone: it is to be read once more.
    #[cold]
    pub(crate) fn encoded(&mut self, at: usize) {
        if !self.kernel.escapes.undoes(self.data, at) {
            return;
        }
        self.line(at);
        self.found.push(Encoded::Line(self.low, self.high));
        self.undone = self.high;
    }

    /// Notes the encoded text in the run of letters and digits that starts at `first`.
    #[cold]
    pub(crate) fn long_run(&mut self, mut first: usize) {
        if first < self.blob_at {
            first = self.blob_at;
            if run_end(self.data, first) < first + LEAST {
                return;
            }
        }
        while let Some(blob) = Blob::at(self.data, first, self.blob_at) {
            first = blob.end();
            self.blob_at = first;
            self.found.push(Encoded::Blob(blob));
            if run_end(self.data, first) < first + LEAST {
                return;
            }
        }
    }

    /// Notes the lines with characters that are read as others.
    #[cold]
    pub(crate) fn folded(&mut self) {
        let mut at = 0;
        while let Some(found) = self.kernel.escapes.folds.next(self.data, at) {
            self.line(found);
            self.found.push(Encoded::Line(self.low, self.high));
            at = self.high;
        }
    }

    #[cold]
    pub(crate) fn scans(&mut self) {
        let data = self.data;
        let mut low = 0;
        while low < data.len() {
            let high = memchr(b'\n', &data[low..]).map_or(data.len(), |end| low + end);
            if high > low {
                for pattern in self.kernel.patterns.iter().filter(|pattern| pattern.scan) {
                    let spans = &mut *self.spans;
                    pattern.scan(&self.kernel.words, data, low, high, |first, last| {
                        spans.push(Span::new(first, last, pattern.rule));
                    });
                }
            }
            low = high + 1;
        }
    }
}

/// The separator at `at` is the colon of a marker, or a marker in double quotes is all of its value.
///
/// Nothing comes of either where the name of a marker is no key (`Kernel::spares_markers`): a value
/// that ends right behind a marker has no other part that could be a secret.
#[inline]
fn of_marker(data: &[u8], at: usize) -> bool {
    let byte = |place: usize| data.get(place).copied().unwrap_or(0);
    let name = &OPENING[..OPENING.len() - 1];
    if data[at] == b':' && byte(at + 1).is_ascii_alphanumeric() {
        return data[..at].ends_with(name);
    }
    let quote = at + 1 + usize::from(byte(at + 1) == b' ');
    if !b":=".contains(&data[at]) || byte(quote) != b'"' {
        return false;
    }
    let start = quote + 1;
    if !data[start..].starts_with(OPENING) {
        return false;
    }
    let end = marker_end(data, start, data.len());
    // Two quotes may be one inside the value.
    end > start && byte(end) == b'"' && byte(end + 1) != b'"'
}
