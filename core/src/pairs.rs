//! The pair detector: a key that names a secret, a separator, a value.
//!
//! It starts at separators, walks back over the key, compares the key's words with the names of
//! the rules, and reads the value forward. One grammar serves JSON at any depth of escaping,
//! reprs, logfmt, URL queries, headers, environment dumps, INI, YAML, XML, tables and command lines.

use crate::bytesets::{
    BACKSLASH, ByteSet, KEY_BYTES, QUOTES, SPACES, back_over, byte_at, starts_with,
};
use crate::cells::{NAME_BYTES, cell_before, name_end, row_key};
use crate::following::{arrow_end, line_before, named_line, value_separator};
use crate::keys::{KEY_LIMIT, Words};
use crate::markers::OPENING;
use crate::names::Names;
use crate::quoting::{bare_start, colour_before, escaped_before, over_levels, quote_escape_before};
use crate::values::{quote_at, skip_spaces};
use crate::words::WordLists;
use memchr::{memmem, memrchr};

static OPERATORS: ByteSet = ByteSet::of(b"=!<>~+:");
pub static PREFIXES: ByteSet = ByteSet::of(b"bBuUrRfF");
static XML_NAME: ByteSet = KEY_BYTES.or(&ByteSet::of(b":"));
static SIBLING_GAPS: ByteSet = ByteSet::of(b" \t,;{");
static COLUMN_BYTES: ByteSet = ByteSet::of(b"abcdefghijklmnopqrstuvwxyz_");
static STARS: ByteSet = ByteSet::of(b"*");
const XML_REACH: usize = 200;
/// Rules that a stream remembers from a name to the value on the next line.
pub const MOST_RULES: usize = 3;
static ARN_BYTES: ByteSet = KEY_BYTES.or(&ByteSet::of(b":/"));
const ARN_REACH: usize = 100;
/// A run of letters and digits of at least this length before an equals sign may be base64.
const BASE64: usize = 12;
/// How far the words before an unquoted key are followed, in bytes each.
const WORD_REACH: usize = 24;

/// A key with rules: where its value may start, and where the key starts.
pub struct Named {
    pub rules: Vec<u32>,
    pub value: usize,
    pub key: usize,
}

/// Reads keys before separators.
#[derive(Clone, Copy)]
pub struct KeyReader<'a> {
    pub data: &'a [u8],
    pub low: usize,
    pub high: usize,
    pub names: &'a Names,
    pub words: &'a WordLists,
}

/// The end of the separator that starts at `at`.
#[inline]
pub fn separator_end(data: &[u8], at: usize) -> Option<usize> {
    let digit = match data[at] {
        b'%' => over_levels(data, at + 1),
        b'\\' if data[at + 1..].starts_with(b"u003") => at + 5,
        b'\\' => return None,
        _ => return Some(at + 1),
    };
    if data[at] == b'%' && byte_at(data, digit) != b'3' {
        return None;
    }
    let letter = if data[at] == b'%' { digit + 1 } else { digit };
    matches!(byte_at(data, letter), b'D' | b'd' | b'A' | b'a').then_some(letter + 1)
}

/// A filter on the bytes before the separator at `at`; what it refuses names nothing.
#[inline]
pub fn may_name(data: &[u8], names: &Names, at: usize) -> bool {
    let byte = data[at];
    if at < 2 || byte == b'>' {
        return at > 0;
    }
    if byte == b'|' {
        let end = name_end(data, at);
        return end > 0 && names.may_end(&data[end.saturating_sub(KEY_LIMIT)..end]);
    }
    let mut end = at;
    if data[at - 1] == b'm' {
        end = colour_before(data, 0, at);
        if end < 2 {
            return end > 0;
        }
    }
    let (second, mut last) = (data[end - 2], data[end - 1]);
    if byte == b',' && !QUOTES.has(last) {
        return match last {
            b' ' | b'\t' | b';' => true,
            // A quote stands before the bracket, written as it is or escaped.
            b']' | b')' => QUOTES.has(second) || matches!(second, b';' | b'2' | b'7'),
            b'2' | b'7' => second == b'2',
            b'D' | b'd' => second == b'5',
            _ => false,
        };
    }
    if QUOTES.has(last) {
        end -= 1;
        while end > 0 && data[end - 1] == b'\\' {
            end -= 1;
        }
        last = byte_at(data, end.wrapping_sub(1));
        if QUOTES.has(last) {
            return true;
        }
    }
    if !KEY_BYTES.has(last) {
        // What is quoted before a comma and ends with none of them, as a marker does, is no key.
        return byte != b',' && matches!(last, b' ' | b'\t' | b']' | b')' | b';' | b'*');
    }
    if byte == b',' && !opens_list(data, 0, back_over(data, 0, end, &KEY_BYTES, KEY_LIMIT)) {
        return false;
    }
    names.may_end(&data[end.saturating_sub(KEY_LIMIT)..end])
}

