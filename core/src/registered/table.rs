//! The table of hashes: one file that all processes map, written by one at a time, read by all.
//!
//! A page of numbers, then a filter of pairs, then slots of runs with open addressing: see
//! `redactor/fingerprints/table.py`.

use memmap2::{MmapOptions, MmapRaw};
use std::fs::OpenOptions;
use std::sync::atomic::{AtomicU64, Ordering};

const HEADER: usize = 4096 / 8;
const MAGIC: u64 = u64::from_le_bytes(*b"RDXDOC01");
const WORDS: usize = 1;
const CHARACTERS: usize = 2;
const FILTER: usize = 3;
const SLOTS: usize = 4;
const RETIRED: usize = 5;
const DOCUMENTS: usize = 7;
const USED: usize = 8;
/// What stands for several documents, with their number below.
pub const SHARED: u32 = 1 << 31;
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// A table that is open.
pub struct Table {
    map: MmapRaw,
    pub words: usize,
    pub characters: usize,
    filters: u64,
    slots: u64,
}

impl Table {
    /// Opens the table at `path`; `None` when it is none.
    pub fn open(path: &str, write: bool) -> Option<Self> {
        let file = OpenOptions::new().read(true).write(write).open(path).ok()?;
        let map = if write {
            MmapOptions::new().map_raw(&file)
        } else {
            MmapOptions::new().map_raw_read_only(&file)
        };
        let mut table = Self {
            map: map.ok()?,
            words: 0,
            characters: 0,
            filters: 0,
            slots: 0,
        };
        let size = table.map.len();
        if size < HEADER * 8 || table.number(0) != MAGIC {
            return None;
        }
        table.words = table.number(WORDS) as usize;
        table.characters = table.number(CHARACTERS) as usize;
        table.filters = table.number(FILTER);
        table.slots = table.number(SLOTS);
        let right = table.slots > 0
            && table.filters > 0
            && table.slots < 1 << 32
            && table.filters < 1 << 32
            && size as u64 == 8 * (HEADER as u64 + table.filters + table.slots);
        right.then_some(table)
    }

    #[inline(always)]
    fn cell(&self, place: usize) -> &AtomicU64 {
        debug_assert!(place < self.map.len() / 8);
        // SAFETY: a page of memory is aligned, `open` has compared its size with the numbers that
        // all places come from, and everybody who writes to it writes whole numbers.
        unsafe { &*self.map.as_ptr().cast::<AtomicU64>().add(place) }
    }

    #[inline(always)]
    fn number(&self, place: usize) -> u64 {
        u64::from_le(self.cell(place).load(Ordering::Relaxed))
    }

    fn set(&self, place: usize, number: u64) {
        self.cell(place).store(number.to_le(), Ordering::Relaxed);
    }

    /// Another table has taken its place.
    #[inline(always)]
    pub fn retired(&self) -> bool {
        self.number(RETIRED) != 0
    }

    /// How many documents are in it.
    #[inline(always)]
    pub fn documents(&self) -> u64 {
        self.number(DOCUMENTS)
    }

    #[inline(always)]
    fn filter_place(&self, pair: u32) -> usize {
        HEADER + ((u64::from(pair) * self.filters) >> 32) as usize
    }

    /// Some document may have this pair of words.
    #[inline(always)]
    pub fn has_pair(&self, pair: u32) -> bool {
        let number = self.number(self.filter_place(pair));
        let [one, two, three] = filter_bits(pair);
        number >> one & number >> two & number >> three & 1 == 1
    }

    /// Whose a run is: 0 for nobody's, the number of a document, or `SHARED` on.
    pub fn owner(&self, run: u64) -> u32 {
        self.find(run).map_or(0, |place| self.number(place) as u32)
    }

    fn find(&self, run: u64) -> Option<usize> {
        let first = HEADER + self.filters as usize;
        let mut at = self.home(run);
        // A table that somebody has damaged may have no empty slot.
        for _ in 0..self.slots {
            let slot = self.number(first + at);
            if slot == 0 {
                return None;
            }
            if slot >> 32 == tag(run) && slot as u32 != 0 {
                return Some(first + at);
            }
            at = self.next(at);
        }
        None
    }

    fn home(&self, run: u64) -> usize {
        (((run >> 32) * self.slots) >> 32) as usize
    }

    fn next(&self, at: usize) -> usize {
        if at + 1 < self.slots as usize {
            at + 1
        } else {
            0
        }
    }

