//! The look that clean text passes: is some pair of words in it of a document, and those beside it?
//!
//! Only texts of ASCII are looked at here, with bitmaps of their letters and digits. Of any run of
//! words that is long enough, one pair in so many is looked up: each excerpt has one of them.

use super::hashing::Hasher;
use super::table::Table;
#[cfg(target_arch = "x86_64")]
use std::sync::OnceLock;

const BLOCK: usize = 64;
/// Blocks of most texts, and of those that need no memory of their own.
const FEW: usize = 14;
const SMALL: usize = 126;
/// Pairs that are looked up together.
const BATCH: usize = 16;

/// What is known of a text at little cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gate {
    Clean,
    /// It is to be looked at word by word.
    Open,
}

/// Letters and digits, backslashes, and bytes outside ASCII, one bit each.
type Bits = (u64, u64, u64);
trait Classify: Fn(&[u8; BLOCK]) -> Bits {}
impl<T: Fn(&[u8; BLOCK]) -> Bits> Classify for T {}
/// The place of a bit that is set, given how many are before it.
trait Select: Copy + Fn(u64, u32) -> u32 {}
impl<T: Copy + Fn(u64, u32) -> u32> Select for T {}

/// Looks at `data`.
pub fn look(table: &Table, hasher: &Hasher, data: &[u8]) -> Gate {
    #[cfg(target_arch = "x86_64")]
    if *WITH_VECTORS.get_or_init(|| {
        std::arch::is_x86_feature_detected!("avx2")
            && std::arch::is_x86_feature_detected!("bmi1")
            && std::arch::is_x86_feature_detected!("bmi2")
            && std::arch::is_x86_feature_detected!("popcnt")
    }) {
        // SAFETY: the processor has these instructions.
        return unsafe { avx2::look(table, hasher, data) };
    }
    look_with(table, hasher, data, portable, select)
}

/// Some processors have instructions that do 64 bytes at once.
#[cfg(target_arch = "x86_64")]
static WITH_VECTORS: OnceLock<bool> = OnceLock::new();

#[inline(always)]
fn look_with(
    table: &Table,
    hasher: &Hasher,
    data: &[u8],
    classify: impl Classify,
    select: impl Select,
) -> Gate {
    let blocks = data.len().div_ceil(BLOCK);
    // Two more, for what reaches over the end.
    if blocks <= FEW {
        return Look::new(table, hasher, data, &mut [0; FEW + 2][..blocks + 2])
            .run(classify, select);
    }
    if blocks <= SMALL {
        return Look::new(table, hasher, data, &mut [0; SMALL + 2][..blocks + 2])
            .run(classify, select);
    }
    Look::new(table, hasher, data, &mut vec![0; blocks + 2]).run(classify, select)
}

struct Look<'a> {
    table: &'a Table,
    hasher: &'a Hasher,
    data: &'a [u8],
    /// Letters and digits that are no part of an escape.
    bits: &'a mut [u64],
}

impl<'a> Look<'a> {
    fn new(table: &'a Table, hasher: &'a Hasher, data: &'a [u8], bits: &'a mut [u64]) -> Self {
        Self {
            table,
            hasher,
            data,
            bits,
        }
    }

    #[inline(always)]
    fn run(mut self, classify: impl Classify, select: impl Select) -> Gate {
        let Some(words) = self.classify(classify) else {
            return Gate::Open;
        };
        if words < self.hasher.words {
            return Gate::Clean;
        }
        let step = self.hasher.words as u32 - 1;
        let mut skip = step - 1;
        let mut carry = 0;
        // Looked up together: the memory that they are in is far away, and comes at once then.
        let mut waiting = [(0, 0); BATCH];
        let mut count = 0;
        for block in 0..self.bits.len() - 2 {
            let bits = self.bits[block];
            let mut starts = bits & !(bits << 1 | carry);
            carry = bits >> 63;
            let mut left = starts.count_ones();
            while left > skip {
                let place = select(starts, skip);
                let at = block * BLOCK + place as usize;
                if let Some(pair) = self.pair_at(at) {
                    waiting[count] = (pair, at);
                    count += 1;
                    if count == BATCH {
                        if self.may_hold(&waiting) {
                            return Gate::Open;
                        }
                        count = 0;
                    }
                }
                starts &= u64::MAX << place << 1;
                left -= skip + 1;
                skip = step - 1;
            }
            skip -= left;
        }
        if self.may_hold(&waiting[..count]) {
            return Gate::Open;
        }
        Gate::Clean
    }

