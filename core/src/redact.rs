//! Redaction with constant markers: find, unite, replace, and look again until nothing is found.

use crate::blocks::is_open;
use crate::engine::Scratch;
use crate::pass::Memory;
use crate::replace::replace;
use crate::search::Search;
use crate::spans::{Span, union};
use memchr::{memchr, memrchr};

/// How often a text is looked at; one that still has findings then is for the caller to judge.
const ROUNDS: usize = 8;

/// The constant marker of each rule, if its action has one; the last one says whether the labels of
/// known values have one.
pub type Markers = Vec<Option<Box<[u8]>>>;

/// What became of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Clean,
    /// The redacted text is in `Scratch::text`.
    Redacted,
    /// A finding has no constant marker, or there is no end to the findings.
    Undecided,
}

/// A redacted piece of a stream.
pub struct Block {
    pub outcome: Outcome,
    pub state: usize,
    pub held: usize,
    /// Findings by rule; those of known values have the index behind all rules.
    pub counts: Vec<(u32, usize)>,
    pub out: Vec<u8>,
}

impl<'a> Search<'a> {
    fn marker(&self, markers: &'a Markers, span: &Span) -> Option<&'a [u8]> {
        let (rule, rules) = (span.rule as usize, self.kernel.pairs.len());
        let own = markers.get(rule.min(rules))?.as_deref()?;
        if rule < rules {
            return Some(own);
        }
        self.known?.marker(rule - rules)
    }

    fn all_constant(&self, markers: &'a Markers, spans: &[Span]) -> bool {
        spans
            .iter()
            .all(|span| self.marker(markers, span).is_some())
    }

    /// Redacts one text.
    pub fn redact(&self, data: &[u8], markers: &'a Markers, scratch: &mut Scratch) -> Outcome {
        let Scratch {
            spans,
            memory,
            text,
            next,
            ..
        } = scratch;
        self.redact_by(
            data,
            markers,
            (text, next),
            (spans, memory),
            |data, spans, memory| self.find(data, None, spans, memory),
        )
    }

    /// Redacts one text, in which `find` finds what is to go. The redacted text is in `text`, the
    /// rest is memory for the work.
    #[inline]
    pub fn redact_by(
        &self,
        data: &[u8],
        markers: &'a Markers,
        (text, next): (&mut Vec<u8>, &mut Vec<u8>),
        (spans, memory): (&mut Vec<Span>, &mut Memory),
        find: impl Fn(&[u8], &mut Vec<Span>, &mut Memory),
    ) -> Outcome {
        find(data, spans, memory);
        if spans.is_empty() {
            return Outcome::Clean;
        }
        for round in 1..ROUNDS {
            if !self.all_constant(markers, spans) {
                return Outcome::Undecided;
            }
            union(spans);
            next.clear();
            let current: &[u8] = if round == 1 { data } else { text.as_slice() };
            replace(
                current,
                spans,
                |span| self.marker(markers, span).unwrap_or_default(),
                next,
            );
            std::mem::swap(text, next);
            find(text, spans, memory);
            if spans.is_empty() {
                return Outcome::Redacted;
            }
        }
        Outcome::Undecided
    }

    /// Redacts whole lines, each to its own fixed point.
    pub fn redact_block(
        &self,
        data: &[u8],
        state: usize,
        markers: &'a Markers,
        scratch: &mut Scratch,
    ) -> Block {
        let mut spans = std::mem::take(&mut scratch.spans);
        let (after, held) = self.scan(data, state, &mut spans, &mut scratch.memory);
        let mut block = Block {
            outcome: Outcome::Clean,
            state: after,
            held,
            counts: Vec::new(),
            out: std::mem::take(&mut scratch.out),
        };
        let data = &data[..data.len() - held];
        if !spans.is_empty() {
            if self.all_constant(markers, &spans) {
                union(&mut spans);
                block.outcome = Outcome::Redacted;
                // What goes on from the piece before has been counted there.
                let continued = is_open(state) && spans[0].start == 0;
                block.count(self.kernel.pairs.len(), &spans[usize::from(continued)..]);
                block.out.clear();
                block.out.reserve(data.len() + data.len() / 8 + 64);
                if !self.lines(
                    data,
                    &spans,
                    is_open(state),
                    markers,
                    scratch,
                    &mut block.out,
                ) {
                    block.outcome = Outcome::Undecided;
                }
            } else {
                block.outcome = Outcome::Undecided;
            }
        }
        scratch.spans = spans;
        block
    }

    /// Replaces `spans`, then redacts each line that changed until nothing is found in it.
    fn lines(
        &self,
        data: &[u8],
        spans: &[Span],
        opened: bool,
        markers: &'a Markers,
        scratch: &mut Scratch,
        out: &mut Vec<u8>,
    ) -> bool {
        let mut at = 0;
        let mut index = 0;
        let mut own = Vec::new();
        let mut changed = Vec::new();
        while index < spans.len() {
            let start = spans[index].start;
            let first = memrchr(b'\n', &data[at..start]).map_or(at, |offset| at + offset + 1);
            let line_end =
                |place: usize| memchr(b'\n', &data[place..]).map_or(data.len(), |end| place + end);
            let mut stop = line_end(spans[index].end);
            let mut last = index + 1;
            while last < spans.len() && spans[last].start < stop {
                if spans[last].end > stop {
                    stop = line_end(spans[last].end);
                }
                last += 1;
            }
            out.extend_from_slice(&data[at..first]);
            own.clear();
            own.extend(
                spans[index..last]
                    .iter()
                    .map(|span| Span::new(span.start - first, span.end - first, span.rule)),
            );
            let continued = opened && start == 0;
            changed.clear();
            let put = |span: &Span| {
                if continued && span.start == 0 {
                    return &b""[..];
                }
                self.marker(markers, span).unwrap_or_default()
            };
            replace(&data[first..stop], &own, put, &mut changed);
            match self.redact(&changed, markers, scratch) {
                Outcome::Clean => out.extend_from_slice(&changed),
                Outcome::Redacted => out.extend_from_slice(&scratch.text),
                Outcome::Undecided => return false,
            }
            at = stop;
            index = last;
        }
        out.extend_from_slice(&data[at..]);
        true
    }
}

impl Block {
    fn count(&mut self, rules: usize, spans: &[Span]) {
        let mut counts = vec![0; rules + 1];
        for span in spans {
            counts[rules.min(span.rule as usize)] += 1;
        }
        let counted = counts
            .into_iter()
            .enumerate()
            .filter(|(_, count)| *count > 0);
        self.counts = counted.map(|(rule, count)| (rule as u32, count)).collect();
    }
}
