//! The patterns of armoured keys and form fields.

use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};
use std::sync::LazyLock;

pub struct Line(Regex);

impl Line {
    fn new(pattern: &str) -> Self {
        let syntax = syntax::Config::new().unicode(false).utf8(false);
        Self(
            Regex::builder()
                .syntax(syntax)
                .build(pattern)
                .expect("a fixed pattern"),
        )
    }

    /// The first match in `data[at..end]`.
    pub fn find(&self, data: &[u8], at: usize, end: usize) -> Option<(usize, usize)> {
        let found = self.0.search(&Input::new(data).span(at..end))?;
        Some((found.start(), found.end()))
    }

    /// The pattern matches at the start of `text`.
    pub fn matches(&self, text: &[u8]) -> bool {
        self.0.is_match(Input::new(text).anchored(Anchored::Yes))
    }
}

pub struct Patterns {
    pub begin: Line,
    pub end: Line,
    pub body_line: Line,
    pub material: Line,
    pub field_header: Line,
    field: Line,
}

pub fn patterns() -> &'static Patterns {
    static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns {
        begin: Line::new(
            r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|Private-Lines: [0-9]{1,4}",
        ),
        end: Line::new(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"),
        body_line: Line::new(concat!(
            r"[ \t]{0,64}(?:[A-Za-z0-9+/=]{1,128}",
            r"|(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|MessageID): [^\n]{0,200})",
            r"[ \t]{0,64}\r?\z",
        )),
        material: Line::new(r"[A-Za-z0-9+/]{40,128}={0,2}|[A-Za-z0-9+/]{6,127}={1,2}"),
        field_header: Line::new(r"Content-[A-Za-z\-]{2,30}: [^\n]{0,200}"),
        field: Line::new(r#"form-data; name="[^"\r\n]{1,64}"[ \t]{0,8}\r?"#),
    });
    &PATTERNS
}

const FIELD_OPENING: usize = "form-data; name=\"".len();

impl Patterns {
    /// The name of the first form field in `data[at..end]`, and where the match ends.
    pub fn field_name<'a>(
        &self,
        data: &'a [u8],
        at: usize,
        end: usize,
    ) -> Option<(&'a [u8], usize)> {
        let (first, last) = self.field.find(data, at, end)?;
        let name = &data[first + FIELD_OPENING..last];
        let size = memchr::memchr(b'"', name)?;
        Some((&name[..size], last))
    }
}

/// `[ \t]{0,64}\r?` is all of `text`.
pub fn blank(text: &[u8]) -> bool {
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    text.len() <= 64 && text.iter().all(|byte| matches!(byte, b' ' | b'\t'))
}

/// The end of the key material behind `BEGIN` on the same line, with escaped line breaks:
/// `(?:\\{1,8}[nrt][A-Za-z0-9+/=]*+| ?[A-Za-z0-9+/=]{20,}+)*+`.
pub fn inline_end(data: &[u8], mut at: usize, end: usize) -> usize {
    let line = &data[..end];
    let material = |from: usize| {
        let rest = line.get(from..).unwrap_or(&[]);
        rest.iter()
            .take_while(|&&byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
            .count()
    };
    loop {
        let rest = &line[at..];
        let backslashes = rest.iter().take_while(|&&byte| byte == b'\\').count();
        if (1..=8).contains(&backslashes)
            && rest
                .get(backslashes)
                .is_some_and(|byte| b"nrt".contains(byte))
        {
            at += backslashes + 1;
            at += material(at);
            continue;
        }
        let start = at + usize::from(rest.first() == Some(&b' '));
        let size = material(start);
        if size < 20 {
            return at;
        }
        at = start + size;
    }
}