    /// Makes the bitmap and counts the words; `None` where only the slow way knows them.
    #[inline(always)]
    fn classify(&mut self, classify: impl Classify) -> Option<usize> {
        let (mut words, mut carry, mut escaped) = (0, 0, 0);
        let mut padded = [0; BLOCK];
        for block in 0..self.bits.len() - 2 {
            let rest = &self.data[block * BLOCK..];
            let window = rest.first_chunk().unwrap_or_else(|| {
                padded[..rest.len()].copy_from_slice(rest);
                &padded
            });
            let (mut alnum, slashes, wide) = classify(window);
            if wide != 0 {
                return None;
            }
            if slashes | escaped != 0 {
                let mut behind = (slashes << 1 | escaped) & alnum;
                while behind != 0 {
                    let at = behind.trailing_zeros();
                    match window[at as usize] {
                        b'n' | b'r' | b't' | b'f' | b'b' | b'v' => alnum &= !(1 << at),
                        b'u' | b'U' | b'x' => return None,
                        _ => {}
                    }
                    behind &= behind - 1;
                }
            }
            escaped = slashes >> 63;
            words += (alnum & !(alnum << 1 | carry)).count_ones() as usize;
            carry = alnum >> 63;
            self.bits[block] = alnum;
        }
        Some(words)
    }

    /// The 64 bits from `at` on.
    #[inline(always)]
    fn from(&self, at: usize) -> u64 {
        let (block, shift) = (at / BLOCK, at % BLOCK);
        let next = self.bits[block + 1] << 1 << (63 - shift);
        self.bits[block] >> shift | next
    }

    /// The end of the word that goes on at `at`.
    #[inline(always)]
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
    #[inline(always)]
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

    /// The bounds of the word before the one that starts at `at`.
    fn before(&self, at: usize) -> Option<(usize, usize)> {
        let set = |place: usize| self.bits[place / BLOCK] >> (place % BLOCK) & 1 == 1;
        let end = (0..at).rev().find(|&place| set(place))? + 1;
        let start = (0..end).rev().find(|&place| !set(place));
        Some((start.map_or(0, |place| place + 1), end))
    }

    #[inline(always)]
    fn word(&self, start: usize, end: usize) -> u64 {
        let mut hash = 0;
        let mut at = start;
        while at < end {
            let left = end - at;
            let bytes = match self.data[at..].first_chunk() {
                Some(bytes) => u64::from_le_bytes(*bytes),
                None => self.last_bytes(at),
            };
            // Letters in lower case; digits have the bit anyway.
            let bytes = bytes | 0x2020_2020_2020_2020;
            let kept = if left < 8 {
                bytes & !(u64::MAX << (8 * left))
            } else {
                bytes
            };
            hash = self.hasher.step(hash, kept);
            at += 8;
        }
        hash
    }

    #[cold]
    fn last_bytes(&self, at: usize) -> u64 {
        let mut bytes = [0; 8];
        let rest = &self.data[at..];
        bytes[..rest.len()].copy_from_slice(rest);
        u64::from_le_bytes(bytes)
    }

    /// As `word`, for most words: `size` bytes are one step.
    #[inline(always)]
    fn short_word(&self, start: usize, size: usize) -> u64 {
        if size > 8 {
            return self.word(start, start + size);
        }
        let bytes = match self.data[start..].first_chunk() {
            Some(bytes) => u64::from_le_bytes(*bytes),
            None => self.last_bytes(start),
        };
        let kept = (bytes | 0x2020_2020_2020_2020) & (u64::MAX >> (64 - 8 * size));
        self.hasher.step(0, kept)
    }

    /// The hash of the word that starts at `start` and of the next one.
    #[inline(always)]
    fn pair_at(&self, start: usize) -> Option<u32> {
        // Most pairs are within 64 bytes: then their bounds are in one number.
        let bits = self.from(start);
        let size = bits.trailing_ones();
        let behind = bits.checked_shr(size).unwrap_or(0);
        let gap = behind.trailing_zeros();
        let rest = behind.checked_shr(gap).unwrap_or(0);
        let other = rest.trailing_ones();
        if rest != 0 && size + gap + other < BLOCK as u32 {
            let (size, next) = (size as usize, start + (size + gap) as usize);
            let one = self.short_word(start, size);
            return Some(self.hasher.pair(one, self.short_word(next, other as usize)));
        }
        self.far_pair_at(start)
    }

