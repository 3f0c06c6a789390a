//! The look that clean text passes: is some pair of words in it of a document, and those beside it?
//!
//! The pass over a text notes where its letters and digits are. Of any run of words that is long
//! enough, one pair in so many is looked up: each excerpt has one of them.

use super::hashing::{Hasher, LOWER};
use super::table::Table;
use crate::bytesets::{ALNUM, BACKSLASH};
use crate::classify::{BLOCK, Bits, Classifier, Half, Work};
use crate::places::{Places, each};
use memchr::memchr;
#[cfg(target_arch = "x86_64")]
use std::sync::OnceLock;

/// Blocks of most texts, which need no memory of their own.
const FEW: usize = 14;
/// Behind the last block, for what reaches over the end.
const MORE: usize = 2;
/// Pairs that are looked up together.
const BATCH: usize = 8;
/// Bytes of a word that are hashed at once.
const STEP: usize = 8;

/// Where the words of a text are, as the pass over it sees them.
pub struct WordMap<'a> {
    /// Letters and digits that are no part of an escape, for each block.
    bits: &'a mut [u64],
    /// Escapes that may be letters, for each block that has some.
    odd: Vec<(usize, u64)>,
    /// There are bytes outside ASCII.
    pub wide: bool,
}

impl<'a> WordMap<'a> {
    /// Calls `work` with an empty map for a text of this size.
    #[inline]
    pub fn with<T>(size: usize, work: impl FnOnce(&mut WordMap) -> T) -> T {
        let blocks = size.div_ceil(BLOCK) + MORE;
        if let Some(few) = [0; FEW + MORE].get_mut(..blocks) {
            return work(&mut WordMap::new(few));
        }
        work(&mut WordMap::new(&mut vec![0; blocks]))
    }

    /// Calls `work` with the map of `data`, where there is no pass over it.
    pub fn of<T>(data: &[u8], work: impl FnOnce(&mut WordMap) -> T) -> T {
        let classifier = Classifier::new([&ALNUM, &BACKSLASH]);
        Self::with(data.len(), |words| {
            classifier.with(Alone { words, data });
            work(words)
        })
    }

    fn new(bits: &'a mut [u64]) -> Self {
        Self {
            bits,
            odd: Vec::new(),
            wide: false,
        }
    }

    /// Notes the letters and digits of the block at `base`.
    #[inline(always)]
    pub fn put(&mut self, base: usize, alnum: u64) {
        if let Some(own) = self.bits.get_mut(base / BLOCK) {
            *own = alnum;
        }
    }

    /// Notes those of the first `blocks` blocks of the chunk at `base`, less those of escapes;
    /// `letters` are those of the block before, and those for the next block come back.
    pub fn put_all(
        &mut self,
        data: &[u8],
        base: usize,
        places: &Places,
        blocks: usize,
        mut letters: u64,
    ) -> u64 {
        for index in 0..blocks {
            let (start, rare) = (base + index * BLOCK, places.rare[index]);
            self.put(start, places.alnum[index]);
            if rare | letters != 0 {
                letters = self.escapes(data, start, rare, letters);
            }
        }
        letters
    }

    /// Takes the letters of escapes out of the block at `base`, `letters` among them; returns those
    /// of the next block.
    #[inline(never)]
    pub fn escapes(&mut self, data: &[u8], base: usize, escapes: u64, mut letters: u64) -> u64 {
        let (mut odd, mut ahead) = (0, 0);
        each!(escapes, base, at => {
            if data[at] == b'\\' {
                match data.get(at + 1) {
                    Some(b'n' | b'r' | b't' | b'f' | b'b' | b'v') => match at + 1 - base {
                        place @ ..BLOCK => letters |= 1 << place,
                        _ => ahead = 1,
                    },
                    Some(b'u' | b'U' | b'x') => odd |= 1 << (at - base),
                    _ => {}
                }
            }
        });
        if odd != 0 {
            self.odd.push((base, odd));
        }
        if let Some(own) = self.bits.get_mut(base / BLOCK) {
            *own &= !letters;
        }
        ahead
    }

