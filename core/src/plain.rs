//! Short texts: one look at all of it says that most of them hold nothing.

use crate::blobs::{Blob, LEAST};
use crate::classify::{
    ALNUM, BLOCK, Bits, COMMA, DIGIT, ESCAPE, JOINT, OPENER, REACH, SEPARATOR, Window, Work,
};
use crate::engine::Kernel;
use crate::pass::{Carry, each, long_runs, twelve_digits};

impl Kernel {
    /// Nothing is in the text `data`, which has at most `BLOCK` bytes: what a pass finds is none.
    ///
    /// It asks what a pass asks, and gives up where that would look closer. What is plain is ASCII
    /// without escapes; returns where its words start, one bit each.
    #[inline(always)]
    pub fn plain(&self, data: &[u8]) -> Option<u64> {
        if data.len() > BLOCK || self.has_scans || !self.scans.is_empty() {
            return None;
        }
        self.classifier.with(Short { kernel: self, data })
    }
}

struct Short<'a> {
    kernel: &'a Kernel,
    data: &'a [u8],
}

impl Work for Short<'_> {
    type Out = Option<u64>;

    #[inline(always)]
    fn run(self, classes: impl Fn(&[u8; BLOCK]) -> Bits) -> Option<u64> {
        let Self { kernel, data } = self;
        let mut window: Window = [0; BLOCK + REACH];
        window[..data.len()].copy_from_slice(data);
        let (block, _) = window.split_first_chunk()?;
        let bits = &classes(block);
        if bits.wide | bits.class[ESCAPE] != 0
            || (bits.class[OPENER] != 0 && bits.class[COMMA] != 0)
        {
            return None;
        }
        let mut carry = Carry::default();
        let alnum = bits.class[ALNUM];
        let starts = alnum & !(alnum << 1);
        each!(kernel.keywords.places(starts, bits), 0, at => {
            if kernel.keywords.may_start(&window, at) {
                return None;
            }
        });
        if kernel.has_names {
            each!(bits.class[SEPARATOR], 0, at => {
                if data[at] == b'>' || !kernel.names.none_before(data, at) {
                    return None;
                }
            });
        }
        if data.len() < LEAST {
            // Too short for encoded text; a card number has twelve digits and more.
            let none = bits.class[DIGIT].count_ones() < 12
                || twelve_digits(bits.class[DIGIT], bits.class[JOINT], &mut carry) == 0;
            return none.then_some(starts);
        }
        if twelve_digits(bits.class[DIGIT], bits.class[JOINT], &mut carry) != 0 {
            return None;
        }
        let long = long_runs(alnum, &mut carry);
        let none = long == 0
            || (long & (long - 1) == 0
                && Blob::at(data, long.trailing_zeros() as usize + 1 - LEAST, 0).is_none());
        none.then_some(starts)
    }
}
