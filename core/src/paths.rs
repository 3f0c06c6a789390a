//! Paths: which fields of a structured record the policy names.
//!
//! The tables are made in Python (`redactor/paths.py`), which has the meaning; this is the same
//! automaton: one bit for each name of each selector says that this name could come next.

use memchr::{memchr, memmem};
use serde::Deserialize;
use std::collections::HashMap;

const WORDS: usize = 4;
pub type Bits = [u64; WORDS];
pub const NOWHERE: Bits = [0; WORDS];

/// What a value is, by its place in the table of types.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Type {
    String,
    Number,
    Boolean,
    Binary,
    Array,
    Object,
    Null,
}

#[derive(Deserialize)]
struct Plan {
    names: Vec<(String, Bits)>,
    globs: Vec<(Bits, Vec<String>)>,
    any: Bits,
    last: Bits,
    loops: Bits,
    anywhere: Bits,
    root: Bits,
    types: Vec<Bits>,
}

/// Selectors, compiled. Immutable after construction.
pub struct Automaton {
    names: HashMap<Box<[u8]>, Bits>,
    /// Some name has this length (the longest ones in one) and this last byte.
    known: Box<[[bool; 256]; LENGTHS]>,
    globs: Vec<(Bits, Vec<Box<[u8]>>)>,
    /// Some name with a star can start with this byte.
    starts: Box<[bool; 256]>,
    /// Where a selector can start, any key goes on from: none is passed by.
    open: bool,
    any: Bits,
    last: Bits,
    loops: Bits,
    anywhere: Bits,
    pub root: Bits,
    types: Vec<Bits>,
}

const LENGTHS: usize = 24;

impl Automaton {
    pub fn from_json(json: &[u8]) -> Result<Self, String> {
        let plan: Plan = serde_json::from_slice(json).map_err(|error| format!("paths: {error}"))?;
        if plan.types.len() <= Type::Null as usize {
            return Err("paths: a type is missing".to_owned());
        }
        let mut known = Box::new([[false; 256]; LENGTHS]);
        for (name, _) in &plan.names {
            let name = name.as_bytes();
            known[name.len().min(LENGTHS - 1)][name.last().map_or(0, |&last| last as usize)] = true;
        }
        let mut starts = Box::new([false; 256]);
        for (_, parts) in &plan.globs {
            match parts.first().and_then(|part| part.as_bytes().first()) {
                Some(&byte) => {
                    starts[byte as usize] = true;
                    starts[byte.to_ascii_uppercase() as usize] = true;
                }
                None => starts.fill(true),
            }
        }
        let bytes = |text: String| text.into_bytes().into_boxed_slice();
        Ok(Self {
            names: plan
                .names
                .into_iter()
                .map(|(name, bits)| (bytes(name), bits))
                .collect(),
            known,
            globs: plan
                .globs
                .into_iter()
                .map(|(bit, parts)| (bit, parts.into_iter().map(bytes).collect()))
                .collect(),
            starts,
            open: and(&or(&plan.any, &plan.loops), &plan.anywhere) != NOWHERE,
            any: plan.any,
            last: plan.last,
            loops: plan.loops,
            anywhere: plan.anywhere,
            root: plan.root,
            types: plan.types,
        })
    }

    /// Goes from a mapping to the value of `key`; `None` when a selector names that.
    #[inline]
    pub fn step(&self, state: &Bits, key: &[u8], kind: impl Fn() -> Type) -> Option<Bits> {
        let mut below = self.one(state, key, &kind)?;
        if memchr(b'.', key).is_some() {
            let mut inner = *state;
            let mut parts = key.split(|&byte| byte == b'.').peekable();
            while let Some(part) = parts.next() {
                let last = parts.peek().is_none();
                inner = match last {
                    true => self.one(&inner, part, &kind)?,
                    false => self.one(&inner, part, || Type::Object)?,
                };
            }
            below = or(&below, &inner);
        }
        Some(below)
    }

    /// Goes from a sequence to its item at `place`, which may be called `name`; as `step`.
    pub fn item(
        &self,
        state: &Bits,
        place: usize,
        name: &[u8],
        kind: impl Fn() -> Type,
    ) -> Option<Bits> {
        let mut buffer = [0; 20];
        let mut at = buffer.len();
        let mut rest = place;
        loop {
            at -= 1;
            buffer[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        let below = self.one(state, &buffer[at..], &kind)?;
        if !name.is_empty() {
            self.one(state, name, &kind)?;
        }
        Some(or(&below, state))
    }

    #[inline]
    fn one(&self, state: &Bits, key: &[u8], kind: impl Fn() -> Type) -> Option<Bits> {
        let last = key.last().map_or(0, |last| last.to_ascii_lowercase());
        let known = self.known[key.len().min(LENGTHS - 1)][last as usize];
        let starts = key
            .first()
            .is_some_and(|&first| self.starts[first as usize]);
        if !known && !starts && !self.open && *state == self.anywhere {
            return Some(*state); // nearly every key of a record: no selector is on its way here
        }
        let mut mask = self.any;
        if known && let Some(bits) = self.names.get(key.to_ascii_lowercase().as_slice()) {
            mask = or(&mask, bits);
        }
        for (bit, parts) in &self.globs {
            if and(state, bit) != NOWHERE && fits(key, parts) {
                mask = or(&mask, bit);
            }
        }
        let matched = and(state, &mask);
        let ends = and(&matched, &self.last);
        if ends != NOWHERE && and(&ends, &self.types[kind() as usize]) != NOWHERE {
            return None;
        }
        let mut below = [0; WORDS];
        let mut carry = 0;
        for word in 0..WORDS {
            let goes_on = matched[word] & !self.last[word];
            below[word] =
                goes_on << 1 | carry | state[word] & self.loops[word] | self.anywhere[word];
            carry = goes_on >> 63;
        }
        Some(below)
    }
}

/// `key` is `parts` with anything between them.
fn fits(key: &[u8], parts: &[Box<[u8]>]) -> bool {
    let [first, middle @ .., last] = parts else {
        return false;
    };
    if key.len() < first.len() + last.len()
        || !key[..first.len()].eq_ignore_ascii_case(first)
        || !key[key.len() - last.len()..].eq_ignore_ascii_case(last)
    {
        return false;
    }
    let rest = key[first.len()..key.len() - last.len()].to_ascii_lowercase();
    let mut rest = rest.as_slice();
    for part in middle {
        let Some(at) = memmem::find(rest, part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    true
}

fn or(one: &Bits, other: &Bits) -> Bits {
    std::array::from_fn(|word| one[word] | other[word])
}

fn and(one: &Bits, other: &Bits) -> Bits {
    std::array::from_fn(|word| one[word] & other[word])
}