impl KeyReader<'_> {
    /// Reads the key before the separator at `at`, which ends at `after`.
    pub fn named(&self, at: usize, mut after: usize) -> Option<Named> {
        let Self {
            data, low, high, ..
        } = *self;
        let byte = data[at];
        if byte == b'>' {
            return self.xml_named(at, after);
        }
        if byte == b'|' {
            return self.row_named(at, after);
        }
        if byte == b'=' && at > low && OPERATORS.has(data[at - 1]) {
            return None;
        }
        if byte == b':' && starts_with(data, after, high, b"//") {
            return None;
        }
        let (end, quoted) = self.key_end(at);
        if byte == b',' && !quoted {
            return None;
        }
        let start = back_over(data, low, end, &KEY_BYTES, KEY_LIMIT);
        let start = bare_start(data, low, start, end);
        // The rule's name in a marker is no key.
        if end < at && data[end] == b']' && data[..start].ends_with(OPENING) {
            return None;
        }
        if start == end {
            return None;
        }
        match byte {
            b',' => {
                if !opens_list(data, low, start) {
                    return None;
                }
                after = skip_spaces(data, after, high);
                if !value_follows(data, after, high) {
                    return None;
                }
            }
            _ => after = behind_separator(data, at, after, high),
        }
        let mut words = Words::of(&data[start..end]);
        if !quoted && byte != b',' && words.len() < 3 {
            words = self.with_words_before(start, end);
        }
        let count = words.len();
        let neutral = (1..=2).contains(&count) && self.words.neutral.has(words.last());
        let mut rules = self.names.lookup(self.words, &mut words);
        if rules.is_empty() && neutral {
            rules = self.sibling(start);
            if rules.is_empty() {
                rules = self.line_sibling(at, start);
            }
        }
        if !rules.is_empty()
            && byte == b'='
            && start > low
            && b"+/".contains(&data[start - 1])
            && is_padding(&data[start..end], &data[at + 1..high])
        {
            return None;
        }
        if !rules.is_empty()
            && byte == b':'
            && start > low
            && data[start - 1] == b':'
            && in_arn(data, low, start)
        {
            return None;
        }
        if arrow_end(data, low, high) == Some(after) {
            rules.truncate(MOST_RULES);
        }
        (!rules.is_empty()).then_some(Named {
            rules,
            value: after,
            key: start,
        })
    }

    /// Steps back over what stands between a key and its separator; says whether it is a quote.
    fn key_end(&self, at: usize) -> (usize, bool) {
        let Self { data, low, .. } = *self;
        let mut end = back_over(data, low, at, &SPACES, 8);
        end = colour_before(data, low, end);
        end = back_over(data, low, end, &STARS, 3);
        if end > low && matches!(data[end - 1], b']' | b')') {
            end -= 1;
        } else if let Some((bracket, [b'5', b'D'])) = escaped_before(data, low, end) {
            end = bracket;
        }
        if let Some(escape) = quote_escape_before(data, low, end) {
            return (escape, true);
        }
        if end > low && QUOTES.has(data[end - 1]) {
            let doubled = end - 1 > low && data[end - 2] == data[end - 1];
            end -= if doubled { 2 } else { 1 };
            return (back_over(data, low, end, &BACKSLASH, 15), true);
        }
        (end, false)
    }

    /// The words of the key and of the last two space-separated pieces before it.
    fn with_words_before(&self, start: usize, end: usize) -> Words {
        let Self { data, low, .. } = *self;
        let mut pieces = [(0, 0); 2];
        let mut first = start;
        for piece in &mut pieces {
            if first <= low || data[first - 1] != b' ' {
                break;
            }
            let stop = first - 1;
            first = back_over(data, low, stop, &KEY_BYTES, WORD_REACH);
            *piece = (first, stop);
            if first == stop {
                break;
            }
        }
        let mut words = Words::new();
        for &(first, last) in pieces.iter().rev() {
            words.push(&data[first..last]);
        }
        words.push(&data[start..end]);
        words
    }

    /// Reads the name in `name="password" value="x"` and `{"key": "password", "value": "x"}`.
    fn sibling(&self, start: usize) -> Vec<u32> {
        self.sibling_name(start)
            .map_or_else(Vec::new, |name| self.names.of(self.words, name))
    }

    fn sibling_name(&self, start: usize) -> Option<&[u8]> {
        let Self { data, low, .. } = *self;
        let over_quote = |at: usize| {
            if at > low && QUOTES.has(data[at - 1]) {
                back_over(data, low, at - 1, &BACKSLASH, 15)
            } else {
                at
            }
        };
        let at = back_over(data, low, over_quote(start), &SIBLING_GAPS, 8);
        if at <= low || !QUOTES.has(data[at - 1]) {
            return None;
        }
        let quote = data[at - 1];
        let end = back_over(data, low, at - 1, &BACKSLASH, 15);
        let first = back_over(data, low, end, &NAME_BYTES, KEY_LIMIT);
        if first <= low || data[first - 1] != quote {
            return None;
        }
        let at = back_over(data, low, first - 1, &BACKSLASH, 15);
        let at = back_over(data, low, at, &SPACES, 4);
        if at <= low || !b"=:".contains(&data[at - 1]) {
            return None;
        }
        let at = over_quote(back_over(data, low, at - 1, &SPACES, 4));
        let words = Words::of(&data[back_over(data, low, at, &KEY_BYTES, KEY_LIMIT)..at]);
        (words.len() > 0 && self.words.sibling.has(words.last())).then(|| &data[first..end])
    }

    /// Reads the name in the line before one that starts with `value: x`.
    fn line_sibling(&self, at: usize, start: usize) -> Vec<u32> {
        let Self { data, low, .. } = *self;
        if value_separator(data, low, self.high, self.words) != Some((start, at)) {
            return Vec::new();
        }
        let mut rules = named_line(data, line_before(data, low), self.names, self.words);
        rules.truncate(MOST_RULES);
        rules
    }

    /// Reads the name in the first cell of a row of a table.
    fn row_named(&self, at: usize, after: usize) -> Option<Named> {
        let (start, end) = row_key(self.data, self.low, at)?;
        let rules = self.names.of(self.words, &self.data[start..end]);
        (!rules.is_empty()).then_some(Named {
            rules,
            value: after,
            key: start,
        })
    }

    /// Reads the element's name in `<password type="text">`.
    fn xml_named(&self, at: usize, after: usize) -> Option<Named> {
        let Self { data, low, .. } = *self;
        let stop = low.max(at.saturating_sub(XML_REACH));
        let key = stop + memrchr(b'<', &data[stop..at])?;
        let start = key + 1;
        let mut end = start;
        while end < at && XML_NAME.has(data[end]) {
            end += 1;
        }
        if end == start || (end < at && !SPACES.has(data[end])) {
            return None;
        }
        let name = &data[start..end];
        let mut rules = self.names.of(self.words, name);
        if rules.is_empty()
            && name.len() <= 6
            && let Some(name) = cell_before(data, low, key, name)
        {
            rules = self.names.of(self.words, name);
        }
        (!rules.is_empty()).then_some(Named {
            rules,
            value: after,
            key,
        })
    }
}

