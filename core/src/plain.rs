//! Short texts: one look at all of it says that most of them hold nothing.

use crate::blobs::{Blob, LEAST};
use crate::classify::{
    ALNUM, BLOCK, COMMA, DIGIT, ESCAPE, JOINT, OPENER, SEPARATOR, TRIGGER, Window,
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
        let mut window: Window = [0; BLOCK + 8];
        window[..data.len()].copy_from_slice(data);
        let (block, _) = window.split_first_chunk()?;
        let bits = &self.classifier.block(block);
        if bits.wide | bits.class[ESCAPE] != 0
            || (bits.class[OPENER] != 0 && bits.class[COMMA] != 0)
        {
            return None;
        }
        let mut carry = Carry::default();
        let alnum = bits.class[ALNUM];
        let starts = alnum & !(alnum << 1);
        each!(starts | bits.class[TRIGGER], 0, at => {
            if self.keywords.may_start(&window, at) {
                return None;
            }
        });
        if self.has_names {
            each!(bits.class[SEPARATOR], 0, at => {
                if data[at] == b'>' || !self.names.none_before(data, at) {
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
