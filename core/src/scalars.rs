//! Values that stand in the lines below their name, further to the right, as in YAML.
//!
//! `password: |` and a text of any number of lines below it, and `password:` with its value alone in
//! the next line, or with one value in each item of a list. A line is part of the value when it is
//! indented deeper than the name. What a stream must know from one line to the next is in one number.

use crate::blocks::{CLOSED, DOCUMENT};
use crate::bytesets::{BACKSLASH, ByteSet, KEY_BYTES, QUOTES, SPACES, back_over, byte_at};
use crate::cards::names_card;
use crate::cells::is_word;
use crate::engine::Kernel;
use crate::following::{arrow_end, heading, name_above, name_alone, typed_value, value_separator};
use crate::keys::KEY_LIMIT;
use crate::markers::OPENING;
use crate::pairs::MOST_RULES;
use crate::quoting::bare_start;
use crate::spans::Span;
use crate::values::quote_at;
use memchr::{memchr, memchr3, memmem};

/// States from here on, up to those of documents, are those of a value that goes on.
pub const SCALAR: usize = DOCUMENT >> 1;
/// Lines below a name that are looked at.
const LINES: usize = 256;
/// How far to the right a name may stand.
const INDENTED: usize = 64;
/// States of the same place.
const FLAGS: usize = 16;
static INDENT: ByteSet = ByteSet::of(b" \t-");
static CHOMPING: ByteSet = ByteSet::of(b"+-0123456789");
/// What starts something other than a plain value.
static OTHER: ByteSet = ByteSet::of(b"{[]},&*!#|>%@?:\"'`");
static NAME: ByteSet =
    ByteSet::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

/// A value that goes on.
struct Scalar {
    /// The rules of its name, packed.
    rules: usize,
    /// How far to the right its name stands.
    indent: usize,
    /// How many lines may follow.
    left: usize,
    /// It is a text of lines, introduced by `|` or `>`; else a value or a list of them.
    block: bool,
    /// A line of it was a secret, so all lines that follow are.
    sure: bool,
    /// The last line names a card number.
    card: bool,
    /// The last line names a value that may be on the next one.
    named: bool,
}

impl Scalar {
    fn of(state: usize) -> Self {
        let (packed, flags) = ((state - SCALAR) / FLAGS, (state - SCALAR) % FLAGS);
        let (packed, indent) = (packed / (INDENTED + 1), packed % (INDENTED + 1));
        Self {
            rules: packed / (LINES + 1),
            indent,
            left: packed % (LINES + 1),
            block: flags & 2 > 0,
            sure: flags & 1 > 0,
            card: flags & 4 > 0,
            named: flags & 8 > 0,
        }
    }

    fn state(&self) -> usize {
        let packed = (self.rules * (LINES + 1) + self.left) * (INDENTED + 1) + self.indent;
        let flags = [self.sure, self.block, self.card, self.named];
        let flags = flags
            .iter()
            .rev()
            .fold(0, |sum, &flag| 2 * sum + usize::from(flag));
        SCALAR + FLAGS * packed + flags
    }

    /// The state behind the line `data[low..high]`, which is part of the value.
    fn behind(mut self, kernel: &Kernel, data: &[u8], low: usize, high: usize) -> usize {
        if self.left == 0 {
            return CLOSED;
        }
        self.named = name_alone(data, (low, high), &kernel.words)
            .is_some_and(|name| !name.is_empty())
            || arrow_end(data, low, high).is_some();
        if self.named && !self.sure {
            return CLOSED;
        }
        self.card = high < data.len()
            && name_above(data, high + 1, &kernel.words)
                .is_some_and(|name| names_card(&kernel.words, name));
        self.state()
    }

    /// Reads a line as part of the value: the finding, and whether more lines may follow.
    fn content(
        &mut self,
        kernel: &Kernel,
        data: &[u8],
        low: usize,
        high: usize,
    ) -> Option<(Option<Span>, bool)> {
        let (mut start, stop) = bounds(data, low, high);
        self.left -= 1;
        if start < stop && start - low <= self.indent {
            return None;
        }
        if self.block {
            // An earlier pass has been here, and left what is left.
            if !self.sure && memmem::find(&data[start..stop], OPENING).is_some() {
                return None;
            }
            let mut span = None;
            if start < stop {
                span = self.judged(kernel, data, start, stop);
                self.sure = span.is_some_and(|span| (span.start, span.end) == (start, stop));
            }
            return Some((span, true));
        }
        if start == stop {
            return None;
        }
        let item = data[start..stop].starts_with(b"- ");
        if item {
            start = over_spaces(data, start + 2, stop);
        }
        let (first, last) = plain(data, start, stop)?;
        Some((Some(self.judged(kernel, data, first, last)?), item))
    }

