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
    /// It asks what a pass asks, and gives up where that would look closer. So it does where there
    /// are `words` words and more, which may be an excerpt of a registered document.
    pub fn is_plain(&self, data: &[u8], words: usize) -> bool {
        if data.len() > BLOCK || self.has_scans || !self.scans.is_empty() {
            return false;
        }
        let mut window: Window = [0; BLOCK + 8];
        window[..data.len()].copy_from_slice(data);
        let Some((block, _)) = window.split_first_chunk() else {
            return false;
        };
        let bits = &self.classifier.block(block);
        if bits.wide | bits.class[ESCAPE] != 0
            || (bits.class[OPENER] != 0 && bits.class[COMMA] != 0)
        {
            return false;
        }
        let mut carry = Carry::default();
        let alnum = bits.class[ALNUM];
        let starts = alnum & !(alnum << 1);
        if starts.count_ones() as usize >= words {
            return false;
        }
        each!(starts | bits.class[TRIGGER], 0, at => {
            if self.keywords.may_start(&window, at) {
                return false;
            }
        });
        if self.has_names {
            each!(bits.class[SEPARATOR], 0, at => {
                if data[at] == b'>' || !self.names.none_before(data, at) {
                    return false;
                }
            });
        }
        if data.len() < LEAST {
            // Too short for encoded text; a card number has twelve digits and more.
            return bits.class[DIGIT].count_ones() < 12
                || twelve_digits(bits.class[DIGIT], bits.class[JOINT], &mut carry) == 0;
        }
        if twelve_digits(bits.class[DIGIT], bits.class[JOINT], &mut carry) != 0 {
            return false;
        }
        let long = long_runs(alnum, &mut carry);
        long == 0
            || (long & (long - 1) == 0
                && Blob::at(data, long.trailing_zeros() as usize + 1 - LEAST, 0).is_none())
    }
}
