//! Structured records: is every text in them clean?

use crate::engine::Kernel;
use crate::spans::Span;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

/// Containers inside containers, and values in one record, that are looked at.
const MAX_DEPTH: usize = 64;
const MAX_NODES: usize = 100_000;
/// Integers below hold no card number.
const SMALLEST_CARD: i64 = 100_000_000_000;
const VALUE_KEYS: [&[u8]; 4] = [b"value", b"Value", b"val", b"default"];
const FEW: usize = 8;

/// What a record is known to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    Found,
    /// It holds something that is not known here.
    Unknown,
}

pub struct Walk<'a> {
    pub kernel: &'a Kernel,
    pub spans: &'a mut Vec<Span>,
    pub done: &'a mut Vec<usize>,
    pub nodes: usize,
}

impl Walk<'_> {
    pub fn value(&mut self, value: &Bound<'_, PyAny>, key: &[u8], depth: usize) -> Verdict {
        self.nodes += 1;
        if self.nodes > MAX_NODES || depth > MAX_DEPTH {
            return Verdict::Unknown;
        }
        if let Ok(text) = value.cast_exact::<PyString>() {
            return match text.to_str() {
                Ok(text) => self.text(text.as_bytes(), key),
                Err(_) => Verdict::Unknown,
            };
        }
        if let Ok(number) = value.cast_exact::<PyInt>() {
            return self.integer(number, key);
        }
        if value.is_none() || value.is_exact_instance_of::<PyBool>() {
            return Verdict::Clean;
        }
        if let Ok(mapping) = value.cast_exact::<PyDict>() {
            return self.mapping(mapping, depth);
        }
        if let Ok(number) = value.cast_exact::<PyFloat>() {
            return self.float(number, key);
        }
        if let Ok(list) = value.cast_exact::<PyList>() {
            return self.sequence(list.iter(), list.len(), key, depth);
        }
        if let Ok(tuple) = value.cast_exact::<PyTuple>() {
            return self.sequence(tuple.iter(), tuple.len(), key, depth);
        }
        if let Ok(bytes) = value.cast_exact::<PyBytes>() {
            return self.text(bytes.as_bytes(), key);
        }
        Verdict::Unknown
    }

    fn text(&mut self, data: &[u8], key: &[u8]) -> Verdict {
        let key = (!key.is_empty()).then_some(key);
        self.kernel.find(data, key, self.spans, self.done);
        if self.spans.is_empty() {
            Verdict::Clean
        } else {
            Verdict::Found
        }
    }

    fn integer(&mut self, number: &Bound<'_, PyInt>, key: &[u8]) -> Verdict {
        let Ok(number) = number.extract::<i64>() else {
            return Verdict::Unknown;
        };
        if key.is_empty() && -SMALLEST_CARD < number && number < SMALLEST_CARD {
            return Verdict::Clean;
        }
        let mut buffer = [0; 20];
        self.text(decimal(number, &mut buffer), key)
    }

    fn float(&mut self, number: &Bound<'_, PyFloat>, key: &[u8]) -> Verdict {
        let Ok(text) = number.str() else {
            return Verdict::Unknown;
        };
        match text.to_str() {
            Ok(text) => self.text(text.as_bytes(), key),
            Err(_) => Verdict::Unknown,
        }
    }

    fn mapping(&mut self, mapping: &Bound<'_, PyDict>, depth: usize) -> Verdict {
        if depth >= MAX_DEPTH {
            return Verdict::Unknown;
        }
        let few = mapping.len() <= FEW;
        for (key, value) in mapping.iter() {
            let Ok(name) = key.cast_exact::<PyString>() else {
                return Verdict::Unknown;
            };
            let Ok(name) = name.to_str() else {
                return Verdict::Unknown;
            };
            let name = name.as_bytes();
            // The name beside such a key may say what its value is.
            if few && VALUE_KEYS.contains(&name) {
                return Verdict::Unknown;
            }
            self.nodes += 1;
            let verdict = self.text(name, b"");
            if verdict != Verdict::Clean {
                return verdict;
            }
            let verdict = self.value(&value, name, depth + 1);
            if verdict != Verdict::Clean {
                return verdict;
            }
        }
        Verdict::Clean
    }

    fn sequence<'py>(
        &mut self,
        items: impl Iterator<Item = Bound<'py, PyAny>>,
        size: usize,
        key: &[u8],
        depth: usize,
    ) -> Verdict {
        if depth >= MAX_DEPTH {
            return Verdict::Unknown;
        }
        let mut first = true;
        for item in items {
            // A pair whose first half is a text may be a header with its value.
            if first && size == 2 && key.is_empty() && !item.is_none() {
                let text = item.is_instance_of::<PyString>() || item.is_instance_of::<PyBytes>();
                if text {
                    return Verdict::Unknown;
                }
            }
            first = false;
            let verdict = self.value(&item, key, depth + 1);
            if verdict != Verdict::Clean {
                return verdict;
            }
        }
        Verdict::Clean
    }
}

/// Writes `number` in decimal digits.
fn decimal(number: i64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut at = buffer.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    &buffer[at..]
}
