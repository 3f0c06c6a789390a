//! Classes of bytes, 64 at a time, as bitmaps: with vector instructions where there are some.

use crate::bytesets::ByteSet;

/// Bytes in a block.
pub const BLOCK: usize = 64;
/// The most classes that a classifier can have.
const MOST: usize = 8;

/// Half a block, eight bytes in a number.
pub type Half = [u64; BLOCK / 16];

/// A block that starts with the half, and has zeros behind it.
#[inline(always)]
fn block_of(half: Half) -> [u8; BLOCK] {
    let mut bytes = [0; BLOCK];
    for (own, eight) in bytes.as_chunks_mut().0.iter_mut().zip(half) {
        *own = eight.to_le_bytes();
    }
    bytes
}

/// One bit for each byte of a block, for each of `N` classes; `wide` marks bytes outside ASCII.
#[derive(Clone, Copy)]
pub struct Bits<const N: usize> {
    pub class: [u64; N],
    pub wide: u64,
}

impl<const N: usize> Bits<N> {
    #[inline(always)]
    const fn none() -> Self {
        Self {
            class: [0; N],
            wide: 0,
        }
    }
}

/// What is done with the bitmaps of a text. It is compiled once for each kind of processor, so that
/// the code around the classification has the instructions of that kind as well.
pub trait Work<const N: usize> {
    type Out;

    /// Works with what makes the bitmaps of a block, and with what makes those of half a block,
    /// given as numbers whose lowest byte is the first. All of it must be inlined.
    fn run(
        self,
        classes: impl Fn(&[u8; BLOCK]) -> Bits<N>,
        half: impl Fn(Half) -> Bits<N>,
    ) -> Self::Out;
}

/// A kind of processor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Ssse3,
    #[cfg(target_arch = "aarch64")]
    Neon,
    Portable,
}

pub struct Classifier<const N: usize> {
    table: [u8; 256],
    /// For each class and low half of a byte: the high halves, one bit each.
    #[cfg_attr(
        not(any(target_arch = "x86_64", target_arch = "aarch64")),
        allow(dead_code)
    )]
    halves: [[u8; 16]; N],
    kind: Kind,
}

impl<const N: usize> Classifier<N> {
    /// Takes the sets of the classes, all of ASCII bytes.
    pub fn new(sets: [&ByteSet; N]) -> Self {
        const { assert!(N <= MOST) };
        let mut table = [0; 256];
        let mut halves = [[0; 16]; N];
        for (class, set) in sets.iter().enumerate() {
            for byte in (0..=0x7Fu8).filter(|&byte| set.has(byte)) {
                table[byte as usize] |= 1 << class;
                halves[class][usize::from(byte & 15)] |= 1 << (byte >> 4);
            }
        }
        Self {
            table,
            halves,
            kind: Kind::best(),
        }
    }

    /// The name of the instruction set that is used.
    pub fn name(&self) -> &'static str {
        match self.kind {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Ssse3 => "ssse3",
            #[cfg(target_arch = "aarch64")]
            Kind::Neon => "neon",
            Kind::Portable => "portable",
        }
    }

    /// Does `work` with the instructions that this processor has.
    #[inline]
    pub fn with<W: Work<N>>(&self, work: W) -> W::Out {
        match self.kind {
            // SAFETY: `best` gives a kind only where the processor has its instructions.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { avx2::with(self, work) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Kind::Ssse3 => unsafe { ssse3::with(self, work) },
            // SAFETY: as above.
            #[cfg(target_arch = "aarch64")]
            Kind::Neon => unsafe { neon::with(self, work) },
            Kind::Portable => work.run(
                |bytes| portable(self, bytes),
                |half| portable(self, &block_of(half)),
            ),
        }
    }
}

impl Kind {
    fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2")
            && std::arch::is_x86_feature_detected!("bmi1")
            && std::arch::is_x86_feature_detected!("bmi2")
            && std::arch::is_x86_feature_detected!("lzcnt")
            && std::arch::is_x86_feature_detected!("popcnt")
        {
            return Self::Avx2;
        }
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("ssse3") {
            return Self::Ssse3;
        }
        #[cfg(target_arch = "aarch64")]
        if std::arch::is_aarch64_feature_detected!("neon") {
            return Self::Neon;
        }
        Self::Portable
    }
}

fn portable<const N: usize>(classifier: &Classifier<N>, bytes: &[u8; BLOCK]) -> Bits<N> {
    let mut bits = Bits::none();
    for (place, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
        let classes = transposed(u64::from_le_bytes(
            eight.map(|byte| classifier.table[byte as usize]),
        ));
        for (class, own) in bits.class.iter_mut().zip(classes.to_le_bytes()) {
            *class |= u64::from(own) << (8 * place);
        }
        // The top bits of eight bytes, side by side.
        let tops = u64::from_le_bytes(*eight) >> 7 & 0x0101_0101_0101_0101;
        bits.wide |= (tops.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * place);
    }
    bits
}