    /// Calls `found` with a place of each line with words that only the slow way knows.
    pub fn odd(&self, data: &[u8], mut found: impl FnMut(usize)) {
        for &(base, bits) in &self.odd {
            each!(bits, base, at => {
                found(at);
            });
        }
        let mut low = 0;
        while self.wide && low < data.len() {
            let high = memchr(b'\n', &data[low..]).map_or(data.len(), |end| low + end);
            if !data[low..high].is_ascii() {
                found(low);
            }
            low = high + 1;
        }
    }

    /// There are such words.
    pub fn is_odd(&self) -> bool {
        self.wide || !self.odd.is_empty()
    }
}

struct Alone<'m, 'a> {
    words: &'m mut WordMap<'a>,
    data: &'m [u8],
}

impl Work<2> for Alone<'_, '_> {
    type Out = ();

    #[inline(always)]
    fn run(self, classes: impl Fn(&[u8; BLOCK]) -> Bits<2>, _: impl Fn(Half) -> Bits<2>) {
        let mut letters = 0;
        for (index, part) in self.data.chunks(BLOCK).enumerate() {
            let mut block = [0; BLOCK];
            block[..part.len()].copy_from_slice(part);
            let (base, bits) = (index * BLOCK, classes(&block));
            let [alnum, escapes] = bits.class;
            self.words.put(base, alnum);
            letters = self.words.escapes(self.data, base, escapes, letters);
            self.words.wide |= bits.wide != 0;
        }
    }
}

/// The place of a bit that is set, given how many are before it.
trait Select: Copy + Fn(u64, u32) -> u32 {}
impl<T: Copy + Fn(u64, u32) -> u32> Select for T {}
/// The lowest bits of a number, as many as are asked for.
trait Low: Copy + Fn(u64, u32) -> u64 {}
impl<T: Copy + Fn(u64, u32) -> u64> Low for T {}

/// Places in `data` beside which an excerpt may be: the first one, or the first one of each of its
/// `lines`.
pub fn look(
    table: &Table,
    hasher: &Hasher,
    data: &[u8],
    words: &WordMap,
    lines: bool,
) -> Vec<usize> {
    let look = Look {
        table,
        hasher,
        data,
        bits: words.bits,
        lines,
    };
    #[cfg(target_arch = "x86_64")]
    if with_bits() {
        // SAFETY: the processor has these instructions.
        return unsafe { bmi2::look(&look) };
    }
    look.run(select, |look, batch, count| look.held(batch, count, low))
}

/// The processor has instructions that find bits at once.
#[cfg(target_arch = "x86_64")]
fn with_bits() -> bool {
    static WITH_BITS: OnceLock<bool> = OnceLock::new();
    *WITH_BITS.get_or_init(|| {
        std::arch::is_x86_feature_detected!("avx2")
            && std::arch::is_x86_feature_detected!("bmi1")
            && std::arch::is_x86_feature_detected!("bmi2")
            && std::arch::is_x86_feature_detected!("lzcnt")
            && std::arch::is_x86_feature_detected!("popcnt")
    })
}

struct Look<'a> {
    table: &'a Table,
    hasher: &'a Hasher,
    data: &'a [u8],
    bits: &'a [u64],
    lines: bool,
}

/// Places beside which an excerpt may be; before `done` there is no need for more.
#[derive(Default)]
struct Found {
    places: Vec<usize>,
    done: usize,
}

/// Starts of pairs, and the bits from each of them on.
type Batch = [(usize, u64); BATCH];

