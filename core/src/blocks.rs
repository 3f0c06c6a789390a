//! Secrets over several lines: private keys in armour, multipart form fields, and documents.
//!
//! Private keys (PEM of RFC 7468, OpenPGP of RFC 9580, PuTTY) are one finding from `BEGIN` to
//! `END`, or to the last body line when the end is missing. A field of a multipart form (RFC 7578)
//! has its name on one line and its value two lines further. A document that is written line by
//! line into a stream is one finding from its first line to its last. The machine goes line by line
//! with one small number of state, so that a stream needs neither look-ahead nor memory.

use crate::armour::{blank, inline_end, patterns};
use crate::documents::lines;
use crate::engine::Kernel;
use crate::spans::Span;
use memchr::{memchr, memmem, memrchr};
use std::sync::LazyLock;

/// States: no block; the line of `BEGIN` was the last one; inside a body whose lines stand alone;
/// inside a body whose lines stand in records of their own. From `FIELD` on: a form field of the
/// rule `(state - FIELD) / 2`, in its headers (even) or before its value (odd).
pub const CLOSED: usize = 0;
const FRESH: usize = 1;
const BODY: usize = 2;
const RECORDS: usize = 3;
const FIELD: usize = 4;
/// From here on: a document; behind it its kind, and eight times the number of its lines.
const DOCUMENT: usize = 1 << 26;

const UNKNOWN: usize = usize::MAX;

static BEGIN_MARK: LazyLock<memmem::Finder> = LazyLock::new(|| memmem::Finder::new(b"-----BEGIN "));
static PUTTY_MARK: LazyLock<memmem::Finder> =
    LazyLock::new(|| memmem::Finder::new(b"Private-Lines: "));
static FIELD_MARK: LazyLock<memmem::Finder> =
    LazyLock::new(|| memmem::Finder::new(b"form-data; name="));

/// Keywords one of which stands where a letter or digit run starts in every text with a block.
pub const KEYWORDS: [&str; 3] = ["BEGIN ", "Lines: ", "data; name="];

/// In this state what was held back goes on with an open finding.
pub fn is_open(state: usize) -> bool {
    matches!(state, FRESH | BODY | DOCUMENT..)
}

/// Finds the blocks of `data`, which is whole lines, starting from `state`; returns the state at
/// the end and how many bytes there a stream must hold back.
pub fn blocks_in(
    kernel: &Kernel,
    data: &[u8],
    state: usize,
    lines_rule: Option<u32>,
    spans: &mut Vec<Span>,
) -> (usize, usize) {
    Machine {
        kernel,
        data,
        state,
        spans,
        first: 0,
        last: 0,
        blanks: 0,
        marks: [UNKNOWN; 4],
        lines_rule,
    }
    .run()
}

struct Machine<'a> {
    kernel: &'a Kernel,
    data: &'a [u8],
    state: usize,
    spans: &'a mut Vec<Span>,
    /// Where the open finding starts, and where it ends so far.
    first: usize,
    last: usize,
    blanks: usize,
    /// Where the next of each mark is.
    marks: [usize; 4],
    lines_rule: Option<u32>,
}

