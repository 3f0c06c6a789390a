//! A text that may be JSON, which an excerpt over several strings must leave valid.

use super::tokens::Token;
use crate::bytesets::{SPACES, byte_at};
use crate::spans::Span;

/// Asked in rising order only.
pub struct Json<'a> {
    data: &'a [u8],
    at: usize,
    inside: bool,
    strings: usize,
    json: bool,
}

impl<'a> Json<'a> {
    pub fn new(data: &'a [u8], low: usize) -> Self {
        let first = behind_spaces(data, low);
        let second = behind_spaces(data, first + 1);
        // Many logs start with a time in brackets.
        let json = byte_at(data, first) == b'{'
            || (byte_at(data, first) == b'['
                && matches!(byte_at(data, second), b'"' | b'{' | b'['));
        Self {
            data,
            at: low,
            inside: false,
            strings: 0,
            json,
        }
    }

    /// Adds the spans of the words in a row that are of an excerpt: one, or in JSON one for each
    /// string and each number.
    pub fn spans(&mut self, tokens: &[Token], rule: u32, spans: &mut Vec<Span>) {
        if !self.json {
            spans.push(Span::new(
                tokens[0].start,
                tokens[tokens.len() - 1].end,
                rule,
            ));
            return;
        }
        let mut open: Option<Span> = None;
        let mut before = None;
        for token in tokens {
            let string = self.string_at(token.start);
            if string.is_some()
                && string == before
                && let Some(span) = &mut open
            {
                span.end = token.end;
                continue;
            }
            spans.extend(open.take());
            before = string;
            // The constants of JSON are no content, and a marker is none of them.
            let text = &self.data[token.start..token.end];
            if string.is_some() || !matches!(text, b"true" | b"false" | b"null") {
                open = Some(Span::new(token.start, token.end, rule));
            }
        }
        spans.extend(open);
    }

    /// The number of the string that `at` is in.
    fn string_at(&mut self, at: usize) -> Option<usize> {
        while self.at < at {
            match self.data[self.at] {
                b'\\' => self.at += 1,
                b'"' => {
                    self.inside = !self.inside;
                    self.strings += 1;
                }
                _ => {}
            }
            self.at += 1;
        }
        self.inside.then_some(self.strings)
    }
}

fn behind_spaces(data: &[u8], mut at: usize) -> usize {
    while SPACES.has(byte_at(data, at)) {
        at += 1;
    }
    at
}
