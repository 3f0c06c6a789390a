//! Secrets over several lines: private keys in armour, multipart form fields, and documents.
//!
//! Private keys (PEM of RFC 7468, OpenPGP of RFC 9580, PuTTY) are one finding from `BEGIN` to
//! `END`, or to the last body line when the end is missing. A field of a multipart form (RFC 7578)
//! has its name on one line and its value two lines further, and a value in YAML may be any number of
//! lines below its name (`scalars`). A document that is written line by line into a stream is one
//! finding from its first line to its last. The machine goes line by line with one small number of
//! state, so that a stream needs neither look-ahead nor memory.

use crate::armour::{blank, inline_end, patterns};
use crate::cards::{Line, names_card, run_around};
use crate::documents::lines;
use crate::engine::Kernel;
use crate::fields::escaped_fields;
use crate::following::{arrow_end, heading, key_text, line_before, name_alone, value_separator};
use crate::judge::PairRule;
use crate::pairs::{KeyReader, MOST_RULES, behind_separator};
use crate::reader::{Reader, Scanned};
use crate::scalars::{SCALAR, line_of, names_card_above, opening};
use crate::spans::Span;
use memchr::{memchr, memmem, memrchr};
use std::sync::LazyLock;

/// States: no block; the line of `BEGIN` was the last one; inside a body whose lines stand alone;
/// inside a body whose lines stand in records of their own. From `FIELD` on, for the rules packed in
/// `(state - FIELD) / 8`: a form field, in its headers (0) or before its value (1), or a value on the
/// line behind its name, with the key `value` (2) or a type (3); and 4 where the name is that of a
/// card number.
pub const CLOSED: usize = 0;
const FRESH: usize = 1;
const BODY: usize = 2;
const RECORDS: usize = 3;
const FIELD: usize = 4;
const KINDS: usize = 8;
const VALUE: usize = 1;
const SIBLING: usize = 2;
const TYPED: usize = 3;
const CARD: usize = 4;
/// From here on: a document; behind it its kind, and eight times the number of its lines.
pub const DOCUMENT: usize = 1 << 56;

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

/// The state behind the last line of `data`, if that is whole and holds a name whose value is on the
/// next line.
pub fn state_behind(kernel: &Kernel, data: &[u8]) -> usize {
    if !kernel.has_names || !data.ends_with(b"\n") {
        return CLOSED;
    }
    let (low, high) = line_before(data, data.len());
    let Some(arrow) = arrow_end(data, low, high) else {
        if let Some(heading) = heading(data, low, high) {
            // With rules, it has a state already.
            return state_of(kernel, &[], heading.name, SIBLING);
        }
        let Some(name) = name_alone(data, (low, high), &kernel.words) else {
            return CLOSED;
        };
        let rules = kernel.names.of(&kernel.words, name);
        return state_of(kernel, &rules, name, SIBLING);
    };
    let keys = KeyReader {
        data,
        low,
        high,
        names: &kernel.names,
        words: &kernel.words,
    };
    let rules = keys
        .named(arrow - 2, arrow - 1)
        .map_or_else(Vec::new, |named| named.rules);
    state_of(kernel, &rules, key_text(data, low, arrow - 2), TYPED)
}

/// A card word where the first line holds the value of a name with one above it.
pub fn outer_of(state: usize) -> Option<&'static [u8]> {
    if names_card_above(state) {
        return Some(b"card");
    }
    let kind = state.checked_sub(FIELD).filter(|_| state < SCALAR)? % KINDS;
    (kind == SIBLING + CARD || kind == TYPED + CARD).then_some(b"card")
}

/// The rules that a state remembers.
fn unpacked(kernel: &Kernel, mut packed: usize) -> impl Iterator<Item = (u32, &PairRule)> {
    let base = kernel.pairs.len() + 1;
    std::iter::from_fn(move || {
        let index = (packed % base).checked_sub(1)?;
        packed /= base;
        Some(index as u32)
    })
    .filter_map(|index| Some((index, kernel.pair_rule(index)?)))
}

fn state_of(kernel: &Kernel, rules: &[u32], name: &[u8], mut kind: usize) -> usize {
    if kernel.cards.is_some() && names_card(&kernel.words, name) {
        kind += CARD;
    } else if rules.is_empty() {
        return CLOSED;
    }
    let packed = rules
        .iter()
        .take(MOST_RULES)
        .rev()
        .fold(0, |packed, &rule| {
            packed * (kernel.pairs.len() + 1) + rule as usize + 1
        });
    FIELD + KINDS * packed + kind
}

