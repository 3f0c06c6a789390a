//! Documents that show what they are: markup, mail, captions.

use super::Range;
use super::files::rfind;
use super::pattern::Pattern;
use memchr::{memchr_iter, memmem};
use std::sync::LazyLock;

/// How what is matched by `strong` starts.
const STRONG: [&[u8]; 9] = [
    b"!doctype",
    b"html",
    b"?xml",
    b"svg",
    b"rss",
    b"feed",
    b"tmx",
    b"xliff",
    b"soap",
];
/// End tags that make a text markup without a declaration.
const CLOSINGS: usize = 4;
const HEADERS: usize = 4;
const OF_MAIL: [&[u8]; 3] = [b"subject", b"message-id", b"mime-version"];
const SENT: [&[u8]; 3] = [b"from", b"received", b"return-path"];
const UPLOAD_HEAD: usize = 200;
/// A form without a file is what a program was asked, and no document.
pub const OF_A_FILE: &[u8] = b"filename";
const CUES: usize = 3;
const TITLE_REACH: usize = 400;
const MESSAGES: usize = 4;

static CUE: Sign = Sign::new(|| memmem::Finder::new(b"-->"));
static MESSAGE: Sign = Sign::new(|| memmem::Finder::new(b"msg"));
type Sign = LazyLock<memmem::Finder<'static>>;

struct Patterns {
    strong: Pattern,
    root: Pattern,
    tag: Pattern,
    closing: Pattern,
    header: Pattern,
    upload: Pattern,
    cue: Pattern,
    message: Pattern,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns {
    strong: Pattern::folded(concat!(
        r"<!doctype html|<html[ >\\]|<\?xml |<svg[ >]|<rss[ >]|<feed[ >]|<tmx[ >]|<xliff[ >]",
        r"|<soap[a-z0-9-]{0,8}:envelope[ >]",
    )),
    root: Pattern::new(r"<[A-Za-z_][A-Za-z0-9_:.\-]{0,60}"),
    tag: Pattern::new(r"<[A-Za-z][A-Za-z0-9:]{0,30}[ />\\]"),
    closing: Pattern::new(r"<\\{0,8}/[A-Za-z][A-Za-z0-9:.\-]{0,40}[ ]{0,4}>"),
    header: Pattern::folded(concat!(
        r"(?:from|to|cc|subject|date|message-id|mime-version|received",
        r"|return-path|reply-to|content-type|dkim-signature|delivered-to): ",
    )),
    upload: Pattern::folded(r"content-disposition: form-data"),
    cue: Pattern::new(r"[0-9]{2}:[0-9]{2}[.,][0-9]{3} --> [0-9]{2}:"),
    message: Pattern::new(r#"msg(?:id|str) \\{0,7}""#),
});

/// A tag that says what it is may start, or there are end tags enough.
pub fn may_be_markup(text: &[u8]) -> bool {
    let mut closings = 0;
    memchr_iter(b'<', text).any(|at| {
        let rest = &text[at + 1..];
        let slash = rest.iter().take(9).find(|&&byte| byte != b'\\');
        closings += usize::from(slash == Some(&b'/'));
        let mut strong = STRONG.iter();
        closings >= CLOSINGS
            || strong.any(|start| {
                let head = rest.get(..start.len());
                head.is_some_and(|head| head.eq_ignore_ascii_case(start))
            })
    })
}

/// Finds HTML, XML and SVG: from the first tag to the end tag of the root, or the last one.
pub fn markup_in(text: &[u8], (low, high): Range, found: &mut Vec<Range>) {
    let strong = PATTERNS.strong.find(text, low, high);
    let (mut last, mut count) = (None, 0);
    let from = strong.map_or(low, |(start, _)| start);
    for (_, end) in PATTERNS.closing.all(text, from, high) {
        last = Some(end);
        count += 1;
    }
    if let Some(strong) = strong {
        found.push((strong.0, root_end(text, strong, high, last)));
    } else if count >= CLOSINGS
        && let Some(last) = last
        && let Some((first, _)) = PATTERNS.tag.find(text, low, high)
        && first < last
    {
        found.push((first, last));
    }
}

/// Where the document ends: with its root's end tag, else with all that follows.
fn root_end(text: &[u8], strong: Range, high: usize, last: Option<usize>) -> usize {
    let at = if text[strong.0 + 1] == b'?' {
        strong.1
    } else {
        strong.0
    };
    let (Some((start, end)), Some(last)) = (PATTERNS.root.find(text, at, high), last) else {
        return high;
    };
    // What closes last is what was opened first, or the document goes on to the end.
    let name = &text[start + 1..end];
    let Some(closing) = rfind(text, b"/", end, last) else {
        return high;
    };
    let closed = text.get(closing + 1..closing + 1 + name.len());
    if closed.is_some_and(|closed| closed.eq_ignore_ascii_case(name)) {
        last
    } else {
        high
    }
}

/// Finds mail with its headers, and forms with uploads.
pub fn mail_in(text: &[u8], (low, high): Range, found: &mut Vec<Range>) {
    if let Some((at, end)) = PATTERNS.upload.find(text, low, high)
        && memmem::find(&text[end..high], OF_A_FILE).is_some()
    {
        let reach = low.max(at.saturating_sub(UPLOAD_HEAD));
        let mut start = rfind(text, b"--", reach, at).unwrap_or(at);
        if start < at {
            while start > low && text[start - 1] == b'-' {
                start -= 1;
            }
        }
        let last = rfind(text, b"--", end, high);
        found.push((start, last.map_or(high, |last| last + 2)));
    }
    let mut first = None;
    let mut names: Vec<&[u8]> = Vec::new();
    for (at, end) in PATTERNS.header.all(text, low, high) {
        if !starts_header(text, low, at) {
            continue;
        }
        first.get_or_insert(at);
        let name = &text[at..end - 2];
        if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name);
        }
    }
    let one_of = |wanted: &[&[u8]]| {
        let mut wanted = wanted.iter();
        wanted.any(|want| names.iter().any(|name| name.eq_ignore_ascii_case(want)))
    };
    if let Some(first) = first
        && names.len() >= HEADERS
        && one_of(&OF_MAIL)
        && one_of(&SENT)
    {
        found.push((first, high));
    }
}

