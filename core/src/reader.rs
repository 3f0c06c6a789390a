//! Reading the value of a key: quoted, listed, in an element, or bare.

use crate::bytesets::{ALNUM, ByteSet, QUOTES, SPACES, back_over, starts_with, strip};
use crate::judge::{Mode, PairRule};
use crate::markers::marker_end;
use crate::pairs::PREFIXES;
use crate::quoting::{colour_end, quote_escape_end};
use crate::values::{
    Opening, closes_string, doubled_quote_end, quote_at, quoted_end, skip_spaces, string_end,
    text_end, unquoted_end,
};
use crate::words::WordLists;
use memchr::{memchr, memmem};

static CALL_BYTES: ByteSet = ALNUM.or(&ByteSet::of(b"_."));
static INDENT: ByteSet = ByteSet::of(b" \t-");
static NAME_START: ByteSet = ByteSet::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_");
static NAME_BYTES: ByteSet = ALNUM.or(&ByteSet::of(b"_.-"));
/// Items of a list under a sensitive key that are read one by one.
const LIST_ITEMS: usize = 64;
/// Longest value in brackets without quotes, in bytes.
const BRACKETED: usize = 1024;

/// Ends that were looked for already, so that many keys in one long value cost no more than one.
#[derive(Default)]
pub struct Scanned {
    unquoted: (usize, usize),
    text: (usize, usize),
    cdata: (usize, usize),
}

impl Scanned {
    /// The end of a header's text from `at`; it is the same from everywhere before it.
    fn text_end(&mut self, data: &[u8], at: usize, high: usize) -> usize {
        if !(self.text.0 <= at && at <= self.text.1) {
            self.text = (at, text_end(data, at, high));
        }
        self.text.1
    }

    /// Where the next `]]>` is, or `high`.
    fn cdata_end(&mut self, data: &[u8], at: usize, high: usize) -> usize {
        if !(self.cdata.0 <= at && at <= self.cdata.1) {
            let found = memmem::find(&data[at..high], b"]]>");
            self.cdata = (at, found.map_or(high, |offset| at + offset));
        }
        self.cdata.1
    }
}

pub struct Reader<'a> {
    pub data: &'a [u8],
    pub low: usize,
    pub high: usize,
    pub rule: &'a PairRule,
    pub words: &'a WordLists,
    pub key: usize,
    pub after_separator: usize,
    pub scanned: &'a mut Scanned,
}

