//! The Python interface of documents.

use super::WordMap;
use super::hashing::{Hasher, KEY};
use super::table::Table;
use super::tokens::{Characters, tokens_of};
use crate::spans::Span;
use pyo3::exceptions::{PyOSError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, RwLock};

/// The documents of a store. Safe to share between threads, and shows nothing of them.
#[pyclass(frozen, module = "redactor_core")]
pub struct Documents {
    pub own: Arc<super::Documents>,
}

#[pymethods]
impl Documents {
    #[new]
    fn new(
        path: String,
        fast: [u64; 4],
        slow: &[u8],
        kinds: &[u8],
        folded: HashMap<u32, Vec<u8>>,
    ) -> PyResult<Self> {
        let table = Table::open(&path, false).ok_or_else(unreadable)?;
        let slow: &[u8; KEY] = slow
            .try_into()
            .map_err(|_| PyValueError::new_err("the key has another size"))?;
        let (words, characters) = (table.words, table.characters);
        if !(2..=4096).contains(&words) || !(words..=4096).contains(&characters) {
            return Err(unreadable());
        }
        let folded = folded
            .into_iter()
            .map(|(point, text)| (point, text.into_boxed_slice()));
        Ok(Self {
            own: Arc::new(super::Documents {
                path,
                table: RwLock::new(Arc::new(table)),
                hasher: Hasher::new(words, characters, fast, slow),
                characters: Characters {
                    kinds: kinds.into(),
                    folded: folded.collect(),
                },
            }),
        })
    }

    /// The hashes of the runs and of the pairs of a document, and how many words it has.
    fn document<'py>(
        &self,
        data: &Bound<'py, PyBytes>,
    ) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyBytes>, usize)> {
        let py = data.py();
        let bytes = data.as_bytes();
        let own = &self.own;
        let work = || {
            let mut tokens = Vec::with_capacity(bytes.len() / 6);
            let (low, high) = (0, bytes.len());
            tokens_of(&own.characters, &own.hasher, bytes, low, high, &mut tokens);
            let (runs, pairs) = own.hasher.document(&tokens);
            let mut packed = (
                Vec::with_capacity(runs.len() * 8),
                Vec::with_capacity(pairs.len() * 4),
            );
            for run in runs {
                packed.0.extend_from_slice(&run.to_le_bytes());
            }
            for pair in pairs {
                packed.1.extend_from_slice(&pair.to_le_bytes());
            }
            (packed.0, packed.1, tokens.len())
        };
        let (runs, pairs, words) = py
            .detach(|| catch_unwind(AssertUnwindSafe(work)))
            .map_err(|_| failed())?;
        Ok((PyBytes::new(py, &runs), PyBytes::new(py, &pairs), words))
    }

    /// The words of a text as they are looked for: `(start, end, is a character)`.
    fn tokens<'py>(&self, data: &Bound<'py, PyBytes>) -> PyResult<Bound<'py, PyTuple>> {
        let own = &self.own;
        let bytes = data.as_bytes();
        let work = || {
            let mut tokens = Vec::new();
            tokens_of(
                &own.characters,
                &own.hasher,
                bytes,
                0,
                bytes.len(),
                &mut tokens,
            );
            tokens
        };
        let tokens = catch_unwind(AssertUnwindSafe(work)).map_err(|_| failed())?;
        let told = tokens
            .iter()
            .map(|token| (token.start, token.end, token.character, token.hash));
        PyTuple::new(data.py(), told)
    }

    /// Finds excerpts: `(start, end, index)`, in bytes.
    fn find<'py>(&self, data: &Bound<'py, PyBytes>, lines: bool) -> PyResult<Bound<'py, PyTuple>> {
        let py = data.py();
        let mut spans: Vec<Span> = Vec::new();
        let data = data.as_bytes();
        let work = || {
            if self.own.fit(data) {
                WordMap::of(data, |map| self.own.find(data, map, lines, &mut spans));
            }
        };
        catch_unwind(AssertUnwindSafe(work)).map_err(|_| failed())?;
        let told = spans.iter().map(|span| (span.start, span.end, span.rule));
        PyTuple::new(py, told)
    }
}

/// A table that is open for changes; who makes them holds its lock.
#[pyclass(frozen, module = "redactor_core")]
pub struct DocumentTable {
    own: Table,
}

#[pymethods]
impl DocumentTable {
    #[new]
    fn new(path: &str) -> PyResult<Self> {
        let own = Table::open(path, true).ok_or_else(unreadable)?;
        Ok(Self { own })
    }

    /// Adds the hashes of a document.
    fn add(&self, py: Python<'_>, runs: &[u8], pairs: &[u8], number: u32) -> PyResult<()> {
        let work = || self.own.add(runs_of(runs), pairs_of(pairs), number);
        py.detach(|| catch_unwind(AssertUnwindSafe(work)))
            .map_err(|_| failed())
    }

    /// Removes those of one.
    fn remove(&self, py: Python<'_>, runs: &[u8]) -> PyResult<()> {
        let work = || self.own.remove(runs_of(runs));
        py.detach(|| catch_unwind(AssertUnwindSafe(work)))
            .map_err(|_| failed())
    }
}

fn runs_of(bytes: &[u8]) -> impl Iterator<Item = u64> {
    bytes
        .as_chunks()
        .0
        .iter()
        .map(|run| u64::from_le_bytes(*run))
}

fn pairs_of(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes
        .as_chunks()
        .0
        .iter()
        .map(|pair| u32::from_le_bytes(*pair))
}

fn unreadable() -> PyErr {
    PyOSError::new_err("the table of documents cannot be read")
}

fn failed() -> PyErr {
    PyRuntimeError::new_err("the native engine failed")
}
