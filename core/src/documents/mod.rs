//! Bodies of documents in one text or line, by their content.
//!
//! A document stands between quotes, however often these are escaped, or in the text itself. The
//! shortest piece is looked at first, and what was found in it is blank for the pieces around it.
//! Every step is linear in the piece, and each kind of quote gives pieces that do not overlap.
//!
//! Most texts hold none: `gate` asks first what each kind needs at least, and the finders run only
//! for what may be there.

mod fields;
mod files;
mod forms;
mod gate;
pub mod lines;
mod pattern;
mod pieces;
mod prose;
mod scores;
mod signs;
mod tables;

pub use fields::BODY;

use crate::spans::Span;
use gate::Possible;
use memchr::{memchr, memrchr};
use std::borrow::Cow;

/// The shortest text or line that is looked at, in bytes.
pub const LEAST: usize = 384;

/// What a rule looks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Field,
    File,
    Markup,
    Mail,
    Captions,
    Table,
    Prose,
}

impl Content {
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "field" => Self::Field,
            "file" => Self::File,
            "markup" => Self::Markup,
            "mail" => Self::Mail,
            "captions" => Self::Captions,
            "table" => Self::Table,
            "prose" => Self::Prose,
            _ => return None,
        })
    }
}

/// The rules about documents.
#[derive(Default)]
pub struct Documents {
    contents: Vec<(Content, u32)>,
    /// Last words of keys whose long values are documents.
    bodies: Vec<Box<[u8]>>,
    /// The rule of documents over several lines of a stream.
    pub lines: Option<u32>,
}

/// A half-open range of a text.
type Range = (usize, usize);

impl Documents {
    pub fn new(
        contents: &[(String, u32)],
        bodies: &[String],
        lines: Option<u32>,
    ) -> Result<Self, String> {
        let content = |(name, rule): &(String, u32)| {
            let content = Content::named(name).ok_or_else(|| format!("unknown content {name:?}"));
            Ok::<_, String>((content?, *rule))
        };
        Ok(Self {
            contents: contents.iter().map(content).collect::<Result<_, _>>()?,
            lines,
            bodies: bodies.iter().map(|name| name.as_bytes().into()).collect(),
        })
    }

    pub fn is_empty(&self) -> bool {
        self.contents.is_empty()
    }

    /// The rule that looks for `content`, if it is switched on.
    pub fn rule(&self, content: Content) -> Option<u32> {
        let mut rules = self.contents.iter();
        rules
            .find(|(own, _)| *own == content)
            .map(|(_, rule)| *rule)
    }

    /// The rule by which `data`, the value of the field `key`, is a body.
    pub fn body(&self, data: &[u8], key: &[u8]) -> Option<u32> {
        let rule = self.rule(Content::Field)?;
        fields::named_body(data, key, &self.bodies).then_some(rule)
    }

    /// Finds documents in each line of `data`.
    pub fn in_lines(&self, data: &[u8], spans: &mut Vec<Span>) {
        let mut low = 0;
        while low + LEAST <= data.len() {
            // Short lines are stepped over many at a time.
            if let Some(end) = memrchr(b'\n', &data[low..low + LEAST]) {
                low += end + 1;
                continue;
            }
            let rest = &data[low + LEAST..];
            let high = memchr(b'\n', rest).map_or(data.len(), |end| low + LEAST + end);
            self.within(data, low, high, spans);
            low = high + 1;
        }
    }

    /// Finds documents in `data[low..high]`.
    #[cold]
    pub fn within(&self, data: &[u8], low: usize, high: usize, spans: &mut Vec<Span>) {
        if high - low < LEAST {
            return;
        }
        let mut text = Cow::Borrowed(&data[low..high]);
        let mut quotes = Vec::new();
        let mut possible = Possible::of(&text, &mut quotes);
        let all = (0, text.len());
        if possible.none() && self.rule(Content::Field).is_none() {
            return;
        }
        let mut pieces = pieces::pieces(&text, &quotes);
        pieces.sort_unstable_by_key(|&(start, end)| (end - start, start));
        pieces.push(all);
        let mut found = Vec::new();
        for piece in pieces {
            for &(content, rule) in &self.contents {
                found.clear();
                self.find(content, &text, piece, &possible, &mut found);
                for &(first, last) in &found {
                    if last > first {
                        spans.push(Span::new(low + first, low + last, rule));
                        text.to_mut()[first..last].fill(0);
                        possible.blanked();
                    }
                }
            }
        }
    }

    fn find(
        &self,
        content: Content,
        text: &[u8],
        piece: Range,
        possible: &Possible,
        found: &mut Vec<Range>,
    ) {
        let between_quotes = piece != (0, text.len());
        match content {
            Content::Field if between_quotes && fields::is_body(text, piece, &self.bodies) => {
                found.push(piece);
            }
            Content::File => files::files_in(text, piece, possible, found),
            Content::Markup if possible.markup => forms::markup_in(text, piece, found),
            Content::Mail if possible.mail => forms::mail_in(text, piece, found),
            Content::Captions if possible.captions => forms::captions_in(text, piece, found),
            Content::Table => tables::tables_in(text, piece, possible, found),
            Content::Prose if possible.prose(text, piece) => {
                prose::prose_in(text, piece, between_quotes, found);
            }
            _ => {}
        }
    }
}