impl Machine<'_> {
    fn run(mut self) -> (usize, usize) {
        let data = self.data;
        let mut at = 0;
        // The rest of a line whose break was held back is no line of its own.
        if is_open(self.state) {
            at = memchr(b'\n', data).map_or(0, |end| end + 1);
        }
        while at < data.len() {
            if self.state == CLOSED {
                at = self.next_mark(at);
                if at >= data.len() {
                    break;
                }
            }
            let end = memchr(b'\n', &data[at..]).map_or(data.len(), |end| at + end);
            self.line(at, end);
            at = end + 1;
        }
        let mut held = 0;
        if is_open(self.state) {
            held = data.len() - self.last;
            self.close();
        }
        (self.state, held)
    }

    /// The start of the next line with a mark; outside a block no other line matters.
    fn next_mark(&mut self, at: usize) -> usize {
        let data = self.data;
        for (known, mark) in self
            .marks
            .iter_mut()
            .zip([&BEGIN_MARK, &PUTTY_MARK, &FIELD_MARK])
        {
            if *known < at || *known == UNKNOWN {
                *known = mark
                    .find(&data[at..])
                    .map_or(data.len(), |offset| at + offset);
            }
        }
        let known = &mut self.marks[3];
        if self.lines_rule.is_none() {
            *known = data.len();
        } else if *known < at || *known == UNKNOWN {
            *known = lines::next_sign(data, at).unwrap_or(data.len());
        }
        let first = self.marks.iter().min().map_or(data.len(), |first| *first);
        if first >= data.len() {
            return data.len();
        }
        memrchr(b'\n', &data[at..first]).map_or(at, |end| at + end + 1)
    }

    fn push(&mut self, first: usize, last: usize) {
        if let Some(rule) = self.kernel.block_rule {
            self.spans.push(Span::new(first, last, rule));
        }
    }

    fn close(&mut self) {
        if self.last <= self.first {
            return;
        }
        if self.state < DOCUMENT {
            self.push(self.first, self.last);
        } else if let Some(rule) = self.lines_rule {
            self.spans.push(Span::new(self.first, self.last, rule));
        }
    }

    fn line(&mut self, at: usize, end: usize) {
        match self.state {
            CLOSED => {
                self.outside_line(at, end);
                if self.state == CLOSED && self.lines_rule.is_some() {
                    self.open_document(at, end);
                }
            }
            DOCUMENT.. => self.document_line(at, end),
            RECORDS => self.record_line(at, end),
            FRESH | BODY => self.body_line(at, end),
            _ => self.field_line(at, end),
        }
    }

    fn open_document(&mut self, at: usize, end: usize) {
        if let Some((kind, start)) = lines::opening(&self.data[at..end]) {
            self.state = DOCUMENT + kind + lines::KINDS;
            (self.first, self.last) = (at + start, end);
        }
    }

    fn document_line(&mut self, at: usize, end: usize) {
        let line = &self.data[at..end];
        let (count, kind) = (
            (self.state - DOCUMENT) / lines::KINDS,
            (self.state - DOCUMENT) % lines::KINDS,
        );
        if count >= lines::LONGEST || !lines::goes_on(line, kind) {
            self.close();
            self.state = CLOSED;
            self.line(at, end);
            return;
        }
        self.last = end;
        self.state += lines::KINDS;
        if lines::closes(line, kind) {
            self.close();
            self.state = CLOSED;
        }
    }

    fn outside_line(&mut self, mut at: usize, end: usize) {
        let patterns = patterns();
        while self.kernel.block_rule.is_some() {
            let Some((first, last)) = patterns.begin.find(self.data, at, end) else {
                break;
            };
            let Some((_, closing)) = patterns.end.find(self.data, last, end) else {
                self.open(first, last, end);
                return;
            };
            self.push(first, closing);
            at = closing;
        }
        if self.kernel.has_names
            && let Some((name, last)) = patterns.field_name(self.data, at, end)
            && last == end
        {
            let rules = self.kernel.names.of(&self.kernel.words, name);
            if let Some(&rule) = rules.first() {
                self.state = FIELD + 2 * rule as usize;
            }
        }
    }

    fn open(&mut self, start: usize, at: usize, end: usize) {
        let last = inline_end(self.data, at, end);
        if blank(&self.data[last..end]) {
            self.state = FRESH;
            (self.first, self.last, self.blanks) = (start, last, 0);
        } else {
            self.state = RECORDS;
            self.push(start, last);
        }
    }

    fn body_line(&mut self, at: usize, end: usize) {
        let data = self.data;
        let patterns = patterns();
        let closing = patterns.end.find(data, at, end);
        if let Some((first, last)) = closing
            && blank(&data[at..first])
        {
            self.last = last;
            self.close();
            self.state = CLOSED;
            self.outside_line(last, end);
            return;
        }
        if blank(&data[at..end]) {
            self.blanks += 1;
            if self.blanks == 1 {
                return;
            }
        } else if patterns.body_line.matches(&data[at..end]) {
            self.state = BODY;
            (self.last, self.blanks) = (end, 0);
            return;
        }
        self.close();
        let fresh = self.state == FRESH;
        self.state = CLOSED;
        if fresh && (closing.is_some() || patterns.material.find(data, at, end).is_some()) {
            self.state = RECORDS;
        }
        self.line(at, end);
    }

    fn record_line(&mut self, mut at: usize, end: usize) {
        let patterns = patterns();
        if let Some((first, last)) = patterns.end.find(self.data, at, end) {
            self.state = CLOSED;
            self.push(first, last);
            self.outside_line(last, end);
            return;
        }
        let start = at;
        let mut found = false;
        while let Some((first, last)) = patterns.material.find(self.data, at, end) {
            self.push(first, last);
            found = true;
            at = last;
        }
        if !found {
            self.state = CLOSED;
            self.outside_line(start, end);
        }
    }

    fn field_line(&mut self, at: usize, end: usize) {
        let data = self.data;
        let (index, before_value) = ((self.state - FIELD) / 2, (self.state - FIELD) % 2 == 1);
        if before_value {
            self.state = CLOSED;
            let stop = if end > at && data[end - 1] == b'\r' {
                end - 1
            } else {
                end
            };
            let rule = self.kernel.pair_rule(index as u32);
            if let Some((first, last)) =
                rule.and_then(|rule| rule.secret(&self.kernel.words, data, at, stop))
            {
                self.spans.push(Span::new(first, last, index as u32));
            }
            return;
        }
        if blank(&data[at..end]) {
            self.state += 1;
        } else if !patterns().field_header.matches(&data[at..end]) {
            self.state = CLOSED;
            self.outside_line(at, end);
        }
    }
}
