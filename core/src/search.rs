//! A search: the rules of a kernel, and the values that are known at the time.

use crate::blocks::{CLOSED, blocks_in};
use crate::engine::Kernel;
use crate::known::Known;
use crate::opaque::without_markers;
use crate::pass::Pass;
use crate::spans::Span;

/// What is looked for in one call.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    pub kernel: &'a Kernel,
    pub known: Option<&'a Known>,
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
        done: &mut Vec<usize>,
    ) {
        self.pass(data, CLOSED, key.unwrap_or(b""), false, spans, done);
        if let Some(key) = key {
            let mut named = self.kernel.named(data, key);
            if !named.is_empty() {
                without_markers(data, &mut named);
                spans.append(&mut named);
                spans.sort_unstable();
                spans.dedup();
            }
        }
    }

    /// Finds secrets in one piece of a stream; returns the state for the next piece and how many
    /// bytes at the end of this one belong before it.
    pub fn scan(
        &self,
        data: &[u8],
        state: usize,
        spans: &mut Vec<Span>,
        done: &mut Vec<usize>,
    ) -> (usize, usize) {
        self.pass(data, state, b"", true, spans, done)
    }

    fn pass(
        &self,
        data: &[u8],
        state: usize,
        outer: &[u8],
        lines: bool,
        spans: &mut Vec<Span>,
        done: &mut Vec<usize>,
    ) -> (usize, usize) {
        spans.clear();
        let mut pass = Pass::new(self.kernel, data, outer, spans, done);
        pass.run();
        let may_have_block = pass.may_have_block;
        let mut after = (CLOSED, 0);
        if may_have_block || state != CLOSED {
            after = blocks_in(self.kernel, data, state, spans);
        }
        if let Some(known) = self.known {
            known.find(data, self.kernel.pairs.len(), lines, spans);
        }
        if !spans.is_empty() {
            spans.sort_unstable();
            spans.dedup();
            without_markers(data, spans);
        }
        after
    }
}
