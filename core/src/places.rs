//! Places of a text at which something may start, as bitmaps: some hundred bytes at a time.

use crate::blobs::LEAST;
use crate::classify::{BLOCK, Bits, Work};
use crate::keywords::Keywords;
use crate::names::Names;

/// The classes of bytes that a pass knows.
pub const CLASSES: usize = 6;
/// Starts of escapes, openings of lists, `>` and keywords of one sign: what most texts have little of.
pub const RARE: usize = 5;

/// Blocks that are looked at together.
pub const BLOCKS: usize = 8;
/// Bytes in them.
pub const CHUNK: usize = BLOCKS * BLOCK;
/// Bytes before a chunk, and behind it, that are looked at with it.
pub const BEFORE: usize = 8;
pub const REACH: usize = 8;
/// A chunk and what is around it; zeros before the text and behind it.
pub type Source = [u8; BEFORE + CHUNK + REACH];

/// For each block of a chunk one bit for each byte.
pub type Bitmaps = [u64; BLOCKS];

/// The places of a chunk.
#[derive(Default)]
pub struct Places {
    /// Where runs of letters and digits start.
    pub starts: Bitmaps,
    pub alnum: Bitmaps,
    /// Where a keyword may start.
    pub keywords: Bitmaps,
    pub separators: Bitmaps,
    pub rare: Bitmaps,
    /// Where a run of letters and digits gets long.
    pub long: Bitmaps,
    /// Behind twelve digits and joints.
    pub digits: Bitmaps,
    /// What all blocks together have of those.
    pub any_rare: u64,
    pub any_long: u64,
    pub any_digits: u64,
    pub any_keywords: u64,
    pub any_separators: u64,
    /// Bytes outside ASCII.
    pub any_wide: u64,
}

/// What a chunk's bitmaps need to know of the chunk before.
#[derive(Default)]
pub struct Carry {
    alnum: u64,
    digit: u64,
    /// Places behind one, two and four digits and joints in a row.
    joined: [u64; 3],
    /// Places behind two, four, eight and twenty letters and digits in a row.
    runs: [u64; 4],
}

/// `bits` moved up by `count`, with what moved out of the block before.
#[inline(always)]
pub fn up(bits: u64, before: u64, count: u32) -> u64 {
    bits << count | before >> (64 - count)
}

/// The places at which a run of letters and digits is `LEAST` bytes long.
#[inline(always)]
pub fn long_runs(alnum: u64, carry: &mut Carry) -> u64 {
    const { assert!(LEAST == 20) };
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
pub fn twelve_digits(digit: u64, joint: u64, carry: &mut Carry) -> u64 {
    let [before, before_two, before_four] = carry.joined;
    let joined = digit | (joint & up(digit, carry.digit, 1));
    let two = joined & up(joined, before, 1);
    let four = two & up(two, before_two, 2);
    let eight = four & up(four, before_four, 4);
    carry.digit = digit;
    carry.joined = [joined, two, four];
    eight & up(four, before_four, 8)
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

/// The chunk at `base` of a text and what is around it, where all of that is in the text.
#[inline(always)]
pub fn inside(data: &[u8], base: usize) -> Option<&Source> {
    data.get(base.checked_sub(BEFORE)?..)?.first_chunk()
}

/// Copies the chunk at `base` of a text and what is around it to `source`, which is zeros.
#[inline(always)]
pub fn copy(data: &[u8], base: usize, source: &mut Source) {
    let before = base.min(BEFORE);
    let text = &data[base - before..];
    let source = &mut source[BEFORE - before..];
    let size = text.len().min(source.len());
    source[..size].copy_from_slice(&text[..size]);
}

/// A block and what is around it.
pub type Window = [u8; BEFORE + BLOCK + REACH];

impl Places {
    /// Notes where runs of letters and digits start and get long, and where keywords may start.
    #[inline(always)]
    fn arrange(&mut self, blocks: usize, carry: &mut Carry, keywords: &Keywords) {
        // Each loop has few numbers to carry, which so are in registers.
        let (mut before, mut any) = (carry.alnum, 0);
        for index in 0..blocks {
            let (alnum, digit, joint) = (self.alnum[index], self.digits[index], self.long[index]);
            let starts = alnum & !up(alnum, before, 1);
            before = alnum;
            let (separators, triggers) = (self.separators[index], self.keywords[index]);
            self.keywords[index] = keywords.places(starts, digit, joint, separators, triggers);
            self.starts[index] = starts;
        }
        for index in 0..blocks {
            let digits = twelve_digits(self.digits[index], self.long[index], carry);
            self.digits[index] = digits;
            any |= digits;
        }
        self.any_digits = any;
        any = 0;
        for index in 0..blocks {
            let long = long_runs(self.alnum[index], carry);
            carry.alnum = self.alnum[index];
            self.long[index] = long;
            any |= long;
        }
        self.any_long = any;
    }
}

/// Finds the places of the first `blocks` blocks of a chunk.
pub struct Find<'a> {
    /// Has none yet.
    pub places: &'a mut Places,
    pub source: &'a Source,
    pub blocks: usize,
    pub carry: &'a mut Carry,
    pub keywords: &'a Keywords,
    pub names: &'a Names,
}

impl Work<CLASSES> for Find<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self, classes: impl Fn(&[u8; BLOCK]) -> Bits<CLASSES>) {
        let Self {
            places,
            source,
            blocks,
            carry,
            keywords,
            names,
        } = self;
        let blocks = blocks.min(BLOCKS);
        let window = |index: usize| -> &Window {
            // A block of a chunk has one.
            source[index * BLOCK..].first_chunk().unwrap_or(&[0; _])
        };
        let (mut rare, mut wide) = (0, 0);
        for index in 0..blocks {
            let part = window(index)[BEFORE..].first_chunk().unwrap_or(&[0; _]);
            let bits = classes(part);
            // Digits, joints and triggers wait where `arrange` puts what it makes of them.
            [
                places.alnum[index],
                places.digits[index],
                places.long[index],
                places.separators[index],
                places.keywords[index],
                places.rare[index],
            ] = bits.class;
            rare |= bits.class[RARE];
            wide |= bits.wide;
        }
        (places.any_rare, places.any_wide) = (rare, wide);
        places.arrange(blocks, carry, keywords);
        let (mut any_keywords, mut any_separators) = (0, 0);
        for index in 0..blocks {
            let window = window(index);
            let found = left(places.keywords[index], |place| {
                keywords.may_start(window, place)
            });
            places.keywords[index] = found;
            any_keywords |= found;
            let separators = left(places.separators[index], |place| {
                names.may_be_before(window, place)
            });
            places.separators[index] = separators;
            any_separators |= separators;
        }
        (places.any_keywords, places.any_separators) = (any_keywords, any_separators);
    }
}

/// The places of a bitmap that pass, given by their places in the window of the block.
#[inline(always)]
fn left(mut bits: u64, passes: impl Fn(usize) -> bool) -> u64 {
    let mut left = 0;
    while bits != 0 {
        if passes(BEFORE + bits.trailing_zeros() as usize) {
            left |= bits & bits.wrapping_neg();
        }
        bits &= bits - 1;
    }
    left
}
