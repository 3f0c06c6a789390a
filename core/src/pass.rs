//! One pass over a text: classify 64 bytes at a time, and look only where something may start.

use crate::boundaries::escape_ends;
use crate::cards::{Line, run_around};
use crate::classify::{ALNUM, BLOCK, Bits, DIGIT, ESCAPE, JOINT, SEPARATOR, TRIGGER};
use crate::engine::Kernel;
use crate::pairs::{KeyReader, may_name, separator_end};
use crate::reader::{Reader, Scanned};
use crate::spans::Span;
use memchr::{memchr, memrchr};

/// Stands for a pattern in the keyword table: a block may start here.
pub const BLOCK_SIGN: u32 = u32::MAX;

pub struct Pass<'a> {
    kernel: &'a Kernel,
    data: &'a [u8],
    outer: &'a [u8],
    spans: &'a mut Vec<Span>,
    /// What an earlier match of each pattern has covered.
    done: &'a mut Vec<usize>,
    low: usize,
    high: usize,
    pair_at: usize,
    card_at: usize,
    scanned: Scanned,
    wide: bool,
    pub may_have_block: bool,
}

/// What a block's bitmaps need to know of the block before.
#[derive(Default)]
struct Carry {
    alnum: u64,
    digit: u64,
    joined: [u64; 4],
    /// Places behind escape sequences, beyond the block.
    starts: u64,
}

/// `bits` moved up by `count`, with what moved out of the block before.
#[inline(always)]
fn up(bits: u64, before: u64, count: u32) -> u64 {
    bits << count | before >> (64 - count)
}

/// Iterates over the set bits.
macro_rules! each {
    ($bits:expr, $base:expr, $at:ident => $body:block) => {
        let mut bits: u64 = $bits;
        while bits != 0 {
            let $at = $base + bits.trailing_zeros() as usize;
            bits &= bits - 1;
            $body
        }
    };
}

impl<'a> Pass<'a> {
    pub fn new(
        kernel: &'a Kernel,
        data: &'a [u8],
        outer: &'a [u8],
        spans: &'a mut Vec<Span>,
        done: &'a mut Vec<usize>,
    ) -> Self {
        done.clear();
        Self {
            kernel,
            data,
            outer,
            spans,
            done,
            low: 0,
            high: 0,
            pair_at: 0,
            card_at: 0,
            scanned: Scanned::default(),
            wide: false,
            may_have_block: false,
        }
    }

    pub fn run(&mut self) {
        let mut carry = Carry::default();
        let (blocks, rest) = self.data.as_chunks::<BLOCK>();
        for (index, block) in blocks.iter().enumerate() {
            let bits = self.kernel.classifier.block(block);
            self.block(index * BLOCK, &bits, &mut carry);
        }
        if !rest.is_empty() {
            let mut block = [0; BLOCK];
            block[..rest.len()].copy_from_slice(rest);
            let bits = self.kernel.classifier.block(&block);
            self.block(blocks.len() * BLOCK, &bits, &mut carry);
        }
        if self.wide {
            self.folded_cards();
        }
        if self.kernel.has_scans {
            self.scans();
        }
    }

    #[inline(always)]
    fn block(&mut self, base: usize, bits: &Bits, carry: &mut Carry) {
        let data = self.data;
        let kernel = self.kernel;
        self.wide |= bits.wide != 0;
        let alnum = bits.class[ALNUM];
        let mut starts = alnum & !up(alnum, carry.alnum, 1);
        carry.alnum = alnum;
        let (mut behind, mut ahead) = (carry.starts, 0);
        each!(bits.class[ESCAPE], base, at => {
            escape_ends(data, at, |end| match end - base {
                place @ ..BLOCK => behind |= 1 << place,
                place => ahead |= 1 << (place - BLOCK),
            });
        });
        carry.starts = ahead;
        starts |= behind & alnum;
        each!(starts | bits.class[TRIGGER], base, at => {
            if kernel.keywords.may_start(data, at) {
                self.keyword(at);
            }
        });
        if kernel.cards.is_some() {
            self.digits(base, bits, carry);
        }
        if kernel.has_names {
            each!(bits.class[SEPARATOR], base, at => {
                if may_name(data, &kernel.names, at) {
                    self.separator(at);
                }
            });
        }
    }

    /// Looks at runs of at least twelve digits and joints.
    #[inline(always)]
    fn digits(&mut self, base: usize, bits: &Bits, carry: &mut Carry) {
        let digit = bits.class[DIGIT];
        let joined = digit | (bits.class[JOINT] & up(digit, carry.digit, 1));
        let two = joined & up(joined, carry.joined[0], 1);
        let four = two & up(two, carry.joined[1], 2);
        let eight = four & up(four, carry.joined[2], 4);
        let twelve = eight & up(four, carry.joined[2], 8);
        carry.digit = digit;
        carry.joined = [joined, two, four, eight];
        each!(twelve, base, at => {
            if at >= self.card_at {
                self.card(if data_digit(self.data, at) { at } else { at - 1 });
            }
        });
    }