impl Reader<'_> {
    /// Reports the secrets in the value at `at`; says where the last one ends.
    pub fn read(&mut self, at: usize, found: &mut impl FnMut(usize, usize)) -> Option<usize> {
        let (data, high) = (self.data, self.high);
        let separator = data[self.after_separator - 1];
        if separator == b'>' && data[self.key] == b'<' {
            return self.xml(at, found);
        }
        let direct = at;
        let at = skip_spaces(data, colour_end(data, at, high), high);
        let at = colour_end(data, at, high);
        let at = self.skip_prefix(at);
        let escape = quote_escape_end(data, at, high);
        if let Some(start) = escape.or_else(|| doubled_quote_end(data, at, high)) {
            let end = memmem::find(&data[start..high], &data[at..start])
                .map_or(high, |offset| start + offset);
            return self.judged(start, string_end(data, start, end, high), found);
        }
        if let Some(opening) = quote_at(data, at, high) {
            if self.is_closing(opening) {
                return None;
            }
            let (end, _) = self.quoted_end(opening);
            return self.judged(opening.start, end, found);
        }
        if at >= high {
            return None;
        }
        if data[at] == b'[' && marker_end(data, at, high) == at {
            if separator == b':'
                && at == direct
                && self.bare_key()
                && quote_at(data, at + 1, high).is_none()
            {
                return self.bracketed(at + 1, b']', found);
            }
            return self.list(at + 1, found);
        }
        if data[at] == b'(' && data[self.low..at].ends_with(b")=") {
            return self.bracketed(at + 1, b')', found);
        }
        if matches!(self.rule.mode, Mode::Pattern(_)) {
            return self.judged(at, high, found);
        }
        if b"{(,;&)]}>".contains(&data[at]) {
            return None;
        }
        self.unquoted(at, separator, found)
    }

    /// No quote stands between the key and its separator.
    fn bare_key(&self) -> bool {
        let key_end = back_over(self.data, self.low, self.after_separator - 1, &SPACES, 8);
        key_end == self.low || !QUOTES.has(self.data[key_end - 1])
    }

    /// Reads what a program in Go or a database writes: `key:[value]`, `(key)=(value)`.
    fn bracketed(
        &self,
        at: usize,
        closer: u8,
        found: &mut impl FnMut(usize, usize),
    ) -> Option<usize> {
        let stop = self.high.min(at + BRACKETED);
        let size = memchr(closer, &self.data[at..stop])?;
        (size > 0).then(|| self.judged(at, at + size, found))?
    }

    /// The quote ends the string that `password=` stands in.
    fn is_closing(&self, opening: Opening) -> bool {
        self.bare_key()
            && opening.quote == b'"'
            && closes_string(self.data, opening.start - 1, self.high)
    }

    fn quoted_end(&self, opening: Opening) -> (usize, usize) {
        let (end, after) = quoted_end(self.data, opening, self.high);
        if opening.quote == b'"' {
            return (end, after);
        }
        let end = string_end(self.data, opening.start, end, self.high);
        (end, after)
    }

    fn judged(
        &self,
        start: usize,
        end: usize,
        found: &mut impl FnMut(usize, usize),
    ) -> Option<usize> {
        let (first, last) = self.rule.secret(self.words, self.data, start, end)?;
        found(first, last);
        Some(last)
    }

    /// Steps over `b` in `b'...'` and `SecretStr(` in `SecretStr('...')`.
    fn skip_prefix(&self, at: usize) -> usize {
        let (data, high) = (self.data, self.high);
        let mut end = at;
        let stop = high.min(at + 40);
        while end < stop && CALL_BYTES.has(data[end]) {
            end += 1;
        }
        if end == at {
            return at;
        }
        if end - at <= 2 && PREFIXES.has(data[at]) && quote_at(data, end, high).is_some() {
            return end;
        }
        if end < high && data[end] == b'(' {
            let mut inner = end + 1;
            if inner < high && PREFIXES.has(data[inner]) {
                inner += 1;
            }
            if quote_at(data, inner, high).is_some() {
                return inner;
            }
        }
        at
    }

    fn list(&self, mut at: usize, found: &mut impl FnMut(usize, usize)) -> Option<usize> {
        let (data, high) = (self.data, self.high);
        let mut last = None;
        for _ in 0..LIST_ITEMS {
            at = self.skip_prefix(skip_spaces(data, at, high));
            let Some(opening) = quote_at(data, at, high) else {
                break;
            };
            if self.is_closing(opening) {
                break;
            }
            let (end, after) = self.quoted_end(opening);
            last = self.judged(opening.start, end, found).or(last);
            at = skip_spaces(data, after, high);
            if at >= high || data[at] != b',' {
                break;
            }
            at += 1;
        }
        last
    }

    fn xml(&mut self, mut at: usize, found: &mut impl FnMut(usize, usize)) -> Option<usize> {
        let (data, high) = (self.data, self.high);
        let end = if starts_with(data, at, high, b"<![CDATA[") {
            at += 9;
            self.scanned.cdata_end(data, at, high)
        } else {
            at + memchr(b'<', &data[at..high])?
        };
        let closes = |text| starts_with(data, end, high, text);
        let closed = closes(b"</") || closes(b"]]>") || closes(b"<\\/");
        if closed && string_end(data, at, end, high) == end {
            return self.judged(at, end, found);
        }
        None
    }

    fn unquoted(
        &mut self,
        at: usize,
        separator: u8,
        found: &mut impl FnMut(usize, usize),
    ) -> Option<usize> {
        let (data, high) = (self.data, self.high);
        let colon = separator == b':';
        match self.rule.mode {
            Mode::Header => return self.judged(at, high, found),
            Mode::Text if colon => {
                let end = self.scanned.text_end(data, at, high);
                return self.judged(at, end, found);
            }
            _ => {}
        }
        let marker = marker_end(data, at, high);
        if marker > at && (marker >= high || !ALNUM.has(data[marker])) {
            return None;
        }
        let (first, mut end) = self.scanned.unquoted;
        if !(first < at && at < end) {
            let escaped = !b"=:>,".contains(&separator);
            end = unquoted_end(data, at, high, escaped);
            self.scanned.unquoted = (at, end);
        }
        if matches!(self.rule.mode, Mode::Any) && self.whole_line(at, end) {
            end = high;
            while end > at && b" \t\r".contains(&data[end - 1]) {
                end -= 1;
            }
        } else if colon && self.is_prose(at, end) {
            return None;
        }
        self.judged(at, end, found)
    }

    /// `key: value` is all that the line holds, as in YAML, INI and .env files.
    fn whole_line(&self, at: usize, end: usize) -> bool {
        let (data, high) = (self.data, self.high);
        if end >= high || !SPACES.has(data[end]) {
            return false;
        }
        let before = back_over(data, self.low, self.key, &INDENT, 40);
        if before > self.low || next_name(&data[end..high]) {
            return false;
        }
        let comment = skip_spaces(data, end, high);
        if comment < high && b"#;".contains(&data[comment]) {
            return false;
        }
        !self.is_prose(at, end)
    }

    fn is_prose(&self, at: usize, end: usize) -> bool {
        let word = strip(&self.data[at..end], b".,;:!?()");
        word.len() <= 16 && self.words.prose.has_lower(word)
    }
}

/// `[ \t][A-Za-z_][A-Za-z0-9_.\-]*[=:]` is somewhere in `text`.
fn next_name(text: &[u8]) -> bool {
    let mut at = 0;
    while at + 1 < text.len() {
        at += 1;
        if !SPACES.has(text[at - 1]) || !NAME_START.has(text[at]) {
            continue;
        }
        while at < text.len() && NAME_BYTES.has(text[at]) {
            at += 1;
        }
        if at < text.len() && matches!(text[at], b'=' | b':') {
            return true;
        }
    }
    false
}
