//! Places of a text at which something may start, as bitmaps: some hundred bytes at a time.

use crate::blobs::LEAST;
use crate::classify::{BLOCK, Bits, Half, Work};
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

/// The places of a chunk. Of blocks that it does not have they are those of an earlier one.
pub struct Places {
    /// Where runs of letters and digits start.
    pub starts: Bitmaps,
    pub alnum: Bitmaps,
    triggers: Bitmaps,
    separators: Bitmaps,
    pub rare: Bitmaps,
    /// Where a run of letters and digits gets long.
    pub long: Bitmaps,
    /// Behind twelve digits and joints.
    pub digits: Bitmaps,
    /// What all blocks together have of those.
    pub any_rare: u64,
    pub any_long: u64,
    pub any_digits: u64,
    /// Bytes outside ASCII.
    pub any_wide: u64,
    /// Where a keyword may start.
    pub keywords: List,
    /// Separators that a key may stand before.
    pub keys: List,
}

/// Some places of a chunk, from its start and in order.
pub struct List {
    places: [u16; CHUNK],
    size: usize,
}

impl Places {
    pub const fn new() -> Self {
        Self {
            starts: [0; _],
            alnum: [0; _],
            triggers: [0; _],
            separators: [0; _],
            rare: [0; _],
            long: [0; _],
            digits: [0; _],
            any_rare: 0,
            any_long: 0,
            any_digits: 0,
            any_wide: 0,
            keywords: List::new(),
            keys: List::new(),
        }
    }
}

impl List {
    const fn new() -> Self {
        Self {
            places: [0; CHUNK],
            size: 0,
        }
    }

    #[inline(always)]
    pub fn get(&self) -> &[u16] {
        &self.places[..self.size.min(CHUNK)]
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// Takes the places of all blocks that pass, given by their places in the window of a block.
    #[inline(always)]
    fn filter(
        &mut self,
        bitmaps: &[u64],
        source: &Source,
        passes: impl Fn(&Window, usize) -> bool,
    ) {
        let mut size = 0;
        for (index, &bits) in bitmaps.iter().enumerate() {
            let window = window(source, index);
            each!(bits, 0, place => {
                if passes(window, BEFORE + place) {
                    self.places[size % CHUNK] = (index * BLOCK + place) as u16;
                    size += 1;
                }
            });
        }
        self.size = size;
    }

    /// Adds places, given as bitmaps.
    #[cold]
    pub fn add(&mut self, more: &Bitmaps) {
        if more.iter().all(|&bits| bits == 0) {
            return;
        }
        let mut all = *more;
        for &place in self.get() {
            let place = usize::from(place);
            all[place / BLOCK] |= 1 << (place % BLOCK);
        }
        self.size = 0;
        for (index, &bits) in all.iter().enumerate() {
            each!(bits, index * BLOCK, place => {
                self.places[self.size % CHUNK] = place as u16;
                self.size += 1;
            });
        }
    }
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

/// Room for the chunk of a text that ends in it, or starts, and for zeros behind it.
pub type Room = [u8; BEFORE + CHUNK + REACH + ZEROS];
/// What is read of a last block beyond the text, and behind the block.
const ZEROS: usize = BLOCK + REACH;

/// Copies the chunk at `base` of a text and what is around it to `room`; what is behind its last
/// block is of no text.
#[inline(always)]
pub fn copy<'a>(data: &[u8], base: usize, room: &'a mut Room) -> &'a Source {
    let before = base.min(BEFORE);
    let text = &data[base - before..];
    let start = BEFORE - before;
    let end = start + text.len().min(BEFORE + CHUNK + REACH - start);
    room[..BEFORE].fill(0);
    room[start..end].copy_from_slice(&text[..end - start]);
    if let Some(zeros) = room[end..].first_chunk_mut() {
        *zeros = [0; ZEROS];
    }
    room.first_chunk().unwrap_or(&[0; _])
}

/// A block and what is around it.
pub type Window = [u8; BEFORE + BLOCK + REACH];

/// The window of a block of a chunk; there is one.
#[inline(always)]
fn window(source: &Source, index: usize) -> &Window {
    source[index * BLOCK..].first_chunk().unwrap_or(&[0; _])
}

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
            let (separators, triggers) = (self.separators[index], self.triggers[index]);
            self.triggers[index] = keywords.places(starts, digit, joint, separators, triggers);
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
    fn run(
        self,
        classes: impl Fn(&[u8; BLOCK]) -> Bits<CLASSES>,
        _: impl Fn(Half) -> Bits<CLASSES>,
    ) {
        let Self {
            places,
            source,
            blocks,
            carry,
            keywords,
            names,
        } = self;
        let blocks = blocks.min(BLOCKS);
        let (mut rare, mut wide) = (0, 0);
        for index in 0..blocks {
            let part = window(source, index)[BEFORE..]
                .first_chunk()
                .unwrap_or(&[0; _]);
            let bits = classes(part);
            // Digits, joints and triggers wait where `arrange` puts what it makes of them.
            [
                places.alnum[index],
                places.digits[index],
                places.long[index],
                places.separators[index],
                places.triggers[index],
                places.rare[index],
            ] = bits.class;
            rare |= bits.class[RARE];
            wide |= bits.wide;
        }
        (places.any_rare, places.any_wide) = (rare, wide);
        places.arrange(blocks, carry, keywords);
        let (triggers, separators) = (&places.triggers[..blocks], &places.separators[..blocks]);
        places.keywords.filter(triggers, source, |window, place| {
            keywords.may_start(window, place)
        });
        places.keys.filter(separators, source, |window, place| {
            names.may_be_before(window, place)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_an_earlier_text_stands_around_a_text() {
        let mut room = [b'x'; _];
        for size in (1..=CHUNK).step_by(if cfg!(miri) { 37 } else { 1 }) {
            room.fill(b'x');
            let text = vec![b'y'; size];
            let source = copy(&text, 0, &mut room);
            let end = size.next_multiple_of(BLOCK) + BEFORE + REACH;
            assert_eq!(source[..BEFORE], [0; BEFORE]);
            assert_eq!(source[BEFORE..][..size], text);
            assert!(
                source[BEFORE + size..end].iter().all(|&byte| byte == 0),
                "{size}"
            );
        }
    }
}