    /// Makes `low` and `high` the bounds of the line that `at` is in.
    #[inline]
    fn line(&mut self, at: usize) {
        if at >= self.high {
            let known = self.high;
            let start = memrchr(b'\n', &self.data[known..at]);
            self.low = start.map_or(if known == 0 { 0 } else { self.low }, |end| known + end + 1);
        } else if at < self.low {
            self.low = memrchr(b'\n', &self.data[..at]).map_or(0, |end| end + 1);
        } else {
            return;
        }
        let rest = &self.data[at..];
        self.high = memchr(b'\n', rest).map_or(self.data.len(), |end| at + end);
    }

    #[cold]
    fn keyword(&mut self, at: usize) {
        let kernel = self.kernel;
        kernel.keywords.at(self.data, at, |pattern, end| {
            self.candidate(at, end, pattern)
        });
    }

    fn candidate(&mut self, at: usize, keyword_end: usize, index: u32) {
        if index == BLOCK_SIGN {
            self.may_have_block = true;
            return;
        }
        self.line(at);
        if keyword_end > self.high {
            return;
        }
        let index = index as usize;
        let pattern = &self.kernel.patterns[index];
        if self.done.is_empty() {
            self.done.resize(self.kernel.patterns.len(), 0);
        }
        let start = pattern.start(self.data, self.low, at);
        if start < self.done[index] {
            return;
        }
        let words = &self.kernel.words;
        if let Some(secret) = pattern.match_at(words, self.data, self.low, self.high, start) {
            self.done[index] = secret.match_end;
            self.spans
                .push(Span::new(secret.start, secret.end, pattern.rule));
        }
    }

    #[cold]
    fn card(&mut self, at: usize) {
        let (first, last, enough) = run_around(self.data, at);
        self.card_at = last;
        let Some(cards) = self.kernel.cards.as_ref().filter(|_| enough) else {
            return;
        };
        self.line(first);
        let outer = if self.low == 0 { self.outer } else { b"" };
        let line = Line {
            data: self.data,
            low: self.low,
            high: self.high,
            outer,
        };
        let spans = &mut *self.spans;
        let mut found = |first, last| spans.push(Span::new(first, last, cards.rule));
        cards.in_run(line, &self.kernel.words, (first, last), &mut found);
    }

    #[cold]
    fn separator(&mut self, at: usize) {
        if at < self.pair_at {
            return;
        }
        let Some(after) = separator_end(self.data, at) else {
            return;
        };
        self.line(at);
        let kernel = self.kernel;
        let (data, low, high) = (self.data, self.low, self.high);
        let keys = KeyReader {
            data,
            low,
            high,
            names: &kernel.names,
            words: &kernel.words,
        };
        let Some(named) = keys.named(at, after) else {
            return;
        };
        for index in named.rules {
            let Some(rule) = kernel.pair_rule(index) else {
                continue;
            };
            let spans = &mut *self.spans;
            let mut reader = Reader {
                data,
                low,
                high,
                rule,
                words: &kernel.words,
                key: named.key,
                after_separator: after,
                scanned: &mut self.scanned,
            };
            let mut found = |first, last| spans.push(Span::new(first, last, index));
            if let Some(last) = reader.read(named.value, &mut found) {
                self.pair_at = after.max(last);
                return;
            }
        }
    }

    #[cold]
    fn folded_cards(&mut self) {
        let Some(cards) = &self.kernel.cards else {
            return;
        };
        let mut at = 0;
        while let Some(offset) = self.data[at..].iter().position(|byte| !byte.is_ascii()) {
            self.line(at + offset);
            at = self.high;
            let Some(folded) = self.kernel.folds.fold(self.data, self.low, self.high) else {
                continue;
            };
            let data = &folded.data[..];
            let outer = if self.low == 0 { self.outer } else { b"" };
            let line = Line {
                data,
                low: 0,
                high: data.len(),
                outer,
            };
            let spans = &mut *self.spans;
            let mut found = |first: usize, last: usize| {
                let (start, end) = (folded.origins[first].0, folded.origins[last - 1].1);
                spans.push(Span::new(start, end, cards.rule));
            };
            let mut place = 0;
            while let Some(offset) = data[place..].iter().position(u8::is_ascii_digit) {
                let (first, last, enough) = run_around(data, place + offset);
                if enough {
                    cards.in_run(line, &self.kernel.words, (first, last), &mut found);
                }
                place = last;
            }
        }
    }

    #[cold]
    fn scans(&mut self) {
        let data = self.data;
        let mut low = 0;
        while low < data.len() {
            let high = memchr(b'\n', &data[low..]).map_or(data.len(), |end| low + end);
            if high > low {
                for pattern in self.kernel.patterns.iter().filter(|pattern| pattern.scan) {
                    let spans = &mut *self.spans;
                    pattern.scan(&self.kernel.words, data, low, high, |first, last| {
                        spans.push(Span::new(first, last, pattern.rule));
                    });
                }
            }
            low = high + 1;
        }
    }
}

fn data_digit(data: &[u8], at: usize) -> bool {
    at < data.len() && data[at].is_ascii_digit()
}
