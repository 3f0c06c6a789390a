//! One pass over a text: classify 64 bytes at a time, and look only where something may start.

use crate::blobs::{Blob, LEAST};
use crate::boundaries::escape_ends;
use crate::classify::{
    ALNUM, BLOCK, Bits, COMMA, DIGIT, ESCAPE, JOINT, OPENER, REACH, SEPARATOR, Window, Work,
};
use crate::engine::Kernel;
use crate::escapes::may_undo;
use crate::pairs::may_name;
use crate::reader::Scanned;
use crate::registered::WordMap;
use crate::sequence::Runs;
use crate::spans::Span;

/// Stands for a pattern in the keyword table: a block may start here.
pub const BLOCK_SIGN: u32 = u32::MAX;

/// The first item of a list is a key only this near to the list's opening, in whole blocks.
const LIST_REACH: usize = 3 * BLOCK;

/// What is to be read once more decoded, and places that may have a value in the lines below.
pub enum Encoded {
    Opening(usize),
    /// The bounds of a line with escapes.
    Line(usize, usize),
    Blob(Blob),
}

pub struct Pass<'a> {
    pub(crate) kernel: &'a Kernel,
    pub(crate) data: &'a [u8],
    pub(crate) outer: &'a [u8],
    pub(crate) spans: &'a mut Vec<Span>,
    /// What an earlier match of each pattern has covered.
    pub(crate) done: &'a mut Vec<usize>,
    pub(crate) low: usize,
    pub(crate) high: usize,
    pub(crate) pair_at: usize,
    pub(crate) card_at: usize,
    pub(crate) scanned: Scanned,
    pub(crate) runs: Runs,
    pub(crate) wide: bool,
    pub may_have_block: bool,
    /// What is to be read once more decoded.
    pub found: Vec<Encoded>,
    /// What is before this place is noted or is not to be read once more.
    pub(crate) undone: usize,
    /// Text in base64 or hexadecimal digits is looked for: there is room for some.
    long: bool,
    /// What is before this place is text in base64 or hexadecimal digits, or is none.
    pub(crate) blob_at: usize,
}

/// What a block's bitmaps need to know of the block before.
#[derive(Default)]
pub(crate) struct Carry {
    alnum: u64,
    digit: u64,
    joined: [u64; 4],
    /// Places behind two, four, eight and twenty letters and digits in a row.
    runs: [u64; 4],
    /// Places behind escape sequences, beyond the block.
    starts: u64,
    /// Letters of escape sequences, beyond the block, for the words of the text.
    letters: u64,
    /// Up to here a list may have been opened so near that a comma is behind its first item.
    list_reach: usize,
}

/// `bits` moved up by `count`, with what moved out of the block before.
#[inline(always)]
pub(crate) fn up(bits: u64, before: u64, count: u32) -> u64 {
    bits << count | before >> (64 - count)
}

/// The places at which a run of letters and digits is `LEAST` bytes long.
#[inline(always)]
pub(crate) fn long_runs(alnum: u64, carry: &mut Carry) -> u64 {
    let [before_two, before_four, before_eight, before_twenty] = carry.runs;
    let two = alnum & up(alnum, carry.alnum, 1);
    let four = two & up(two, before_two, 2);
    let eight = four & up(four, before_four, 4);
    let sixteen = eight & up(eight, before_eight, 8);
    let twenty = sixteen & up(four, before_four, 16);
    carry.runs = [two, four, eight, twenty];
    twenty & !up(twenty, before_twenty, 1)
}

