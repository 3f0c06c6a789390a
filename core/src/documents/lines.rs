//! Documents that are written line by line into a stream: where they start, go on, and end.
//!
//! Each kind shows where it starts. It ends at its own end, taken with its whole line, or before a
//! line that starts as lines of logs do. So nothing has to be held back or looked at twice.

use super::pattern::Pattern;
use std::sync::LazyLock;

/// So many lines of one document are taken; what follows is looked at like any other line.
pub const LONGEST: usize = 20_000;
/// Kinds of documents.
pub const KINDS: usize = 8;

const HTML: usize = 0;
const XML: usize = 1;
const MAIL: usize = 2;
const RTF: usize = 3;
const UPLOAD: usize = 4;
const BASE64: usize = 5;
const CAPTIONS: usize = 6;
const PDF: usize = 7;

/// Keywords one of which starts a run of letters and digits in every line that starts a document,
/// and whether their letters match in both cases.
pub const KEYWORDS: [(&str, bool); 30] = [
    ("doctype html", true),
    ("html>", true),
    ("html lang=", true),
    ("html xmlns=", true),
    ("html class=", true),
    ("html dir=", true),
    ("xml version=", false),
    ("svg xmlns=", false),
    ("tmx version=", false),
    ("xliff version=", false),
    ("xliff xmlns=", false),
    ("received: from ", true),
    ("return-path: <", true),
    ("mime-version: 1", true),
    ("id: <", true),
    ("from: ", true),
    ("rtf1", false),
    ("disposition: form-data", true),
    ("JVBERi0", false),
    ("UEsDB", false),
    ("e1xydGY", false),
    ("iVBORw0KGgo", false),
    ("R0lGOD", false),
    ("UklGR", false),
    ("H4sIA", false),
    ("0M8R4KGx", false),
    ("WEBVTT", false),
    ("00:00:0", false),
    ("PDF-1", false),
    ("PDF-2", false),
];

/// How each kind starts, and whether only at the start of a line.
const STARTS: [(usize, &str, bool); 10] = [
    (
        HTML,
        "(?i:<!doctype html[ >]|<html(?:>| lang=| xmlns=| class=| dir=))",
        false,
    ),
    (
        XML,
        r"<\?xml version=|<svg xmlns=|<tmx version=|<xliff version=|<xliff xmlns=",
        false,
    ),
    (
        MAIL,
        "(?i:received: from |return-path: <|mime-version: 1|message-id: <)",
        true,
    ),
    (
        MAIL,
        r"(?i:from: )[^\n@]{1,100}@[A-Za-z0-9.\-]{3,100}>?\r?$",
        true,
    ),
    (RTF, r"\{\\rtf1", false),
    (
        UPLOAD,
        "(?i:content-disposition: form-data; name=\"[^\\n]{0,200}filename)",
        true,
    ),
    (
        BASE64,
        concat!(
            "(?:JVBERi0|UEsDB|e1xydGY|iVBORw0KGgo|R0lGOD|UklGR|H4sIA|0M8R4KGx)",
            r"[A-Za-z0-9+/]{40,72}\r?$",
        ),
        true,
    ),
    (CAPTIONS, "WEBVTT", true),
    (CAPTIONS, "00:00:0[0-9][.,][0-9]{3} --> [0-9]{2}:", true),
    (PDF, "%PDF-[12]", false),
];

struct Patterns {
    starts: Vec<(usize, Pattern, bool)>,
    sign: Pattern,
    of_log: Pattern,
    base64: Pattern,
    /// What ends a document, by its kind; what a document of one line has behind its start.
    ends: [Option<Pattern>; KINDS],
    one_line: [Option<Pattern>; KINDS],
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let html = || Some(Pattern::folded("</html[ ]{0,4}>"));
    let pdf = || Some(Pattern::new("%%EOF"));
    Patterns {
        starts: STARTS
            .iter()
            .map(|&(kind, start, first)| (kind, Pattern::new(start), first))
            .collect(),
        sign: Pattern::new(&STARTS.map(|(_, start, _)| start.replace('$', "")).join("|")),
        of_log: Pattern::new(concat!(
            r"[ \t]{0,8}[\[(]{0,2}(?:[0-9]{4}[/-][0-9]{2}[/-][0-9]{2}[ T]",
            r"|[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}",
            r"|[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}",
            r"|(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)[ :\]])",
            r#"|\{"|[IWEFD][0-9]{4} |(?:ts|time|level|timestamp)="#,
            r"|[0-9]{1,3}(?:\.[0-9]{1,3}){3} - |<[0-9]{1,3}>",
        )),
        base64: Pattern::new(r"[A-Za-z0-9+/=]{1,100}\r?$"),
        ends: [
            html(),
            Some(Pattern::new(
                r"\A</[A-Za-z_][A-Za-z0-9_:.\-]{0,60}>|</svg>|</tmx>|</xliff>",
            )),
            None,
            Some(Pattern::new(r"\A\}|\}\}\r?\z")),
            Some(Pattern::new(r"\A--[^\n]{1,200}--\r?\z")),
            None,
            None,
            pdf(),
        ],
        one_line: [
            html(),
            Some(Pattern::new("</")),
            None,
            None,
            None,
            None,
            None,
            pdf(),
        ],
    }
});

/// Where the next line is that may start a document: a place in it, from `at` on.
pub fn next_sign(data: &[u8], at: usize) -> Option<usize> {
    Some(PATTERNS.sign.find(data, at, data.len())?.0)
}

/// The kind of document that starts in `line` and goes on behind it, and where it starts.
pub fn opening(line: &[u8]) -> Option<(usize, usize)> {
    if line.starts_with(b"{\"") {
        return None;
    }
    for (kind, start, first) in &PATTERNS.starts {
        let found = if *first {
            start.at(line, 0, line.len()).map(|end| (0, end))
        } else {
            start.find(line, 0, line.len())
        };
        let Some((at, end)) = found else {
            continue;
        };
        let closing = PATTERNS.one_line[*kind].as_ref();
        if closing.is_none_or(|closing| closing.find(line, end, line.len()).is_none()) {
            return Some((*kind, at));
        }
    }
    None
}

/// `line` belongs to the document of `kind` that the lines before it are of.
pub fn goes_on(line: &[u8], kind: usize) -> bool {
    if kind == BASE64 {
        return PATTERNS.base64.at(line, 0, line.len()).is_some();
    }
    PATTERNS.of_log.at(line, 0, line.len()).is_none()
}

/// A document of `kind` ends with `line`.
pub fn closes(line: &[u8], kind: usize) -> bool {
    let end = PATTERNS.ends[kind].as_ref();
    end.is_some_and(|end| end.find(line, 0, line.len()).is_some())
}