    fn judged(&self, kernel: &Kernel, data: &[u8], start: usize, stop: usize) -> Option<Span> {
        let base = kernel.pairs.len() + 1;
        let mut packed = self.rules;
        while packed > 0 {
            let index = (packed % base).checked_sub(1)?;
            packed /= base;
            if self.sure {
                return Some(Span::new(start, stop, index as u32));
            }
            let rule = kernel.pair_rule(index as u32)?;
            if let Some((first, last)) = rule.secret(&kernel.words, data, start, stop) {
                return Some(Span::new(first, last, index as u32));
            }
        }
        None
    }
}

/// What follows the separator at `at` may announce a value in the lines below: the line's end, or
/// what introduces a text of lines. Says as well whether an escape may be the line's end.
pub fn may_open(data: &[u8], at: usize) -> (bool, bool) {
    if data[at] != b':' {
        return (false, false);
    }
    let next = over_spaces(data, at + 1, data.len().min(at + 9));
    match byte_at(data, next) {
        b'|' | b'>' => (true, true),
        byte => (matches!(byte, b'\n' | b'\r'), byte == b'\\'),
    }
}

/// The state behind a line that is nothing but `password: |` or `password:`.
pub fn opening(kernel: &Kernel, data: &[u8], low: usize, high: usize) -> Option<usize> {
    let heading = heading(data, low, high)?;
    let scalar = Scalar {
        rules: packed_rules(kernel, heading.name, most_rules(kernel))?,
        indent: heading.indent,
        left: LINES,
        block: heading.block,
        sure: false,
        card: names_card(&kernel.words, heading.name),
        named: false,
    };
    Some(scalar.state())
}

/// How many rules of a name a state has room for: it is no state of a document's.
fn most_rules(kernel: &Kernel) -> usize {
    let room = (DOCUMENT - SCALAR) / (FLAGS * (LINES + 1) * (INDENTED + 1));
    let fits = |&most: &u32| {
        (kernel.pairs.len() + 1)
            .checked_pow(most)
            .is_some_and(|packed| packed <= room)
    };
    (2..=MOST_RULES as u32)
        .rev()
        .find(fits)
        .map_or(1, |most| most as usize)
}

/// The first rules of a name, at most so many, packed.
fn packed_rules(kernel: &Kernel, name: &[u8], most: usize) -> Option<usize> {
    let rules = kernel.names.of(&kernel.words, name);
    let base = kernel.pairs.len() + 1;
    let pack = |packed, &rule: &u32| packed * base + rule as usize + 1;
    let packed = rules.iter().take(most).rev().fold(0, pack);
    (packed > 0).then_some(packed)
}

/// The line before the first one names a card number.
pub fn names_card_above(state: usize) -> bool {
    (SCALAR..DOCUMENT).contains(&state) && (state - SCALAR) & 4 > 0
}

/// Looks at the line behind `state`; returns the state behind it and the finding, if there is one.
/// `None` when the line is no part of the value.
pub fn line_of(
    kernel: &Kernel,
    data: &[u8],
    low: usize,
    high: usize,
    state: usize,
) -> Option<(usize, Option<Span>)> {
    let mut scalar = Scalar::of(state);
    match scalar.content(kernel, data, low, high) {
        Some((span, true)) => Some((scalar.behind(kernel, data, low, high), span)),
        Some((span, false)) => Some((CLOSED, span)),
        // All of a text is gone, so what its last line was about is not looked up.
        None if scalar.named
            && (value_separator(data, low, high, &kernel.words).is_some()
                || is_typed(data, low, high)) =>
        {
            let (start, stop) = bounds(data, low, high);
            scalar.sure = true;
            Some((CLOSED, scalar.judged(kernel, data, start, stop)))
        }
        None => None,
    }
}

/// Finds the value of the name before the separator at `colon` in lines whose breaks are escapes, as
/// in JSON: `{"config": "password: |\n  hunter2\n"}`.
pub fn escaped_lines(
    kernel: &Kernel,
    data: &[u8],
    (low, high): (usize, usize),
    colon: usize,
    gone: &mut usize,
    spans: &mut Vec<Span>,
) {
    if colon < *gone {
        return; // part of a value whose lines all are gone
    }
    let Some((block, depth, mut at)) = escaped_break(data, colon, high) else {
        return;
    };
    let start = back_over(data, low, colon, &KEY_BYTES, KEY_LIMIT);
    let start = bare_start(data, low, start, colon);
    let first = back_over(data, low, start, &INDENT, INDENTED);
    let opened = first == low
        || matches!(data[first - 1], b'"' | b'\'')
        || data[low..first].ends_with(b"\\n");
    if !opened {
        return;
    }
    let Some(rules) = packed_rules(kernel, &data[start..colon], MOST_RULES) else {
        return;
    };
    let mut scalar = Scalar {
        rules,
        indent: start - first,
        left: LINES,
        block,
        sure: false,
        card: false,
        named: false,
    };
    loop {
        let (end, after) = escaped_end(data, at, high, depth);
        let Some((span, goes_on)) = scalar.content(kernel, data, at, end) else {
            return;
        };
        // Another name is looked at for itself: a line is read once.
        if !scalar.sure && is_named(data, at, end) {
            return;
        }
        spans.extend(span);
        if scalar.sure {
            *gone = end;
        }
        match after {
            Some(after) if goes_on && scalar.left > 0 => at = after,
            _ => return,
        }
    }
}