/// Finds the blocks of `data`, which is whole lines, starting from `state`; returns the state at
/// the end and how many bytes there a stream must hold back. `openings` are places in the lines that
/// have a value below them, in their order.
pub fn blocks_in(
    kernel: &Kernel,
    data: &[u8],
    state: usize,
    lines_rule: Option<u32>,
    openings: &[usize],
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
        openings,
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
    /// Places in the lines that have a value below them and that were not passed.
    openings: &'a [usize],
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
        let passed = self
            .openings
            .iter()
            .take_while(|&&place| place < at)
            .count();
        self.openings = &self.openings[passed..];
        let known = self.marks.iter().chain(self.openings.first()).min();
        let first = known.map_or(data.len(), |first| *first);
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
            SCALAR.. => self.scalar_line(at, end),
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
        if !self.kernel.has_names {
            return;
        }
        match patterns.field_name(self.data, at, end) {
            Some((name, last)) if last == end => {
                let rules = self.kernel.names.of(&self.kernel.words, name);
                self.state = state_of(self.kernel, &rules, name, 0);
            }
            _ => {
                escaped_fields(self.kernel, self.data, at, end, self.spans);
                self.state = opening(self.kernel, self.data, at, end).unwrap_or(CLOSED);
            }
        }
    }

    fn scalar_line(&mut self, at: usize, end: usize) {
        let found = line_of(self.kernel, self.data, at, end, self.state);
        self.state = CLOSED;
        let Some((state, span)) = found else {
            self.line(at, end);
            return;
        };
        self.outside_line(at, end);
        if let Some(mut span) = span {
            if self.state == FRESH {
                span.end = self.first;
            }
            if span.start < span.end {
                self.spans.push(span);
            }
        }
        // A key in armour has a state of its own, which goes before; so have other values, unless
        // all is gone here.
        if self.state == CLOSED || (self.state >= FIELD && state % 2 == 1) {
            self.state = state;
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
        let (packed, kind) = ((self.state - FIELD) / KINDS, (self.state - FIELD) % KINDS);
        if kind == VALUE + CARD {
            self.cards(at, end);
        }
        let kind = kind & !CARD;
        if matches!(kind, SIBLING | TYPED) {
            self.state = CLOSED;
            self.value_line(at, end, packed, kind);
            self.line(at, end);
            return;
        }
        if kind == VALUE {
            self.state = CLOSED;
            let stop = if end > at && data[end - 1] == b'\r' {
                end - 1
            } else {
                end
            };
            let kernel = self.kernel;
            let secret = unpacked(kernel, packed).find_map(|(index, rule)| {
                let (first, last) = rule.secret(&kernel.words, data, at, stop)?;
                Some(Span::new(first, last, index))
            });
            self.spans.extend(secret);
            return;
        }
        if blank(&data[at..end]) {
            self.state += 1;
        } else if !patterns().field_header.matches(&data[at..end]) {
            self.state = CLOSED;
            self.outside_line(at, end);
        }
    }

    /// Reads the value in a line whose name is on the line before it.
    fn value_line(&mut self, at: usize, end: usize, packed: usize, kind: usize) {
        let (data, kernel) = (self.data, self.kernel);
        let separator = value_separator(data, at, end, &kernel.words);
        let (key, after) = match separator {
            Some((key, separator)) if kind == SIBLING => (key, separator + 1),
            _ if kind == TYPED => (at, at),
            _ => return,
        };
        for (index, rule) in unpacked(kernel, packed) {
            let mut reader = Reader {
                data,
                low: at,
                high: end,
                rule,
                words: &kernel.words,
                key,
                after_separator: after,
                scanned: &mut Scanned::default(),
            };
            let spans = &mut *self.spans;
            let mut found = |first, last| spans.push(Span::new(first, last, index));
            let last = if kind == TYPED {
                reader.line(at, &mut found)
            } else {
                reader.read(behind_separator(data, after - 1, after, end), &mut found)
            };
            if last.is_some() {
                return;
            }
        }
    }

    /// Looks for cards in a line that a form field with a card word stands above.
    fn cards(&mut self, low: usize, high: usize) {
        let Some(cards) = &self.kernel.cards else {
            return;
        };
        let line = Line {
            data: self.data,
            low,
            high,
            outer: b"card",
        };
        let mut at = low;
        while let Some(offset) = self.data[at..high].iter().position(u8::is_ascii_digit) {
            let (first, last, enough) = run_around(self.data, at + offset);
            if enough {
                let mut found = |first, last| self.spans.push(Span::new(first, last, cards.rule));
                cards.in_run(line, &self.kernel.words, (first, last), &mut found);
            }
            at = last.min(high);
        }
    }
}
