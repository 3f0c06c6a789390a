//! Bodies by the name and the size of their field.

use super::Range;
use super::pattern::Pattern;
use crate::bytesets::{ALNUM, ByteSet};
use memchr::{memchr_iter, memmem};
use std::sync::LazyLock;

/// A value of so many bytes under the name of a body is one.
pub const BODY: usize = 200;
/// One that is an object or a list of JSON: what is shorter is parameters.
const OBJECT: usize = 400;
/// So much of it says whether it is a report of an error, a statement or an address.
const JUDGED: usize = 512;
const STARTS: [&[u8]; 9] = [
    b"select ",
    b"insert ",
    b"update ",
    b"delete ",
    b"with ",
    b"create ",
    b"explain ",
    b"http://",
    b"https://",
];
const REPORTS: [&[u8]; 6] = [
    b"traceback (most recent",
    b"\tat ",
    b"\\tat ",
    b"    at ",
    b"panicked at ",
    b"goroutine ",
];
/// How a line of a log starts, which loggers put under such names too: with a time or a level.
static LOG_LINE: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(concat!(
        r"[\[(]{0,2}(?:[0-9]{4}[/-][0-9]{2}[/-][0-9]{2}[ T]",
        r"|(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)[ :\]])",
    ))
});
/// A filler has fewer different bytes.
const VARIETY: usize = 4;
static NAME: ByteSet = ALNUM.or(&ByteSet::of(b"_.-"));
const NAME_LIMIT: usize = 64;
const SPACES: usize = 8;

/// What stands between quotes is a body by its key.
pub fn is_body(text: &[u8], (start, end): Range, names: &[Box<[u8]>]) -> bool {
    let mut at = back_over_backslashes(text, start - 1);
    if at > 0 && b"bBuUrRfF".contains(&text[at - 1]) {
        at -= 1;
    }
    at = back_over_spaces(text, at);
    if at > 0 && text[at - 1] == b'>' {
        at -= 1;
    }
    if at == 0 || !matches!(text[at - 1], b':' | b'=') {
        return false;
    }
    at = back_over_spaces(text, at - 1);
    if at > 0 && matches!(text[at - 1], b'"' | b'\'') {
        at = back_over_backslashes(text, at - 1);
    }
    let mut first = at;
    while first > 0 && at - first < NAME_LIMIT && NAME.has(text[first - 1]) {
        first -= 1;
    }
    let value = &text[start..end];
    let size = || value.len() - memchr_iter(b'\\', value).count();
    names_body(&text[first..at], names) && size() >= least(value) && !reports(value)
}

/// `data`, the value of the field `key`, is a body.
pub fn named_body(data: &[u8], key: &[u8], names: &[Box<[u8]>]) -> bool {
    data.len() >= least(data)
        && names_body(&key[key.len().saturating_sub(NAME_LIMIT)..], names)
        && !reports(data)
}

/// How long `value` is at least as a body.
fn least(value: &[u8]) -> usize {
    if matches!(value.first(), Some(b'{' | b'[')) {
        OBJECT
    } else {
        BODY
    }
}

fn back_over_backslashes(text: &[u8], mut at: usize) -> usize {
    while at > 0 && text[at - 1] == b'\\' {
        at -= 1;
    }
    at
}

fn back_over_spaces(text: &[u8], mut at: usize) -> usize {
    let stop = at.saturating_sub(SPACES);
    while at > stop && matches!(text[at - 1], b' ' | b'\t' | b'\n') {
        at -= 1;
    }
    at
}

/// `key` ends in one of `names`, as a word: `request_body`, `pageContent`.
fn names_body(key: &[u8], names: &[Box<[u8]>]) -> bool {
    let tail = key.iter().rev();
    let cut = tail
        .take_while(|&&byte| byte.is_ascii_digit() || b"_.-[]".contains(&byte))
        .count();
    let key = &key[..key.len() - cut];
    names.iter().any(|name| {
        let Some(first) = key.len().checked_sub(name.len()) else {
            return false;
        };
        if !key[first..].eq_ignore_ascii_case(name) {
            return false;
        }
        if first == 0 || !key[first - 1].is_ascii_alphabetic() {
            return true;
        }
        key[first].is_ascii_uppercase() && !key[first - 1].is_ascii_uppercase()
    })
}

/// `value` is what operators read, or a filler, and no content.
fn reports(value: &[u8]) -> bool {
    if LOG_LINE.at(value, 0, value.len()).is_some() || !varied(&value[..value.len().min(JUDGED)]) {
        return true;
    }
    let head = value[..value.len().min(JUDGED)].to_ascii_lowercase();
    STARTS.iter().any(|start| head.starts_with(start))
        || REPORTS
            .iter()
            .any(|sign| memmem::find(&head, sign).is_some())
}

fn varied(head: &[u8]) -> bool {
    let mut seen = [false; 256];
    for &byte in head {
        seen[usize::from(byte)] = true;
    }
    seen.iter().filter(|&&seen| seen).count() >= VARIETY
}
