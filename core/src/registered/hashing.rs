//! Keyed hashes: of a word, of two words in a row, and of a run of words.

use super::tokens::Token;
use blake2s_simd::Params;
use blake2s_simd::many::{HashManyJob, hash_many};

/// Makes eight letters small; digits have these bits anyway.
pub const LOWER: u64 = 0x2020_2020_2020_2020;
/// Bytes of the key of runs.
pub const KEY: usize = 32;

/// The hashes of one store.
pub struct Hasher {
    pub words: usize,
    pub characters: usize,
    fast: [u64; 4],
    slow: [u8; KEY],
    params: [Params; 2],
}

impl Hasher {
    pub fn new(words: usize, characters: usize, fast: [u64; 4], slow: &[u8; KEY]) -> Self {
        let params = [&b"words"[..], b"chars"].map(|person| {
            let mut padded = [0; 8];
            padded[..person.len()].copy_from_slice(person);
            let mut params = Params::new();
            params.hash_length(8).personal(&padded);
            params
        });
        Self {
            words,
            characters,
            fast,
            slow: *slow,
            params,
        }
    }

    /// Goes on with the hash of a word by up to eight bytes of it, the first one lowest.
    #[inline(always)]
    pub fn step(&self, hash: u64, bytes: u64) -> u64 {
        multiply(bytes ^ self.fast[0], hash ^ self.fast[1])
    }

    /// Hashes a word of ASCII letters and digits, eight bytes in a step.
    #[inline(always)]
    pub fn word(&self, word: &[u8]) -> u64 {
        let (chunks, rest) = word.as_chunks();
        let step = |hash, bytes: [u8; 8]| self.step(hash, u64::from_le_bytes(bytes) | LOWER);
        let hash = chunks.iter().fold(0, |hash, &chunk| step(hash, chunk));
        if rest.is_empty() {
            return hash;
        }
        let (mut bytes, size) = ([0; 8], rest.len());
        bytes[..size].copy_from_slice(rest);
        self.step(
            hash,
            (u64::from_le_bytes(bytes) | LOWER) & (u64::MAX >> (64 - 8 * size)),
        )
    }

    /// Hashes two words in a row, given their hashes.
    #[inline(always)]
    pub fn pair(&self, one: u64, other: u64) -> u32 {
        (multiply(one ^ self.fast[2], other ^ self.fast[3]) >> 32) as u32
    }

    /// Hashes a run of words; never 0.
    pub fn run(&self, tokens: &[Token], characters: bool) -> u64 {
        let mut bytes = Vec::with_capacity(KEY + tokens.len() * 4);
        self.put(tokens, &mut bytes);
        let params = &self.params[usize::from(characters)];
        number(params.hash(&bytes).as_bytes())
    }

    /// What is hashed of a run: the key, and half of the hash of each word, which is one block.
    fn put(&self, tokens: &[Token], bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.slow);
        for token in tokens {
            bytes.extend_from_slice(&(token.hash as u32).to_le_bytes());
        }
    }

    /// Calls `found` with the size of each run that starts at `at`, and whether a character is in it.
    #[inline]
    pub fn runs_at(&self, tokens: &[Token], at: usize, mut found: impl FnMut(usize, bool)) {
        let Some(run) = tokens.get(at..at + self.words) else {
            return;
        };
        if !run.iter().any(|token| token.character) && varied(run) {
            found(self.words, false);
        }
        if let Some(run) = tokens.get(at..at + self.characters)
            && run.iter().any(|token| token.character)
            && varied(run)
        {
            found(self.characters, true);
        }
    }

    /// The hashes of all runs and of all pairs of a document, sorted, each once.
    pub fn document(&self, tokens: &[Token]) -> (Vec<u64>, Vec<u32>) {
        const BATCH: usize = 64;
        let mut runs = Vec::with_capacity(tokens.len());
        let mut waiting: [Vec<(usize, usize)>; 2] = Default::default();
        let mut bytes = Vec::new();
        let mut flush = |kind: usize, waiting: &mut Vec<(usize, usize)>, runs: &mut Vec<u64>| {
            bytes.clear();
            let mut ends = Vec::with_capacity(waiting.len());
            for &(at, size) in waiting.iter() {
                self.put(&tokens[at..at + size], &mut bytes);
                ends.push(bytes.len());
            }
            let mut first = 0;
            let mut jobs = Vec::with_capacity(ends.len());
            for end in ends {
                jobs.push(HashManyJob::new(&self.params[kind], &bytes[first..end]));
                first = end;
            }
            hash_many(jobs.iter_mut());
            runs.extend(jobs.iter().map(|job| number(job.to_hash().as_bytes())));
            waiting.clear();
        };
        for at in 0..tokens.len() {
            self.runs_at(tokens, at, |size, characters| {
                let kind = usize::from(characters);
                waiting[kind].push((at, size));
                if waiting[kind].len() == BATCH {
                    flush(kind, &mut waiting[kind], &mut runs);
                }
            });
        }
        for (kind, waiting) in waiting.iter_mut().enumerate() {
            flush(kind, waiting, &mut runs);
        }
        runs.sort_unstable();
        runs.dedup();
        if runs.is_empty() {
            return (runs, Vec::new());
        }
        let two = tokens.windows(2);
        let mut pairs: Vec<u32> = two.map(|two| self.pair(two[0].hash, two[1].hash)).collect();
        pairs.sort_unstable();
        pairs.dedup();
        (runs, pairs)
    }
}

#[inline(always)]
fn multiply(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    product as u64 ^ (product >> 64) as u64
}

fn number(digest: &[u8]) -> u64 {
    let bytes = digest.try_into().unwrap_or_default();
    u64::from_le_bytes(bytes).max(1)
}

/// There are three different words: a row of zeros stands everywhere.
fn varied(run: &[Token]) -> bool {
    let first = run[0].hash;
    let mut second = None;
    run.iter().any(|token| {
        if token.hash == first {
            return false;
        }
        match second {
            None => {
                second = Some(token.hash);
                false
            }
            Some(second) => token.hash != second,
        }
    })
}