impl Look<'_> {
    #[inline(always)]
    fn run(&self, select: impl Select, held: impl Fn(&Self, &Batch, usize) -> u32) -> Vec<usize> {
        let step = self.hasher.words as u32 - 1;
        let mut found = Found::default();
        let mut skip = step - 1;
        let mut carry = 0;
        let (mut batch, mut count) = (Batch::default(), 0);
        let mut base = 0;
        for two in self.bits.windows(MORE) {
            let &[bits, next] = two else { break };
            let mut starts = bits & !(bits << 1 | carry);
            carry = bits >> 63;
            let mut left = starts.count_ones();
            while left > skip {
                let place = select(starts, skip) % u64::BITS;
                let from = bits >> place | next << 1 << (63 - place);
                batch[count % BATCH] = (base + place as usize, from);
                count += 1;
                starts &= u64::MAX << 1 << place;
                left -= skip + 1;
                skip = step - 1;
                if count == BATCH {
                    count = 0;
                    let held = held(self, &batch, BATCH);
                    if held != 0 && self.hold(&batch, held, &mut found) {
                        return found.places;
                    }
                }
            }
            skip -= left;
            base += BLOCK;
        }
        let held = held(self, &batch, count);
        if held != 0 {
            self.hold(&batch, held, &mut found);
        }
        found.places
    }

    /// Which of the first `count` pairs may be of some document, one bit each.
    ///
    /// Nothing waits for what is looked up before all are: the memory that it is in is far away,
    /// and comes at once then.
    #[inline(always)]
    fn held(&self, batch: &Batch, count: usize, low: impl Low) -> u32 {
        let mut held = 0;
        for (place, &(at, bits)) in batch[..count].iter().enumerate() {
            held |= u32::from(self.may_hold(at, bits, low)) << place;
        }
        held
    }

    /// The 64 bits from `at` on.
    #[inline]
    fn from(&self, at: usize) -> u64 {
        let (block, shift) = (at / BLOCK, at % BLOCK);
        let next = self.bits[block + 1] << 1 << (63 - shift);
        self.bits[block] >> shift | next
    }

    /// The end of the word that goes on at `at`.
    #[inline]
    fn end(&self, mut at: usize) -> usize {
        loop {
            let ones = self.from(at).trailing_ones() as usize;
            at += ones;
            if ones < BLOCK {
                return at;
            }
        }
    }

    /// The start of the first word from `at` on, where none goes on.
    #[inline]
    fn next(&self, mut at: usize) -> Option<usize> {
        while at < self.data.len() {
            let zeros = self.from(at).trailing_zeros() as usize;
            at += zeros;
            if zeros < BLOCK {
                return Some(at);
            }
        }
        None
    }

    /// The start of the word before the one that starts at `at`.
    fn before(&self, at: usize) -> Option<usize> {
        let last = self.last(at, 0)?;
        Some(self.last(last, u64::MAX).map_or(0, |other| other + 1))
    }

    /// The last place before `at` at which the bit is not that of `other`.
    fn last(&self, at: usize, other: u64) -> Option<usize> {
        let (mut block, shift) = (at / BLOCK, at % BLOCK);
        let mut bits = (self.bits[block] ^ other) & !(u64::MAX << shift);
        while bits == 0 {
            block = block.checked_sub(1)?;
            bits = self.bits[block] ^ other;
        }
        Some(block * BLOCK + 63 - bits.leading_zeros() as usize)
    }

    /// The pair that starts at `start` may be of some document, given the bits from there on.
    #[inline(always)]
    fn may_hold(&self, start: usize, bits: u64, low: impl Low) -> bool {
        // Most pairs are within 64 bytes: then their bounds are in one number. What is not there
        // is 64 bytes away for the counts, and to shift by 64 does nothing.
        let size = bits.trailing_ones();
        let behind = bits.wrapping_shr(size);
        let gap = behind.trailing_zeros();
        let other = behind.wrapping_shr(gap).trailing_ones();
        let next = size + gap;
        if next + other >= BLOCK as u32 {
            return self.far_may_hold(start);
        }
        let (size, other) = (size as usize, other as usize);
        let next = next as usize;
        let Some(rest) = self.data.get(start..) else {
            return false;
        };
        let (Some(one), Some(two)) = (
            rest.first_chunk(),
            rest.get(next..).and_then(<[u8]>::first_chunk),
        ) else {
            return self.far_may_hold(start);
        };
        let one = if size <= STEP {
            self.hasher.step(0, first(one, size, low))
        } else {
            self.word(start, size)
        };
        let two = if other <= STEP {
            self.hasher.step(0, first(two, other, low))
        } else {
            self.word(start + next, other)
        };
        self.table.has_pair(self.hasher.pair(one, two))
    }

    #[inline(never)]
    fn word(&self, start: usize, size: usize) -> u64 {
        self.hasher.word(&self.data[start..start + size])
    }

    #[cold]
    fn far_may_hold(&self, start: usize) -> bool {
        let word = |start: usize, end: usize| self.hasher.word(&self.data[start..end]);
        let end = self.end(start);
        self.next(end).is_some_and(|next| {
            let pair = self
                .hasher
                .pair(word(start, end), word(next, self.end(next)));
            self.table.has_pair(pair)
        })
    }

    /// Adds the places of those pairs beside which an excerpt may be; says whether that is enough.
    #[cold]
    fn hold(&self, batch: &Batch, held: u32, found: &mut Found) -> bool {
        each!(u64::from(held), 0, place => {
            let (at, _) = batch[place];
            if at >= found.done && self.is_long(at) {
                found.places.push(at);
                if !self.lines {
                    return true;
                }
                let rest = &self.data[at..];
                found.done = at + memchr(b'\n', rest).unwrap_or(rest.len());
            }
        });
        false
    }

    /// The pair at `first` is of a document, and so are so many beside it that they may be an
    /// excerpt.
    fn is_long(&self, first: usize) -> bool {
        let holds = |at: usize| self.may_hold(at, self.from(at), low);
        let enough = self.hasher.words - 1;
        let mut pairs = 1;
        let mut at = first;
        while pairs < enough
            && let Some(next) = self.next(self.end(at))
            && holds(next)
        {
            (at, pairs) = (next, pairs + 1);
        }
        at = first;
        while pairs < enough
            && let Some(start) = self.before(at)
            && holds(start)
        {
            (at, pairs) = (start, pairs + 1);
        }
        pairs >= enough
    }
}