    /// Adds the hashes of the document `number`, each once; there must be room.
    pub fn add(
        &self,
        runs: impl Iterator<Item = u64>,
        pairs: impl Iterator<Item = u32>,
        owner: u32,
    ) {
        for pair in pairs {
            let place = self.filter_place(pair);
            let bits = filter_bits(pair).map(|bit| 1 << bit);
            self.set(place, self.number(place) | bits[0] | bits[1] | bits[2]);
        }
        let first = HEADER + self.filters as usize;
        let mut used = self.number(USED);
        for run in runs {
            if let Some(place) = self.find(run) {
                let before = self.number(place) as u32;
                let count = if before >= SHARED {
                    before - SHARED + 1
                } else {
                    2
                };
                let shared = SHARED | count.min(SHARED - 1);
                self.set(place, tag(run) << 32 | u64::from(shared));
                continue;
            }
            let mut at = self.home(run);
            for _ in 0..self.slots {
                if self.number(first + at) as u32 == 0 {
                    break;
                }
                at = self.next(at);
            }
            used += u64::from(self.number(first + at) == 0);
            self.set(first + at, tag(run) << 32 | u64::from(owner));
        }
        self.set(USED, used);
    }

    /// Removes the hashes of one document; pairs stay until the table is replaced.
    pub fn remove(&self, runs: impl Iterator<Item = u64>) {
        for run in runs {
            let Some(place) = self.find(run) else {
                continue;
            };
            let slot = self.number(place);
            let owner = slot as u32;
            // The slot stays in use: those behind it were put there because of it.
            let left = if owner > SHARED + 1 { owner - 1 } else { 0 };
            self.set(place, slot >> 32 << 32 | u64::from(left));
        }
    }
}

/// The bits of a pair in its number of the filter.
#[inline(always)]
fn filter_bits(pair: u32) -> [u32; 3] {
    let mixed = u64::from(pair).wrapping_mul(SPREAD);
    [58, 52, 46].map(|shift| (mixed >> shift & 63) as u32)
}

fn tag(run: u64) -> u64 {
    (run & 0xFFFF_FFFF).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    struct File(PathBuf);

    impl File {
        /// A table of so many numbers of each kind, and the bytes of the file `less` at its end.
        fn new(name: &str, filters: u64, slots: u64, less: u64) -> Self {
            let path = std::env::temp_dir().join(format!("{}-{name}", std::process::id()));
            let mut bytes = vec![0; (HEADER as u64 + filters + slots - less) as usize * 8];
            for (place, number) in [(0, MAGIC), (FILTER, filters), (SLOTS, slots)] {
                bytes[place * 8..place * 8 + 8].copy_from_slice(&number.to_le_bytes());
            }
            std::fs::write(&path, bytes).unwrap();
            Self(path)
        }

        fn open(&self) -> Option<Table> {
            Table::open(self.0.to_str().unwrap(), true)
        }
    }

    impl Drop for File {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    const ENDS: [u64; 6] = [0, 1, 1 << 32, u64::MAX, u64::MAX >> 32, u64::MAX << 32];

    #[test]
    #[cfg_attr(miri, ignore)] // it cannot map files
    fn every_hash_has_its_place_in_bounds() {
        for (filters, slots) in [(1, 1), (1, 7), (3, 8), (64, 100)] {
            let file = File::new(&format!("{filters}-{slots}"), filters, slots, 0);
            let table = file.open().unwrap();
            for run in ENDS {
                assert_eq!(table.owner(run), 0);
                table.remove([run].into_iter());
            }
            // More than there is room for: what is lost is lost, and nothing else is touched.
            table.add(
                ENDS.into_iter(),
                ENDS.map(|pair| pair as u32).into_iter(),
                5,
            );
            for run in ENDS {
                assert!(table.has_pair(run as u32));
                assert!(slots < 6 || table.owner(run) != 0);
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore)]
    fn a_run_of_several_documents_stays_until_the_last_one_goes() {
        let file = File::new("shared", 4, 16, 0);
        let table = file.open().unwrap();
        table.add([7, 8].into_iter(), [].into_iter(), 1);
        table.add([7].into_iter(), [].into_iter(), 2);
        assert_eq!((table.owner(7), table.owner(8)), (SHARED | 2, 1));

        table.remove([7, 8].into_iter());
        assert_eq!((table.owner(7), table.owner(8)), (SHARED | 1, 0));
        table.remove([7].into_iter());
        assert_eq!(table.owner(7), 0);
    }

    #[test]
    #[cfg_attr(miri, ignore)]
    fn a_file_of_another_size_is_no_table_out_of_bounds() {
        assert!(File::new("short", 4, 16, 1).open().is_none());
        assert!(File::new("none", 0, 16, 0).open().is_none());
        assert!(Table::open("/nowhere", false).is_none());
    }
}