    #[cold]
    fn far_pair_at(&self, start: usize) -> Option<u32> {
        let end = self.end(start);
        let next = self.next(end)?;
        let (one, other) = (self.word(start, end), self.word(next, self.end(next)));
        Some(self.hasher.pair(one, other))
    }

    /// Some of the pairs at these places may be of an excerpt.
    #[inline(always)]
    fn may_hold(&self, pairs: &[(u32, usize)]) -> bool {
        let mut any = false;
        for &(pair, _) in pairs {
            any |= self.table.has_pair(pair);
        }
        any && pairs
            .iter()
            .any(|&(pair, at)| self.table.has_pair(pair) && self.is_long(at))
    }

    /// The pair at `first` is of a document, and so are so many beside it that they may be an
    /// excerpt.
    #[cold]
    fn is_long(&self, first: usize) -> bool {
        let end = self.end(first);
        let Some(last) = self.next(end) else {
            return false;
        };
        let (one, other) = (self.word(first, end), self.word(last, self.end(last)));
        let enough = self.hasher.words - 1;
        let mut pairs = 1;
        let (mut at, mut word) = (last, other);
        while pairs < enough
            && let Some(next) = self.next(self.end(at))
        {
            let hash = self.word(next, self.end(next));
            if !self.table.has_pair(self.hasher.pair(word, hash)) {
                break;
            }
            (at, word, pairs) = (next, hash, pairs + 1);
        }
        (at, word) = (first, one);
        while pairs < enough
            && let Some((start, end)) = self.before(at)
        {
            let hash = self.word(start, end);
            if !self.table.has_pair(self.hasher.pair(hash, word)) {
                break;
            }
            (at, word, pairs) = (start, hash, pairs + 1);
        }
        pairs >= enough
    }
}

fn select(mut bits: u64, before: u32) -> u32 {
    for _ in 0..before {
        bits &= bits - 1;
    }
    bits.trailing_zeros()
}

fn portable(bytes: &[u8; BLOCK]) -> Bits {
    let mut bits = (0, 0, 0);
    for (at, &byte) in bytes.iter().enumerate() {
        bits.0 |= u64::from(byte.is_ascii_alphanumeric()) << at;
        bits.1 |= u64::from(byte == b'\\') << at;
        bits.2 |= u64::from(byte >> 7) << at;
    }
    bits
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::{BLOCK, Bits, Gate, Hasher, Table, look_with};
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    pub fn look(table: &Table, hasher: &Hasher, data: &[u8]) -> Gate {
        let select = |bits, before| _pdep_u64(1u64 << before, bits).trailing_zeros();
        look_with(table, hasher, data, |bytes| classify(bytes), select)
    }

    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    pub fn classify(bytes: &[u8; BLOCK]) -> Bits {
        // SAFETY: the array has 64 bytes; unaligned loads are allowed.
        let (first, second) = unsafe {
            let at = bytes.as_ptr().cast::<__m256i>();
            (_mm256_loadu_si256(at), _mm256_loadu_si256(at.add(1)))
        };
        // Bytes outside ASCII are negative, and so in no range.
        let within = |part, low: u8, high: u8| {
            let above = _mm256_cmpgt_epi8(part, _mm256_set1_epi8(low as i8 - 1));
            _mm256_and_si256(
                above,
                _mm256_cmpgt_epi8(_mm256_set1_epi8(high as i8 + 1), part),
            )
        };
        let mask = |part: __m256i| _mm256_movemask_epi8(part) as u32;
        let both = |low: u32, high: u32| u64::from(low) | u64::from(high) << 32;
        let alnum = |part| {
            let lower = _mm256_or_si256(part, _mm256_set1_epi8(0x20));
            mask(_mm256_or_si256(
                within(lower, b'a', b'z'),
                within(part, b'0', b'9'),
            ))
        };
        let slash = |part| mask(_mm256_cmpeq_epi8(part, _mm256_set1_epi8(b'\\' as i8)));
        (
            both(alnum(first), alnum(second)),
            both(slash(first), slash(second)),
            both(mask(first), mask(second)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn vector_and_portable_code_give_the_same_bitmaps() {
        if !std::arch::is_x86_feature_detected!("avx2")
            || !std::arch::is_x86_feature_detected!("bmi2")
        {
            return;
        }
        let mut state = 1u32;
        for _ in 0..if cfg!(miri) { 20 } else { 2000 } {
            let block = std::array::from_fn(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            });
            // SAFETY: the processor has the instructions.
            assert_eq!(unsafe { avx2::classify(&block) }, portable(&block));
        }
    }
}