/// The first bytes of a word, small and alone.
#[inline(always)]
fn first(bytes: &[u8; STEP], size: usize, low: impl Low) -> u64 {
    low(u64::from_le_bytes(*bytes) | LOWER, 8 * size as u32)
}

fn low(bits: u64, count: u32) -> u64 {
    bits & (u64::MAX >> (u64::BITS - count))
}

fn select(mut bits: u64, before: u32) -> u32 {
    for _ in 0..before {
        bits &= bits - 1;
    }
    bits.trailing_zeros()
}

#[cfg(target_arch = "x86_64")]
mod bmi2 {
    use super::{Batch, Look};
    use std::arch::x86_64::{_bzhi_u64, _pdep_u64};

    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    pub fn look(look: &Look) -> Vec<usize> {
        look.run(
            |bits, before| select(bits, before),
            |look, batch, count| held(look, batch, count),
        )
    }

    #[inline(never)]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    fn held(look: &Look, batch: &Batch, count: usize) -> u32 {
        look.held(batch, count, |bits, count| low(bits, count))
    }

    #[inline]
    #[target_feature(enable = "bmi1,bmi2")]
    pub fn select(bits: u64, before: u32) -> u32 {
        _pdep_u64(1 << before, bits).trailing_zeros()
    }

    #[inline]
    #[target_feature(enable = "bmi2")]
    pub fn low(bits: u64, count: u32) -> u64 {
        _bzhi_u64(bits, count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn places_in_bitmaps_are_the_same_with_other_instructions() {
        if !with_bits() {
            return;
        }
        let mut bits = 1u64;
        for _ in 0..if cfg!(miri) { 50 } else { 2000 } {
            bits = bits.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
            for before in 0..bits.count_ones() {
                // SAFETY: the processor has the instructions.
                assert_eq!(unsafe { bmi2::select(bits, before) }, select(bits, before));
            }
            for count in 1..=64 {
                // SAFETY: as above.
                assert_eq!(unsafe { bmi2::low(bits, count) }, low(bits, count));
            }
        }
    }

    #[test]
    fn letters_of_escapes_are_no_words_in_bitmaps() {
        for size in (0..140).step_by(if cfg!(miri) { 31 } else { 1 }) {
            let text = [
                &b"-".repeat(size)[..],
                br"a\nb\\tc\q",
                b"d".repeat(70).as_slice(),
            ]
            .concat();
            WordMap::of(&text, |map| {
                let set = |at: usize| map.bits[at / BLOCK] >> (at % BLOCK) & 1 == 1;
                let words: Vec<usize> = (0..text.len()).filter(|&at| set(at)).collect();
                let expected = [0, 3, 7, 9].into_iter().chain(10..80);
                assert_eq!(words, expected.map(|at| size + at).collect::<Vec<_>>());
                assert!(!map.is_odd());
            });
        }
    }
}