/// The equals sign behind `key`, with `rest` behind it, ends a text in base64.
fn is_padding(key: &[u8], rest: &[u8]) -> bool {
    let next = match rest {
        [first, rest @ ..] if QUOTES.has(*first) => rest.first(),
        _ => rest.first(),
    };
    let any = |member: fn(&u8) -> bool| key.iter().any(member);
    key.len() >= BASE64
        && next.is_none_or(|byte| b" \t;,)]}>".contains(byte))
        && key.iter().all(u8::is_ascii_alphanumeric)
        && any(u8::is_ascii_digit)
        && any(u8::is_ascii_lowercase)
        && any(u8::is_ascii_uppercase)
}

/// `at` is inside the name of a resource: `arn:aws:secretsmanager:...:secret:`.
fn in_arn(data: &[u8], low: usize, at: usize) -> bool {
    let start = back_over(data, low, at, &ARN_BYTES, ARN_REACH);
    memmem::find(&data[start..at], b"arn:").is_some()
}

/// Steps over what belongs to the separator at `at`, of which one byte is known.
pub fn behind_separator(data: &[u8], at: usize, after: usize, high: usize) -> usize {
    match data[at] {
        b'=' if after < high && b"=>~".contains(&data[after]) => after + 1,
        b':' if after < high && data[after] == b'=' => after + 1,
        // **password:** hunter2
        b':' if starts_with(data, after, high, b"** ") => after + 2,
        _ => after,
    }
}

/// Quoted text may be the first item of the list or tuple whose items start at `at`.
#[inline]
pub fn may_open_list(data: &[u8], mut at: usize) -> bool {
    if PREFIXES.has(byte_at(data, at)) {
        at += 1;
    }
    let byte = byte_at(data, at);
    QUOTES.has(byte) || SPACES.has(byte) || byte == b'\\'
}

/// The quoted text that starts at `start` is the first item of a list or tuple.
fn opens_list(data: &[u8], low: usize, start: usize) -> bool {
    if start <= low || !QUOTES.has(data[start - 1]) {
        return false;
    }
    let mut at = back_over(data, low, start - 1, &BACKSLASH, 15);
    if at > low && PREFIXES.has(data[at - 1]) {
        at -= 1;
    }
    at = back_over(data, low, at, &SPACES, 4);
    at > low && b"[(".contains(&data[at - 1])
}

/// A quoted text starts at `at` that is no name in a list of columns.
fn value_follows(data: &[u8], mut at: usize, high: usize) -> bool {
    if at < high && PREFIXES.has(data[at]) {
        at += 1;
    }
    let Some(opening) = quote_at(data, at, high) else {
        return false;
    };
    let mut end = opening.start;
    let stop = high.min(opening.start + KEY_LIMIT);
    while end < stop && COLUMN_BYTES.has(data[end]) {
        end += 1;
    }
    if !data[opening.start..end].contains(&b'_') {
        return true;
    }
    while end < high && data[end] == b'\\' {
        end += 1;
    }
    if end >= high || data[end] != opening.quote {
        return true;
    }
    // ("password", "last_login", ...): a third item follows.
    end = skip_spaces(data, end + 1, high);
    end >= high || data[end] != b','
}