/// Makes bit `i` of byte `j` the bit `j` of byte `i`.
fn transposed(mut bits: u64) -> u64 {
    for (distance, mask) in [
        (7, 0x00AA_00AA_00AA_00AA),
        (14, 0x0000_CCCC_0000_CCCC),
        (28, 0x0000_0000_F0F0_F0F0),
    ] {
        let changed = (bits ^ bits >> distance) & mask;
        bits ^= changed ^ changed << distance;
    }
    bits
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::{Bits, Classifier, Work};
    use std::arch::x86_64::*;

    #[inline(never)]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    pub fn with<const N: usize, W: Work<N>>(classifier: &Classifier<N>, work: W) -> W::Out {
        work.run(
            |bytes| {
                // SAFETY: the array has 64 bytes; unaligned loads are allowed.
                let parts = unsafe {
                    let at = bytes.as_ptr().cast::<__m256i>();
                    [_mm256_loadu_si256(at), _mm256_loadu_si256(at.add(1))]
                };
                classify(classifier, parts)
            },
            |half| {
                let [a, b, c, d] = half.map(u64::cast_signed);
                classify(classifier, [_mm256_setr_epi64x(a, b, c, d)])
            },
        )
    }

    /// Makes the bitmaps of 32 bytes, or of twice as many.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    fn classify<const N: usize, const PARTS: usize>(
        classifier: &Classifier<N>,
        parts: [__m256i; PARTS],
    ) -> Bits<N> {
        let powers = _mm256_broadcastsi128_si256(_mm_setr_epi8(
            1, 2, 4, 8, 16, 32, 64, -128, -1, -1, -1, -1, -1, -1, -1, -1,
        ));
        let half = _mm256_set1_epi8(15);
        let high = parts.map(|part| {
            let halves = _mm256_and_si256(_mm256_srli_epi16::<4>(part), half);
            _mm256_shuffle_epi8(powers, halves)
        });
        let mut bits = Bits::none();
        for class in 0..N {
            // SAFETY: the array has 16 bytes; unaligned loads are allowed.
            let table = unsafe { _mm_loadu_si128(classifier.halves[class].as_ptr().cast()) };
            let table = _mm256_broadcastsi128_si256(table);
            for (place, (&part, &high)) in parts.iter().zip(&high).enumerate() {
                // A byte outside ASCII has its top bit set and is shuffled to nothing, and what is
                // asked for is all bits then.
                let halves = _mm256_shuffle_epi8(table, part);
                let inside = _mm256_cmpeq_epi8(_mm256_and_si256(halves, high), high);
                let members = _mm256_movemask_epi8(inside) as u32;
                bits.class[class] |= u64::from(members) << (32 * place);
            }
        }
        for (place, &part) in parts.iter().enumerate() {
            bits.wide |= u64::from(_mm256_movemask_epi8(part) as u32) << (32 * place);
        }
        bits
    }
}

#[cfg(target_arch = "x86_64")]
mod ssse3 {
    use super::{Bits, Classifier, Work};
    use std::arch::x86_64::*;

    #[target_feature(enable = "ssse3")]
    pub fn with<const N: usize, W: Work<N>>(classifier: &Classifier<N>, work: W) -> W::Out {
        work.run(
            |bytes| {
                let at = bytes.as_ptr().cast::<__m128i>();
                // SAFETY: the array has 64 bytes, four times 16; unaligned loads are allowed.
                let part = |place| unsafe { _mm_loadu_si128(at.add(place)) };
                classify(classifier, [part(0), part(1), part(2), part(3)])
            },
            |half| {
                let [a, b, c, d] = half.map(u64::cast_signed);
                classify(classifier, [_mm_set_epi64x(b, a), _mm_set_epi64x(d, c)])
            },
        )
    }

    /// Makes the bitmaps of some times 16 bytes, four times at most.
    #[inline]
    #[target_feature(enable = "ssse3")]
    fn classify<const N: usize, const PARTS: usize>(
        classifier: &Classifier<N>,
        parts: [__m128i; PARTS],
    ) -> Bits<N> {
        let powers = _mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
        let half = _mm_set1_epi8(15);
        let zero = _mm_setzero_si128();
        let mut bits = Bits::none();
        for (place, part) in parts.into_iter().enumerate() {
            let halves = _mm_and_si128(_mm_srli_epi16::<4>(part), half);
            let high = _mm_shuffle_epi8(powers, halves);
            for class in 0..N {
                // SAFETY: the array has 16 bytes; unaligned loads are allowed.
                let table = unsafe { _mm_loadu_si128(classifier.halves[class].as_ptr().cast()) };
                // A byte outside ASCII has its top bit set and is shuffled to nothing.
                let low = _mm_shuffle_epi8(table, part);
                let outside = _mm_cmpeq_epi8(_mm_and_si128(low, high), zero);
                let members = !_mm_movemask_epi8(outside) as u16;
                bits.class[class] |= u64::from(members) << (16 * place);
            }
            bits.wide |= u64::from(_mm_movemask_epi8(part) as u16) << (16 * place);
        }
        bits
    }
}

