//! A search: the rules of a kernel, and the values that are known at the time.

use crate::blocks::{CLOSED, blocks_in, outer_of, state_behind};
use crate::cards::card_above;
use crate::classify::BLOCK;
use crate::decoded::Decoded;
use crate::documents::LEAST;
use crate::engine::Kernel;
use crate::known::Known;
use crate::opaque::without_markers;
use crate::pass::{Encoded, Memory, Pass};
use crate::registered::{Documents, WordMap};
use crate::spans::{Span, sort};

/// How often what is found encoded may be encoded itself.
const DEPTH: usize = 3;

/// What is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A piece of a stream.
    Lines,
    /// A text that was encoded so many times.
    Text(usize),
}

/// What is looked for in one call.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    pub kernel: &'a Kernel,
    pub known: Option<&'a Known>,
    pub documents: Option<&'a Documents>,
}

impl Search<'_> {
    /// Finds secrets in one text, which is the value of `key` if there is one.
    ///
    /// `spans` is then sorted; overlaps are kept.
    pub fn find(
        &self,
        data: &[u8],
        key: Option<&[u8]>,
        spans: &mut Vec<Span>,
        memory: &mut Memory,
    ) {
        self.find_beside(data, key.unwrap_or(b""), spans, memory);
        if let Some(key) = key {
            let mut named = self.kernel.named(data, key);
            if named.is_empty()
                && let Some(rule) = self.kernel.documents.body(data, key)
            {
                named.push(Span::new(0, data.len(), rule));
            }
            if !named.is_empty() {
                without_markers(data, &mut named, None);
                spans.append(&mut named);
                spans.sort_unstable();
                spans.dedup();
            }
        }
    }

    /// Finds secrets in one text beside the key `outer`, and not what that makes of it.
    #[inline]
    pub fn find_beside(
        &self,
        data: &[u8],
        outer: &[u8],
        spans: &mut Vec<Span>,
        memory: &mut Memory,
    ) {
        if data.len() <= BLOCK
            && self.known.is_none()
            && let Some(starts) = self.kernel.plain(data)
            && self
                .documents
                .is_none_or(|documents| documents.is_too_short(starts))
        {
            spans.clear();
            return;
        }
        self.pass(data, CLOSED, outer, Kind::Text(0), spans, memory);
    }

    /// Finds secrets in one piece of a stream; returns the state for the next piece and how many
    /// bytes at the end of this one belong before it.
    pub fn scan(
        &self,
        data: &[u8],
        state: usize,
        spans: &mut Vec<Span>,
        memory: &mut Memory,
    ) -> (usize, usize) {
        self.pass(data, state, b"", Kind::Lines, spans, memory)
    }

    fn pass(
        &self,
        data: &[u8],
        state: usize,
        outer: &[u8],
        kind: Kind,
        spans: &mut Vec<Span>,
        memory: &mut Memory,
    ) -> (usize, usize) {
        if self.documents.is_some_and(|documents| documents.fit(data)) {
            return WordMap::with(data.len(), |words| {
                self.pass_over(data, state, outer, kind, (spans, memory), Some(words))
            });
        }
        self.pass_over(data, state, outer, kind, (spans, memory), None)
    }

    /// Does a pass that notes `words` for the registered documents.
    fn pass_over(
        &self,
        data: &[u8],
        state: usize,
        outer: &[u8],
        kind: Kind,
        (spans, memory): (&mut Vec<Span>, &mut Memory),
        mut words: Option<&mut WordMap>,
    ) -> (usize, usize) {
        spans.clear();
        let depth = match kind {
            Kind::Lines => 0,
            Kind::Text(depth) => depth,
        };
        let outer = outer_of(state).unwrap_or(outer);
        let Memory { done, places, room } = memory;
        let mut pass = Pass::new(self.kernel, data, outer, spans, done, depth < DEPTH);
        pass.run(places, room, words.as_deref_mut());
        let may_have_block = pass.may_have_block;
        let encoded = pass.found;
        let openings = if encoded.is_empty() {
            Vec::new()
        } else {
            self.encoded(data, encoded, outer, depth + 1, spans)
        };
        let mut after = (CLOSED, 0);
        // What is encoded is a text for itself, and looked at as a whole.
        let lines_rule = self.kernel.documents.lines.filter(|_| depth == 0);
        if may_have_block || state != CLOSED || !openings.is_empty() {
            after = blocks_in(self.kernel, data, state, lines_rule, &openings, spans);
        }
        if data.len() >= LEAST && !self.kernel.documents.is_empty() {
            match kind {
                Kind::Lines => self.kernel.documents.in_lines(data, spans),
                Kind::Text(_) => self.kernel.documents.within(data, 0, data.len(), spans),
            }
        }
        if kind == Kind::Lines && after.0 == CLOSED {
            after.0 = state_behind(self.kernel, data);
        }
        // Their encoded forms are looked for as they are.
        if depth == 0
            && let Some(known) = self.known
        {
            known.find(data, self.kernel.pairs.len(), kind == Kind::Lines, spans);
        }
        if let (Some(documents), Some(words)) = (self.documents, words) {
            documents.find(data, words, kind == Kind::Lines, spans);
        }
        if !spans.is_empty() {
            sort(spans);
            spans.dedup();
            without_markers(data, spans, lines_rule);
        }
        after
    }

    /// Finds what is encoded; the spans are those of the encoded form. Returns the other places.
    #[cold]
    fn encoded(
        &self,
        data: &[u8],
        encoded: Vec<Encoded>,
        outer: &[u8],
        depth: usize,
        spans: &mut Vec<Span>,
    ) -> Vec<usize> {
        let (mut lines, mut openings) = (Vec::new(), Vec::new());
        for one in encoded {
            match one {
                Encoded::Opening(at) => openings.push(at),
                Encoded::Line(low, high) => lines.push((low, high)),
                Encoded::Blob(blob) => self.decoded(&blob.decoded(data), b"", depth, spans),
            }
        }
        lines.sort_unstable();
        lines.dedup();
        for (low, high) in lines {
            let escapes = &self.kernel.escapes;
            let mut first = if low == 0 { outer } else { b"" };
            if first.is_empty() && card_above(data, low, &self.kernel.words) {
                first = b"card";
            }
            escapes.decoded_lines(data, low, high, |start, decoded| {
                let outer = if start == low { first } else { b"" };
                self.decoded(&decoded, outer, depth, spans);
            });
        }
        openings
    }

    fn decoded(&self, decoded: &Decoded, outer: &[u8], depth: usize, spans: &mut Vec<Span>) {
        let (mut found, mut memory) = (Vec::new(), Memory::new());
        let kind = Kind::Text(depth);
        self.pass(&decoded.data, CLOSED, outer, kind, &mut found, &mut memory);
        spans.extend(found.iter().map(|span| {
            let (start, end) = decoded.origin(span.start, span.end);
            Span::new(start, end, span.rule)
        }));
    }
}