/// `:[ \t]{0,8}(?:[ \t]([|>])[+\-0-9]{0,2}[ \t]{0,8})?(?:\\{1,8}r)?(\\{1,8})n` at `colon`: whether
/// there is the first group, the size of the second one, and the end.
fn escaped_break(data: &[u8], colon: usize, high: usize) -> Option<(bool, usize, usize)> {
    let mut at = over(data, colon + 1, high, 9, &SPACES);
    let block = at < high && matches!(data[at], b'|' | b'>') && at > colon + 1;
    if block {
        at = over(data, at + 1, high, 2, &CHOMPING);
        at = over(data, at, high, 8, &SPACES);
    } else if at > colon + 9 {
        return None;
    }
    let mut end = over(data, at, high, 8, &BACKSLASH);
    if end > at && end < high && data[end] == b'r' {
        at = end + 1;
        end = over(data, at, high, 8, &BACKSLASH);
    }
    (end > at && end < high && data[end] == b'n').then_some((block, end - at, end + 1))
}

fn over(data: &[u8], mut at: usize, high: usize, limit: usize, members: &ByteSet) -> usize {
    let stop = high.min(at + limit);
    while at < stop && members.has(data[at]) {
        at += 1;
    }
    at
}

/// `(?::|[|>][+\-0-9]{0,2})$`
fn is_named(data: &[u8], low: usize, high: usize) -> bool {
    let mark = back_over(data, low, high, &CHOMPING, 2);
    high > low && (data[high - 1] == b':' || (mark > low && matches!(data[mark - 1], b'|' | b'>')))
}

/// Finds where the escaped line from `at` on ends, and where the next one starts.
fn escaped_end(data: &[u8], low: usize, high: usize, depth: usize) -> (usize, Option<usize>) {
    let mut at = low;
    while let Some(offset) = memchr3(b'\\', b'"', b'\'', &data[at..high]) {
        let start = at + offset;
        at = over(data, start, high, high, &BACKSLASH);
        let run = at - start;
        let last = if at < high { data[at] } else { 0 };
        if run > 0 && !matches!(last, b'n' | b'r' | b'"' | b'\'') {
            continue;
        }
        at += 1;
        if last == b'n' && run % (2 * depth) == depth {
            let mut end = at - 1 - depth;
            // A carriage return before it.
            if let Some(first) = end.checked_sub(depth + 1).filter(|&first| first >= low)
                && data[end - 1] == b'r'
                && data[first..end - 1].iter().all(|&byte| byte == b'\\')
            {
                end = first;
            }
            return (end, Some(at));
        }
        let ends_repr = || at >= high || matches!(data[at], b',' | b')' | b'}' | b']');
        if run < depth && (last == b'"' || (last == b'\'' && ends_repr())) {
            return (start, None);
        }
    }
    (high, None)
}

/// The bounds of what stands in a line, without the space around it.
fn bounds(data: &[u8], low: usize, high: usize) -> (usize, usize) {
    let mut stop = high;
    if stop > low && data[stop - 1] == b'\r' {
        stop -= 1;
    }
    stop = back_over(data, low, stop, &SPACES, stop - low);
    (over_spaces(data, low, stop), stop)
}

/// The line holds a value such as `string(7) "hunter2"`.
fn is_typed(data: &[u8], low: usize, high: usize) -> bool {
    let at = typed_value(data, low, high);
    at > low && quote_at(data, at, high).is_some()
}

fn over_spaces(data: &[u8], mut at: usize, stop: usize) -> usize {
    while at < stop && SPACES.has(data[at]) {
        at += 1;
    }
    at
}

/// The bounds of the value that is all of `data[start..stop]`: one word, or quoted.
fn plain(data: &[u8], start: usize, stop: usize) -> Option<(usize, usize)> {
    let word = data.get(start..stop).filter(|word| !word.is_empty())?;
    if QUOTES.has(word[0]) {
        let closed = memchr(word[0], &word[1..]) == Some(word.len() - 2) && word.len() > 2;
        return closed.then_some((start + 1, stop - 1));
    }
    let spaced = word.iter().any(|&byte| SPACES.has(byte));
    let plain = !OTHER.has(word[0]) && !spaced && !is_mapping(word) && !is_word(word, false);
    plain.then_some((start, stop))
}

/// `[A-Za-z_][A-Za-z0-9_.\-]*(?:[=:][^=]|:$)`
fn is_mapping(word: &[u8]) -> bool {
    if !(word[0].is_ascii_alphabetic() || word[0] == b'_') {
        return false;
    }
    let size = word.iter().take_while(|&&byte| NAME.has(byte)).count();
    match word.get(size) {
        Some(b':') => word.get(size + 1) != Some(&b'='),
        Some(b'=') => word.get(size + 1).is_some_and(|&byte| byte != b'='),
        _ => false,
    }
}