#[cfg(target_arch = "aarch64")]
mod neon {
    use super::{BLOCK, Bits, Classifier, Work, block_of};
    use std::arch::aarch64::*;

    #[target_feature(enable = "neon")]
    pub fn with<const N: usize, W: Work<N>>(classifier: &Classifier<N>, work: W) -> W::Out {
        work.run(
            |bytes| classify(classifier, bytes),
            |half| classify(classifier, &block_of(half)),
        )
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn classify<const N: usize>(classifier: &Classifier<N>, bytes: &[u8; BLOCK]) -> Bits<N> {
        // SAFETY: the array has 64 bytes, four times 16; any address will do.
        let parts = unsafe { vld1q_u8_x4(bytes.as_ptr()) };
        let parts = [parts.0, parts.1, parts.2, parts.3];
        let powers = vcombine_u8(vcreate_u8(0x8040_2010_0804_0201), vcreate_u8(0));
        let place = vcombine_u8(
            vcreate_u8(0x8040_2010_0804_0201),
            vcreate_u8(0x8040_2010_0804_0201),
        );
        // One bit for each byte of the four masks, which are all bits or none.
        let bitmap = |masks: [uint8x16_t; 4]| {
            let [first, second, third, fourth] = masks.map(|mask| vandq_u8(mask, place));
            let (low, high) = (vpaddq_u8(first, second), vpaddq_u8(third, fourth));
            let bytes = vpaddq_u8(low, high);
            vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(bytes, bytes)))
        };
        let low = parts.map(|part| vandq_u8(part, vdupq_n_u8(15)));
        // Of a byte outside ASCII the upper half is 8 or more, for which there is no bit.
        let high = parts.map(|part| vqtbl1q_u8(powers, vshrq_n_u8::<4>(part)));
        let mut bits = Bits::none();
        for class in 0..N {
            // SAFETY: the array has 16 bytes; any address will do.
            let table = unsafe { vld1q_u8(classifier.halves[class].as_ptr()) };
            let member = |at: usize| vtstq_u8(vqtbl1q_u8(table, low[at]), high[at]);
            bits.class[class] = bitmap([member(0), member(1), member(2), member(3)]);
        }
        bits.wide = bitmap(parts.map(|part| vcgeq_u8(part, vdupq_n_u8(0x80))));
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytesets::{ALNUM as LETTERS_AND_DIGITS, DIGITS, SPACES};

    fn plain(classifier: &Classifier<8>, bytes: &[u8; BLOCK]) -> Bits<8> {
        let mut bits = Bits::none();
        for (at, &byte) in bytes.iter().enumerate() {
            let classes = classifier.table[byte as usize];
            for (class, bits) in bits.class.iter_mut().enumerate() {
                *bits |= u64::from(classes >> class & 1) << at;
            }
            bits.wide |= u64::from(byte >> 7) << at;
        }
        bits
    }

    /// All kinds of code that run on this machine.
    fn all() -> Vec<Kind> {
        #[cfg_attr(not(target_arch = "x86_64"), allow(unused_mut))]
        let mut all = vec![Kind::best(), Kind::Portable];
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("ssse3") {
            all.push(Kind::Ssse3);
        }
        all
    }

    fn halves(block: &[u8; BLOCK]) -> [Half; 2] {
        let number = |at: usize| u64::from_le_bytes(std::array::from_fn(|byte| block[at + byte]));
        [0, BLOCK / 2].map(|at| std::array::from_fn(|eight| number(at + 8 * eight)))
    }

    /// Makes the bitmaps of a block, and sees that its first half has the same.
    struct One<'a>(&'a [u8; BLOCK]);

    impl<const N: usize> Work<N> for One<'_> {
        type Out = Bits<N>;

        fn run(
            self,
            classes: impl Fn(&[u8; BLOCK]) -> Bits<N>,
            half: impl Fn(Half) -> Bits<N>,
        ) -> Bits<N> {
            let [bits, first] = [classes(self.0), half(halves(self.0)[0])];
            for (own, all) in first.class.iter().zip(bits.class) {
                assert_eq!(own & u64::from(u32::MAX), all & u64::from(u32::MAX));
            }
            assert_eq!(first.wide, bits.wide & u64::from(u32::MAX));
            bits
        }
    }

    #[test]
    fn vector_and_portable_code_give_the_same_bitmaps() {
        let odd = ByteSet::of(b"~$@+:\x00\x7F");
        let sets = [
            &LETTERS_AND_DIGITS,
            &DIGITS,
            &SPACES,
            &odd,
            &odd,
            &SPACES,
            &DIGITS,
            &odd,
        ];
        let mut classifier = Classifier::new(sets);
        let mut state = 1u32;
        for _ in 0..if cfg!(miri) { 20 } else { 2000 } {
            let block = std::array::from_fn(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            });
            let expected = plain(&classifier, &block);
            for kind in all() {
                classifier.kind = kind;
                let bits = classifier.with(One(&block));
                assert_eq!(bits.class, expected.class, "{kind:?}");
                assert_eq!(bits.wide, expected.wide, "{kind:?}");
            }
        }
    }
}
