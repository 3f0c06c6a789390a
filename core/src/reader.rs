//! Reading the value of a key: quoted, listed, in an element, or bare.

use crate::bytesets::{ALNUM, ByteSet, QUOTES, SPACES, back_over, byte_at, starts_with, strip};
use crate::cells::{cell_end, is_word};
use crate::following::{arrow_end, typed_value};
use crate::judge::{Mode, PairRule};
use crate::markers::marker_end;
use crate::pairs::PREFIXES;
use crate::quoting::{colour_end, quote_escape_end};
use crate::values::{
    Opening, closes_string, doubled_quote_end, may_start, quote_at, quoted_end, skip_spaces,
    string_end, text_end, unquoted_end,
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
    /// What is before this place is part of a value whose lines all are gone.
    pub gone: usize,
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
        let mut at = at;
        if data[at - 1] == b'>' {
            if arrow_end(data, self.low, high) == Some(at) {
                return self.line(high + 1, found).map(|_| at);
            }
            at = typed_value(data, at, high);
        }
        let direct = at;
        let at = skip_spaces(data, colour_end(data, at, high), high);
        let at = colour_end(data, at, high);
        let at = self.skip_prefix(at);
        let escape = quote_escape_end(data, at, high);
        if let Some(start) = escape.or_else(|| doubled_quote_end(data, at, high)) {
            let mut end = memmem::find(&data[start..high], &data[at..start])
                .map_or(high, |offset| start + offset);
            let behind = end + (start - at);
            if behind < high && ALNUM.has(data[behind]) {
                // ?password=%27abc%27def&x=1
                let escaped = !b"=:>,|".contains(&separator);
                end = end.max(self.unquoted_end(start, escaped));
            }
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
        if data[at] == b'['
            && marker_end(data, at, high) == at
            && !may_start(data, self.low, at, high)
        {
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
        if separator == b'|' {
            return self.cell(at, found);
        }
        if matches!(self.rule.mode, Mode::Pattern(_)) {
            let end = if b"=:>,|".contains(&separator) {
                high
            } else {
                self.unquoted_end(at, true)
            };
            return self.judged(at, end, found);
        }
        if !may_start(data, self.low, at, high) {
            return None;
        }
        self.unquoted(at, separator, found)
    }

    /// Reads the value of a key that the line before the one at `low` ends with.
    pub fn line(&self, low: usize, found: &mut impl FnMut(usize, usize)) -> Option<usize> {
        let data = self.data;
        let rest = data.get(low..)?;
        let high = memchr(b'\n', rest).map_or(data.len(), |end| low + end);
        let at = typed_value(data, low, high);
        let opening = quote_at(data, at, high).filter(|_| at > low)?;
        let (end, _) = quoted_end(data, opening, high);
        self.judged(opening.start, end, found)
    }

    fn cell(&self, at: usize, found: &mut impl FnMut(usize, usize)) -> Option<usize> {
        let end = cell_end(self.data, at, self.high);
        let text = matches!(self.rule.mode, Mode::Text);
        if (text || matches!(self.rule.mode, Mode::Any)) && is_word(&self.data[at..end], text) {
            return None;
        }
        self.judged(at, end, found)
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
        if !self.bare_key() || opening.quote != b'"' {
            return false;
        }
        // "password=" id=7
        let spaced = || self.opener() == Some(b'"') && byte_at(self.data, opening.start) == b' ';
        closes_string(self.data, opening.start - 1, self.high) || spaced()
    }

    /// The quote that stands right before the key.
    fn opener(&self) -> Option<u8> {
        (self.key > self.low && QUOTES.has(self.data[self.key - 1]))
            .then(|| self.data[self.key - 1])
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
                let (first, last) = self.rule.secret(self.words, data, at, end)?;
                let last = self.spoken_end(first, last);
                found(first, last);
                return Some(last);
            }
            _ => {}
        }
        let marker = marker_end(data, at, high);
        if marker > at && (marker >= high || !ALNUM.has(data[marker])) {
            return None;
        }
        let mut end = self.unquoted_end(at, !b"=:>,|".contains(&separator));
        if colon && data[self.low..self.key].ends_with(b"//") {
            // https://token:3f9a7c21@host
            end = memchr(b'@', &data[at..end]).map_or(end, |offset| at + offset);
        }
        let text = matches!(self.rule.mode, Mode::Text);
        if (text || matches!(self.rule.mode, Mode::Any)) && self.whole_line(at, end) {
            end = high;
            while end > at && b" \t\r".contains(&data[end - 1]) {
                end -= 1;
            }
        } else if let Some(quote) = self.opener().filter(|_| text) {
            // "passphrase=correct horse battery"
            end = memchr(quote, &data[end.min(high)..high]).map_or(end, |offset| end + offset);
        } else if colon && self.is_prose(at, end) {
            return None;
        }
        self.judged(at, end, found)
    }

    fn unquoted_end(&mut self, at: usize, escaped: bool) -> usize {
        let (first, end) = self.scanned.unquoted;
        if first < at && at < end {
            return end;
        }
        let end = unquoted_end(self.data, self.low, at, self.high, escaped);
        self.scanned.unquoted = (at, end);
        end
    }

    /// Where a text of several words behind a colon ends, before `end`.
    ///
    /// `{Passphrase:winter Port:5432}` ends at the next name, `passphrase: Xk3!z, trying again` at
    /// the comma: what stands before it is no word of a phrase.
    fn spoken_end(&mut self, at: usize, end: usize) -> usize {
        let data = self.data;
        if data[at - 1] == b':' {
            let mut from = at;
            let mut last = end;
            while let Some((start, behind)) = next_name(data, from, end) {
                if !b";,".contains(&data[start - 1]) {
                    last = start;
                    break;
                }
                from = behind;
            }
            if last < end || end == self.high {
                while last > at + 1 && b"]})".contains(&data[last - 1]) {
                    last -= 1;
                }
            }
            return last;
        }
        let word = self.unquoted_end(at, false);
        let is_word = data[at..word.max(at)].iter().all(u8::is_ascii_alphabetic);
        if word + 1 < end && data[word..].starts_with(b", ") && !is_word {
            let named = next_name(data, word + 1, end).is_some_and(|(start, _)| start == word + 1);
            if !named {
                return word;
            }
        }
        end
    }

    /// `key: value` is all that the line holds, as in YAML, INI and .env files.
    fn whole_line(&self, at: usize, end: usize) -> bool {
        let (data, high) = (self.data, self.high);
        if end >= high || !SPACES.has(data[end]) {
            return false;
        }
        let before = back_over(data, self.low, self.key, &INDENT, 40);
        if before > self.low || next_name(data, end, high).is_some() {
            return false;
        }
        let comment = skip_spaces(data, end, high);
        if comment < high && b"#;=".contains(&data[comment]) {
            return false;
        }
        // "passphrase = correct horse battery": a phrase may start with any word.
        let phrase = matches!(self.rule.mode, Mode::Text) && data[self.after_separator - 1] != b':';
        phrase || !self.is_prose(at, end)
    }

    fn is_prose(&self, at: usize, end: usize) -> bool {
        let word = strip(&self.data[at..end], b".,;:!?()");
        word.len() <= 16 && self.words.prose.has_lower(word)
    }
}

/// The first `[ \t][A-Za-z_][A-Za-z0-9_.\-]*[=:]` in `data[at..high]`.
fn next_name(data: &[u8], mut at: usize, high: usize) -> Option<(usize, usize)> {
    while at + 1 < high {
        let start = at;
        at += 1;
        if !SPACES.has(data[start]) || !NAME_START.has(data[at]) {
            continue;
        }
        while at < high && NAME_BYTES.has(data[at]) {
            at += 1;
        }
        if at < high && matches!(data[at], b'=' | b':') {
            return Some((start, at + 1));
        }
    }
    None
}