/// The places at which a run of digits, with joints between them, is twelve bytes long or longer.
#[inline(always)]
pub(crate) fn twelve_digits(digit: u64, joint: u64, carry: &mut Carry) -> u64 {
    let joined = digit | (joint & up(digit, carry.digit, 1));
    let two = joined & up(joined, carry.joined[0], 1);
    let four = two & up(two, carry.joined[1], 2);
    let eight = four & up(four, carry.joined[2], 4);
    let twelve = eight & up(four, carry.joined[2], 8);
    carry.digit = digit;
    carry.joined = [joined, two, four, eight];
    twelve
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

pub(crate) use each;

impl<'a> Pass<'a> {
    #[inline(always)]
    pub fn new(
        kernel: &'a Kernel,
        data: &'a [u8],
        outer: &'a [u8],
        spans: &'a mut Vec<Span>,
        done: &'a mut Vec<usize>,
        encoded: bool,
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
            runs: Runs::default(),
            wide: false,
            may_have_block: false,
            found: Vec::new(),
            undone: if encoded { 0 } else { usize::MAX },
            long: encoded && data.len() >= LEAST,
            blob_at: 0,
        }
    }

    /// Looks at all of the text; notes its words in `words`.
    pub fn run(&mut self, words: Option<&mut WordMap>) {
        let kernel = self.kernel;
        match words {
            Some(words) => kernel.classifier.with(Blocks::<true> { pass: self, words }),
            None => {
                let words = &mut WordMap::none();
                kernel
                    .classifier
                    .with(Blocks::<false> { pass: self, words });
            }
        }
        if self.wide && self.undone != usize::MAX {
            self.folded();
        }
        if kernel.has_scans {
            self.scans();
        }
    }

    #[inline(always)]
    fn block(&mut self, base: usize, window: &Window, bits: &Bits, carry: &mut Carry) {
        let data = self.data;
        let kernel = self.kernel;
        let alnum = bits.class[ALNUM];
        let mut starts = alnum & !up(alnum, carry.alnum, 1);
        if self.long {
            let long = long_runs(alnum, carry);
            if long != 0 {
                self.long_runs(base, long);
            }
        }
        carry.alnum = alnum;
        if bits.class[ESCAPE] | carry.starts != 0 {
            starts |= self.escapes(base, bits.class[ESCAPE], carry) & alnum;
        }
        each!(kernel.keywords.places(starts, bits), base, at => {
            if kernel.keywords.may_start(window, at - base) {
                self.keyword(at);
            }
        });
        if !kernel.scans.is_empty() {
            each!(starts, base, at => {
                kernel.scans.at(data, at, |pattern| self.candidate(at, at, pattern));
            });
        }
        if kernel.cards.is_some() {
            self.digits(base, bits, carry);
        }
        if kernel.has_names {
            if bits.class[OPENER] != 0 {
                carry.list_reach = base + LIST_REACH;
            }
            let separators = bits.class[SEPARATOR];
            if base < carry.list_reach {
                self.in_list(base, separators | bits.class[COMMA]);
            } else {
                self.separators(base, separators);
            }
        }
    }

    /// Looks at separators.
    #[inline(always)]
    fn separators(&mut self, base: usize, separators: u64) {
        let (data, names) = (self.data, &self.kernel.names);
        each!(separators, base, at => {
            let none = match data[at] {
                b'>' => false,
                // `\u003d`
                b'\\' if data.get(at + 1) != Some(&b'u') => true,
                _ => names.none_before(data, at),
            };
            if !none && may_name(data, names, at) {
                self.separator(at);
            }
        });
    }

    /// Looks at separators and commas near the opening of a list.
    #[inline(never)]
    fn in_list(&mut self, base: usize, separators: u64) {
        self.separators(base, separators);
    }

    /// The places behind escape sequences; notes what is to be read once more.
    #[inline(always)]
    fn escapes(&mut self, base: usize, escapes: u64, carry: &mut Carry) -> u64 {
        let data = self.data;
        let (mut behind, mut ahead) = (carry.starts, 0);
        each!(escapes, base, at => {
            escape_ends(data, at, |end| match end - base {
                place @ ..BLOCK => behind |= 1 << place,
                place => ahead |= 1 << (place - BLOCK),
            });
            if may_undo(data, at) && at >= self.undone {
                self.encoded(at);
            }
        });
        carry.starts = ahead;
        behind
    }

    /// Looks at runs of letters and digits that get long at the places `bits`.
    #[cold]
    fn long_runs(&mut self, base: usize, bits: u64) {
        each!(bits, base, at => {
            self.long_run(at + 1 - LEAST);
        });
    }

    /// Looks at runs of at least twelve digits and joints.
    #[inline(always)]
    fn digits(&mut self, base: usize, bits: &Bits, carry: &mut Carry) {
        each!(twelve_digits(bits.class[DIGIT], bits.class[JOINT], carry), base, at => {
            if at >= self.card_at {
                self.card(if data_digit(self.data, at) { at } else { at - 1 });
            }
        });
    }
}

/// A pass over all blocks of a text.
struct Blocks<'p, 'a, 'w, const WORDS: bool> {
    pass: &'p mut Pass<'a>,
    /// With `WORDS`, where the words of the text are noted.
    words: &'p mut WordMap<'w>,
}

impl<const WORDS: bool> Work for Blocks<'_, '_, '_, WORDS> {
    type Out = ();

    #[inline(always)]
    fn run(self, classes: impl Fn(&[u8; BLOCK]) -> Bits) {
        let Self { pass, words } = self;
        let data = pass.data;
        // The last blocks have no window in the text: they are in this one.
        let whole = data.len().saturating_sub(REACH) / BLOCK;
        let mut tail = [0; 2 * BLOCK + REACH];
        let rest = &data[whole * BLOCK..];
        tail[..rest.len()].copy_from_slice(rest);
        let mut carry = Carry::default();
        let mut wide = 0;
        for index in 0..data.len().div_ceil(BLOCK) {
            let window = if index < whole {
                &data[index * BLOCK..]
            } else {
                &tail[(index - whole) * BLOCK..]
            };
            let (Some(window), Some(block)) = (window.first_chunk(), window.first_chunk()) else {
                return;
            };
            let bits = classes(block);
            wide |= bits.wide;
            if WORDS {
                let (base, escapes) = (index * BLOCK, bits.class[ESCAPE]);
                words.put(base, bits.class[ALNUM]);
                if escapes | carry.letters != 0 {
                    carry.letters = words.escapes(data, base, escapes, carry.letters);
                }
            }
            pass.block(index * BLOCK, window, &bits, &mut carry);
        }
        pass.wide = wide != 0;
        words.wide = pass.wide;
    }
}

fn data_digit(data: &[u8], at: usize) -> bool {
    at < data.len() && data[at].is_ascii_digit()
}