fn starts_header(text: &[u8], low: usize, at: usize) -> bool {
    at == low
        || b"\n \"'=:>".contains(&text[at - 1])
        || (at >= low + 2 && text[at - 1] == b'n' && text[at - 2] == b'\\')
}

/// There are cues or messages enough.
pub fn may_be_captions(text: &[u8]) -> bool {
    let message = |&at: &usize| {
        let rest = &text[at + 3..];
        rest.starts_with(b"id ") || rest.starts_with(b"str ")
    };
    CUE.find_iter(text).nth(CUES - 1).is_some()
        || MESSAGE
            .find_iter(text)
            .filter(message)
            .nth(MESSAGES - 1)
            .is_some()
}

/// Finds subtitles (SRT, WebVTT) and catalogues of translations (PO).
pub fn captions_in(text: &[u8], (low, high): Range, found: &mut Vec<Range>) {
    let has = |sign: &[u8]| memmem::find(&text[low..high], sign).is_some();
    let mut cues = PATTERNS.cue.all(text, low, high);
    if has(b"-->")
        && let Some((first, _)) = cues.next()
        && cues.count() + 1 >= CUES
    {
        let start = cue_start(text, low, first);
        let reach = low.max(first.saturating_sub(TITLE_REACH));
        found.push((rfind(text, b"WEBVTT", reach, first).unwrap_or(start), high));
        return;
    }
    let mut messages = PATTERNS.message.all(text, low, high);
    if has(b"msg")
        && let Some((first, _)) = messages.next()
        && messages.count() + 1 >= MESSAGES
    {
        found.push((first, high));
    }
}

/// Goes back over the hours of a cue, and over its number on the line before.
fn cue_start(text: &[u8], low: usize, mut at: usize) -> usize {
    while at > low && (text[at - 1].is_ascii_digit() || text[at - 1] == b':') {
        at -= 1;
    }
    let line = at;
    if at > low && text[at - 1] == b'\n' {
        at -= 1;
        if at > low && text[at - 1] == b'\r' {
            at -= 1;
        }
    } else {
        for letter in [b'n', b'r'] {
            if at > low + 1 && text[at - 1] == letter && text[at - 2] == b'\\' {
                at -= 2;
                while at > low && text[at - 1] == b'\\' {
                    at -= 1;
                }
            }
        }
    }
    let number = at;
    while at > low && text[at - 1].is_ascii_digit() {
        at -= 1;
    }
    if at < number { at } else { line }
}
