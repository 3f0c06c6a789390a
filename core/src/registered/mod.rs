//! Excerpts of registered documents.
//!
//! Around a pair of words that may be of a document, as many as may be are taken, and each run of
//! words in them is looked up: what is found is a proof.

// Instructions for bits.
#[allow(unsafe_code)]
mod gate;
mod hashing;
mod json;
pub mod python;
// A table that other processes write to.
#[allow(unsafe_code)]
mod table;
mod tokens;

pub use gate::WordMap;

use crate::spans::Span;
use gate::look;
use hashing::Hasher;
use json::Json;
use memchr::{memchr, memrchr};
use std::sync::{Arc, RwLock};
use table::{SHARED, Table};
use tokens::{Characters, Token, tokens_of};

/// Indices of findings from here on are the numbers of documents; 0 is nobody's or several's.
const DOCUMENTS: u32 = 1 << 30;

/// The documents of a store, as all processes see them.
pub struct Documents {
    path: String,
    table: RwLock<Arc<Table>>,
    hasher: Hasher,
    characters: Characters,
}

impl Documents {
    /// A text of ASCII without escapes has less words than an excerpt: they start at these bits.
    pub fn is_too_short(&self, starts: u64) -> bool {
        (starts.count_ones() as usize) < self.hasher.words
    }

    /// The table that has taken the place of the one that is open.
    #[cold]
    fn reopened(&self) -> Option<Arc<Table>> {
        let new = Table::open(&self.path, false).map(Arc::new);
        // Nobody waits for a lock here: a fork may have left one locked.
        let mut own = self.table.try_write().ok()?;
        if let Some(new) = new {
            *own = new;
        }
        // Where its store is gone, what it held goes on to count.
        Some(Arc::clone(&own))
    }

    /// An excerpt has room in `data`: so many words have one character each, and one between two.
    #[inline]
    pub fn fit(&self, data: &[u8]) -> bool {
        data.len() >= 2 * self.hasher.words - 1
    }

    /// Adds the excerpts in `data` to `spans`, given where its words are. In a piece of a stream
    /// each of its `lines` is looked at alone, since what spans lines depends on where it was cut.
    pub fn find(&self, data: &[u8], map: &WordMap, lines: bool, spans: &mut Vec<Span>) {
        if let Ok(table) = self.table.try_read()
            && !table.retired()
        {
            return self.find_with(&table, data, map, lines, spans);
        }
        let table = self
            .reopened()
            .or_else(|| Table::open(&self.path, false).map(Arc::new));
        if let Some(table) = table {
            self.find_with(&table, data, map, lines, spans);
        }
    }

    #[inline(always)]
    fn find_with(
        &self,
        table: &Table,
        data: &[u8],
        map: &WordMap,
        lines: bool,
        spans: &mut Vec<Span>,
    ) {
        if table.documents() == 0 {
            return;
        }
        let slow = map.is_odd();
        if slow && !lines {
            return self.words(table, data, 0, data.len(), spans);
        }
        let places = look(table, &self.hasher, data, map, lines);
        if slow || !places.is_empty() {
            self.places(table, data, (places, map), lines, spans);
        }
    }

    /// Looks word by word at what is around places, and at lines with odd bytes.
    #[cold]
    fn places(
        &self,
        table: &Table,
        data: &[u8],
        (mut places, map): (Vec<usize>, &WordMap),
        lines: bool,
        spans: &mut Vec<Span>,
    ) {
        if !lines {
            return self.words(table, data, 0, data.len(), spans);
        }
        map.odd(data, |at| places.push(at));
        places.sort_unstable();
        let mut done = 0;
        for at in places {
            if at >= done {
                let low = memrchr(b'\n', &data[done..at]).map_or(done, |end| done + end + 1);
                done = memchr(b'\n', &data[at..]).map_or(data.len(), |end| at + end);
                self.words(table, data, low, done, spans);
            }
        }
    }

    #[cold]
    fn words(&self, table: &Table, data: &[u8], low: usize, high: usize, spans: &mut Vec<Span>) {
        let mut tokens = Vec::new();
        tokens_of(&self.characters, &self.hasher, data, low, high, &mut tokens);
        if tokens.len() < self.hasher.words {
            return;
        }
        let owners = self.owners(table, &tokens);
        if owners.is_empty() {
            return;
        }
        let mut json = Json::new(data, low);
        let mut at = 0;
        while at < tokens.len() {
            if owners[at].is_none() {
                at += 1;
                continue;
            }
            let (first, mut number) = (at, 0);
            while let Some(owner) = owners.get(at).copied().flatten() {
                number = if number == 0 { owner } else { number };
                at += 1;
            }
            json.spans(&tokens[first..at], DOCUMENTS + number, spans);
        }
    }

    /// Whose excerpt each word is part of; empty where there is none.
    fn owners(&self, table: &Table, tokens: &[Token]) -> Vec<Option<u32>> {
        let may = |at: usize| {
            let (one, other) = (tokens[at].hash, tokens[at + 1].hash);
            table.has_pair(self.hasher.pair(one, other))
        };
        let mut owners = Vec::new();
        let step = self.hasher.words - 1;
        let mut at = step - 1;
        while at + 1 < tokens.len() {
            if !may(at) {
                at += step;
                continue;
            }
            let (mut first, mut last) = (at, at + 1);
            while first > 0 && may(first - 1) {
                first -= 1;
            }
            while last + 1 < tokens.len() && may(last) {
                last += 1;
            }
            if last - first >= step {
                self.look_up(table, tokens, first, last, &mut owners);
            }
            // The pair behind the last word is of no document.
            at += ((last - at) / step + 1) * step;
        }
        owners
    }

    fn look_up(
        &self,
        table: &Table,
        tokens: &[Token],
        first: usize,
        last: usize,
        owners: &mut Vec<Option<u32>>,
    ) {
        let some = &tokens[first..=last];
        for at in 0..some.len() {
            self.hasher.runs_at(some, at, |size, characters| {
                let run = &some[at..at + size];
                let owner = table.owner(self.hasher.run(run, characters));
                if owner == 0 {
                    return;
                }
                owners.resize(tokens.len(), None);
                let number = if owner < SHARED { owner } else { 0 };
                for place in &mut owners[first + at..first + at + size] {
                    // The first document that is known to be the one.
                    *place = Some(place.filter(|&own| own != 0).unwrap_or(number));
                }
            });
        }
    }
}
