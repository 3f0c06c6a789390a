//! Judging the value of a key: which part of it is a secret, if any.

use crate::bytesets::{ALNUM, ByteSet, QUOTES};
use crate::checks::Check;
use crate::checks::secrecy::{is_benign, looks_secret};
use crate::matcher::Matcher;
use crate::quoting::over_levels;
use crate::sequence::Runs;
use crate::values::{text_end, token_end};
use crate::words::WordLists;

/// Bytes of a value that decide whether it is a secret.
const JUDGED: usize = 256;
/// Bytes of a value that a pattern may match.
const PATTERN_WINDOW: usize = 4096;

pub enum Mode {
    Any,
    Secret,
    Header,
    Text,
    Pattern(Box<Matcher>),
}

/// A rule about the values of keys.
pub struct PairRule {
    pub mode: Mode,
    pub checks: Vec<Check>,
}

static SCHEME_BYTES: ByteSet = ALNUM.or(&ByteSet::of(b"-"));
const ONE_TOKEN: [&[u8]; 8] = [
    b"basic",
    b"bearer",
    b"token",
    b"apikey",
    b"negotiate",
    b"ntlm",
    b"key",
    b"jwt",
];
const MANY_TOKENS: [&[u8]; 10] = [
    b"digest",
    b"aws4-hmac-sha256",
    b"aws4-hmac-sha512",
    b"oauth",
    b"hawk",
    b"mac",
    b"sharedkey",
    b"hmac",
    b"signature",
    b"aws",
];

/// The value at `start` stands in quotes, or is all of a field or an element.
fn is_quoted(data: &[u8], start: usize) -> bool {
    let Some(before) = start.checked_sub(1) else {
        return true;
    };
    QUOTES.has(data[before])
        || (data[before] == b'>' && !(before > 0 && b"=-".contains(&data[before - 1])))
}

impl PairRule {
    /// The secret's span in the value `data[start..end]`.
    pub fn secret(
        &self,
        words: &WordLists,
        data: &[u8],
        start: usize,
        end: usize,
    ) -> Option<(usize, usize)> {
        let value = &data[start..end.min(start + JUDGED).max(start)];
        let quoted = is_quoted(data, start);
        match &self.mode {
            Mode::Any => {
                let short = value.len() < 2 && !value.iter().all(u8::is_ascii_digit);
                (!is_benign(words, value, quoted) && !short).then_some((start, end))
            }
            Mode::Secret => looks_secret(words, value, quoted).then_some((start, end)),
            Mode::Header => header_secret(words, data, start, end),
            Mode::Text => {
                (!is_benign(words, value, quoted) && value.len() >= 4).then_some((start, end))
            }
            Mode::Pattern(matcher) => {
                let found = matcher
                    .match_at(
                        data,
                        start,
                        end.min(start + PATTERN_WINDOW),
                        &mut Runs::default(),
                    )?
                    .end;
                let matched = &data[start..found];
                if matched.is_empty()
                    || !self.checks.iter().all(|check| check.holds(words, matched))
                    || (found < end && ALNUM.has(data[found]))
                {
                    return None;
                }
                Some((start, found))
            }
        }
    }
}

/// `[A-Za-z][A-Za-z0-9\-]{1,24}(?:[ +]|%(?:25){0,4}20)[ +]?`: the end of the name, and of what is behind it.
fn scheme(data: &[u8], start: usize, high: usize) -> Option<(usize, usize)> {
    if start >= high || !data[start].is_ascii_alphabetic() {
        return None;
    }
    let rest = &data[start + 1..high];
    let name = rest
        .iter()
        .take(24)
        .take_while(|&&byte| SCHEME_BYTES.has(byte))
        .count();
    let end = start + 1 + name;
    let gap = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'+'));
    if name == 0 {
        return None;
    }
    let line = &data[..high];
    let mut after = if gap(line.get(end)) {
        end + 1
    } else if line.get(end) == Some(&b'%') {
        let digits = over_levels(line, end + 1);
        if !line[digits..].starts_with(b"20") {
            return None;
        }
        digits + 2
    } else {
        return None;
    };
    if gap(line.get(after)) {
        after += 1;
    }
    Some((end, after))
}

/// The credentials in the value of an `Authorization` header, without the scheme.
///
/// Judged on the first bytes: the end is looked for only when the value is a secret, so that a
/// line of nothing but header names costs no more than its length.
fn header_secret(
    words: &WordLists,
    data: &[u8],
    start: usize,
    high: usize,
) -> Option<(usize, usize)> {
    let named =
        |names: &[&[u8]], name: &[u8]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
    if let Some((end, after)) = scheme(data, start, high) {
        let name = &data[start..end];
        if named(&MANY_TOKENS, name) {
            if is_benign(words, &data[after..high.min(after + JUDGED)], false) {
                return None;
            }
            let end = text_end(data, after, high);
            return (end > after).then_some((after, end));
        }
        if named(&ONE_TOKEN, name) {
            let head = &data[after..token_end(data, after, high.min(after + JUDGED))];
            return (head.len() >= 4 && !is_benign(words, head, false))
                .then(|| (after, token_end(data, after, high)));
        }
    }
    let head = &data[start..token_end(data, start, high.min(start + JUDGED))];
    looks_secret(words, head, false).then(|| (start, token_end(data, start, high)))
}
