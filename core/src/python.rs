//! The Python interface.

use crate::engine::{Kernel, Scratch};
use crate::known::{Form, Known, Part};
use crate::paths::{Automaton, NOWHERE};
use crate::redact::{Markers, Outcome};
use crate::registered::Documents;
use crate::registered::python::{DocumentTable, Documents as PyDocuments};
use crate::rewrite::{New, Rewrite};
use crate::search::Search;
use crate::spans::{Span, to_characters};
use crate::walk::{Key, Verdict, Walk};
use memchr::memchr_iter;
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyTuple};
use std::borrow::Cow;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

/// From this size on other threads run meanwhile. Giving the interpreter's lock away for less
/// costs more than it brings: getting it back can take a whole switch interval.
const DETACHED: usize = 64 * 1024;
/// More memory than this is not kept for the next call.
const KEPT: usize = 1 << 20;
/// The same for the output of blocks, which come one after the other in a stream.
const KEPT_OUTPUT: usize = 4 << 20;

thread_local! {
    static SCRATCH: RefCell<Scratch> = const { RefCell::new(Scratch::new()) };
}

/// Runs `work` with this thread's memory; a panic becomes an exception that says nothing of the
/// text.
fn guarded<T>(work: impl FnOnce(&mut Scratch) -> T) -> PyResult<T> {
    let result = SCRATCH.with(|own| {
        // What is made for Python can start its collector, and a finalizer can come here again.
        let Ok(mut scratch) = own.try_borrow_mut() else {
            return catch_unwind(AssertUnwindSafe(|| work(&mut Scratch::new())));
        };
        let result = catch_unwind(AssertUnwindSafe(|| work(&mut scratch)));
        let kept =
            scratch.text.capacity() + scratch.next.capacity() + scratch.spans.capacity() * 24;
        if kept >= KEPT || result.is_err() {
            *scratch = Scratch::new();
        }
        result
    });
    result.map_err(|_| PyRuntimeError::new_err("the native engine failed"))
}

/// The UTF-8 of a text; lone surrogates are three bytes each.
enum Utf8<'a, 'py> {
    InPlace(&'a [u8]),
    Encoded(Bound<'py, PyBytes>),
}

impl<'a, 'py> Utf8<'a, 'py> {
    fn of(text: &'a Bound<'py, PyString>) -> PyResult<Self> {
        if let Ok(text) = text.to_str() {
            return Ok(Self::InPlace(text.as_bytes()));
        }
        let encoded = text.call_method1("encode", ("utf-8", "surrogatepass"))?;
        Ok(Self::Encoded(encoded.cast_into()?))
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::InPlace(bytes) => bytes,
            Self::Encoded(bytes) => bytes.as_bytes(),
        }
    }
}

/// A form of a known value as Python has it: text, label, whole word, what may stand at its ends.
type PyForm<'py> = (
    Bound<'py, PyBytes>,
    u32,
    bool,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
);

/// Forms of known values, compiled. Immutable, and shows nothing of them.
#[pyclass(frozen, module = "redactor_core")]
struct Forms {
    part: Arc<Part>,
}

#[pymethods]
impl Forms {
    #[new]
    fn new(py: Python<'_>, forms: Vec<PyForm<'_>>) -> PyResult<Self> {
        let forms: Vec<Form> = forms
            .iter()
            .map(|(text, label, word, before, after)| {
                Form::new(
                    text.as_bytes(),
                    *label,
                    *word,
                    before.as_bytes(),
                    after.as_bytes(),
                )
            })
            .collect();
        let part = py
            .detach(|| catch_unwind(AssertUnwindSafe(|| Part::new(forms))))
            .map_err(|_| PyRuntimeError::new_err("the native engine failed"))?;
        Ok(Self {
            part: Arc::new(part),
        })
    }
}

/// Selectors of the fields of records, compiled.
#[pyclass(frozen, module = "redactor_core")]
struct Paths {
    automaton: Automaton,
}

#[pymethods]
impl Paths {
    #[new]
    fn new(plan_json: &[u8]) -> PyResult<Self> {
        Automaton::from_json(plan_json)
            .map(|automaton| Self { automaton })
            .map_err(PyValueError::new_err)
    }
}

/// A compiled ruleset, and the values that are known. Safe to share between threads.
#[pyclass(frozen, module = "redactor_core")]
struct Engine {
    kernel: Kernel,
    /// The markers that came first: nearly always there are no others.
    first_markers: OnceLock<(Py<PyTuple>, Arc<Markers>)>,
    markers: Mutex<Option<(Py<PyTuple>, Arc<Markers>)>>,
    known: RwLock<Option<Arc<Known>>>,
    documents: RwLock<Option<Arc<Documents>>>,
    /// Some value is known, or there is a store of documents; asked first, so that without one
    /// there is no lock to take.
    knows: AtomicBool,
    /// Some value is known.
    has_values: AtomicBool,
}

/// What is looked for besides the rules.
type Others = (Option<Arc<Known>>, Option<Arc<Documents>>);

#[pymethods]
impl Engine {
    #[new]
    #[pyo3(signature = (plan_json, checked = false))]
    fn new(plan_json: &[u8], checked: bool) -> PyResult<Self> {
        let kernel = catch_unwind(|| Kernel::from_json(plan_json, checked))
            .map_err(|_| PyValueError::new_err("plan: it cannot be compiled"))?
            .map_err(PyValueError::new_err)?;
        Ok(Self {
            kernel,
            first_markers: OnceLock::new(),
            markers: Mutex::new(None),
            known: RwLock::new(None),
            documents: RwLock::new(None),
            knows: AtomicBool::new(false),
            has_values: AtomicBool::new(false),
        })
    }

    /// The vector instructions that are used.
    #[getter]
    fn instructions(&self) -> &'static str {
        self.kernel.classifier.name()
    }

    /// Looks for these known values from the next call on, and for no others.
    fn set_known(&self, parts: Vec<PyRef<'_, Forms>>, markers: Vec<Bound<'_, PyBytes>>) {
        let parts: Vec<_> = parts.iter().map(|forms| Arc::clone(&forms.part)).collect();
        let markers = markers.iter().map(|marker| marker.as_bytes().into());
        let known = (!parts.is_empty()).then(|| Arc::new(Known::new(parts, markers.collect())));
        let mut own = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let documents = self
            .documents
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        self.knows
            .store(known.is_some() || documents.is_some(), Ordering::Release);
        self.has_values.store(known.is_some(), Ordering::Release);
        *own = known;
    }

    /// Looks for excerpts of these documents from the next call on, and of no others.
    fn set_documents(&self, documents: Option<PyRef<'_, PyDocuments>>) {
        let documents = documents.map(|documents| Arc::clone(&documents.own));
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut own = self
            .documents
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        self.knows
            .store(known.is_some() || documents.is_some(), Ordering::Release);
        *own = documents;
    }

    /// Finds secrets: `(start, end, rule index)`, in characters of a `str`, in bytes of `bytes`.
    #[pyo3(signature = (data, key=None))]
    fn find<'py>(
        &self,
        data: &Bound<'py, PyAny>,
        key: Option<&Bound<'py, PyString>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let py = data.py();
        let key = key.map(Utf8::of).transpose()?;
        let key = key.as_ref().map(Utf8::bytes);
        let known = self.known();
        let search = self.search(&known);
        if let Ok(text) = data.cast::<PyString>() {
            let utf8 = Utf8::of(text)?;
            let data = utf8.bytes();
            return guarded(|Scratch { spans, memory, .. }| {
                search.find(data, key, spans, memory);
                if !spans.is_empty() && !data.is_ascii() {
                    to_characters(data, spans);
                }
                tuples(py, spans)
            })?;
        }
        let data = bytes_of(data)?;
        let find = |Scratch { spans, memory, .. }: &mut Scratch| {
            search.find(data, key, spans, memory);
            std::mem::take(spans)
        };
        let spans = if data.len() < DETACHED {
            guarded(find)?
        } else {
            py.detach(|| guarded(find))?
        };
        tuples(py, &spans)
    }

    /// Finds secrets in one piece of a stream: findings, next state, bytes to hold back.
    fn scan<'py>(
        &self,
        data: &Bound<'py, PyBytes>,
        state: usize,
    ) -> PyResult<(Bound<'py, PyTuple>, usize, usize)> {
        let py = data.py();
        let data = data.as_bytes();
        let known = self.known();
        let search = self.search(&known);
        let scan = |Scratch { spans, memory, .. }: &mut Scratch| {
            let (state, held) = search.scan(data, state, spans, memory);
            (std::mem::take(spans), state, held)
        };
        let (spans, state, held) = if data.len() < DETACHED {
            guarded(scan)?
        } else {
            py.detach(|| guarded(scan))?
        };
        Ok((tuples(py, &spans)?, state, held))
    }

    /// Replaces findings by constant markers until none is left; the same object when clean,
    /// `None` when a finding's rule has no constant marker.
    fn redact<'py>(
        &self,
        data: &Bound<'py, PyAny>,
        markers: &Bound<'py, PyTuple>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = data.py();
        let text = data.cast::<PyString>().ok();
        let utf8 = text.map(Utf8::of).transpose()?;
        let bytes = match &utf8 {
            Some(utf8) => utf8.bytes(),
            None => bytes_of(data)?,
        };
        let markers = self.markers(markers)?;
        let known = self.known();
        let search = self.search(&known);
        guarded(|scratch| {
            let work = |scratch: &mut Scratch| search.redact(bytes, &markers, scratch);
            let outcome = if utf8.is_some() || bytes.len() < DETACHED {
                work(scratch)
            } else {
                py.detach(|| work(scratch))
            };
            match (outcome, &utf8) {
                (Outcome::Clean, _) => Some(data.clone()),
                (Outcome::Undecided, _) => None,
                (Outcome::Redacted, None) => Some(PyBytes::new(py, &scratch.text).into_any()),
                // Text that is no UTF-8, or no longer, is for Python to decode.
                (Outcome::Redacted, Some(_)) => std::str::from_utf8(&scratch.text)
                    .ok()
                    .map(|text| PyString::new(py, text).into_any()),
            }
        })
    }

    /// Redacts whole lines: `(output, next state, bytes to hold back, ((rule, count), ...))`, or
    /// `None` when a finding's rule has no constant marker.
    #[allow(clippy::type_complexity)]
    fn redact_block<'py>(
        &self,
        data: &Bound<'py, PyBytes>,
        state: usize,
        markers: &Bound<'py, PyTuple>,
    ) -> PyResult<Option<(Bound<'py, PyBytes>, usize, usize, Bound<'py, PyTuple>)>> {
        let py = data.py();
        let bytes = data.as_bytes();
        let markers = self.markers(markers)?;
        let known = self.known();
        let search = self.search(&known);
        let work = || guarded(|scratch| search.redact_block(bytes, state, &markers, scratch));
        let block = if bytes.len() < DETACHED {
            work()?
        } else {
            py.detach(work)?
        };
        let out = match block.outcome {
            Outcome::Undecided => None,
            Outcome::Redacted => Some(PyBytes::new(py, &block.out)),
            Outcome::Clean if block.held == 0 => Some(data.clone()),
            Outcome::Clean => Some(PyBytes::new(py, &bytes[..bytes.len() - block.held])),
        };
        if block.out.capacity() <= KEPT_OUTPUT {
            SCRATCH.with_borrow_mut(|scratch| scratch.out = block.out);
        }
        let Some(out) = out else {
            return Ok(None);
        };
        let counts = PyTuple::new(py, block.counts)?;
        Ok(Some((out, block.state, block.held, counts)))
    }

    /// Says whether all texts of a record are clean; `None` when it holds something unknown.
    /// With `paths`, a field that one of them names is not clean.
    #[pyo3(signature = (value, paths=None))]
    fn check(
        &self,
        value: &Bound<'_, PyAny>,
        paths: Option<&Bound<'_, Paths>>,
    ) -> PyResult<Option<bool>> {
        let known = self.known();
        let paths = paths.map(|paths| &paths.get().automaton);
        let verdict = guarded(
            |Scratch {
                 spans,
                 memory,
                 seen,
                 ..
             }| {
                Walk {
                    search: self.search(&known),
                    spans,
                    memory,
                    seen,
                    nodes: 0,
                    paths,
                    at: paths.map_or(NOWHERE, |paths| paths.root),
                }
                .value(value, Key::NONE, 0)
            },
        )?;
        Ok(match verdict {
            Verdict::Clean => Some(true),
            Verdict::Found => Some(false),
            Verdict::Unknown => None,
        })
    }

    /// Replaces findings in a record by constant markers until none is left; the same object when
    /// clean, `None` when it holds something unknown, or a finding's rule has no constant marker.
    fn redact_record<'py>(
        &self,
        value: &Bound<'py, PyAny>,
        markers: &Bound<'py, PyTuple>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let markers = self.markers(markers)?;
        let known = self.known();
        let new = guarded(
            |Scratch {
                 spans,
                 memory,
                 seen,
                 text,
                 next,
                 ..
             }| {
                Rewrite {
                    walk: Walk {
                        search: self.search(&known),
                        spans,
                        memory,
                        seen,
                        nodes: 0,
                        paths: None,
                        at: NOWHERE,
                    },
                    markers: &markers,
                    text,
                    next,
                }
                .value(value, Key::NONE, 0)
            },
        )?;
        Ok(match new {
            New::Same => Some(value.clone()),
            New::Changed(new) => Some(new),
            New::Unknown => None,
        })
    }
}

impl Engine {
    /// The values and documents that are known now.
    #[inline]
    fn known(&self) -> Others {
        if !self.knows.load(Ordering::Acquire) {
            return (None, None);
        }
        let known = if self.has_values.load(Ordering::Acquire) {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            known.clone()
        } else {
            None
        };
        let documents = self
            .documents
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        (known, documents.clone())
    }

    #[inline]
    fn search<'a>(&'a self, (known, documents): &'a Others) -> Search<'a> {
        Search {
            kernel: &self.kernel,
            known: known.as_deref(),
            documents: documents.as_deref(),
        }
    }

    /// The markers of `tuple`, read once for as long as the same tuple comes.
    #[inline]
    fn markers(&self, tuple: &Bound<'_, PyTuple>) -> PyResult<Cow<'_, Arc<Markers>>> {
        if let Some((first, markers)) = self.first_markers.get()
            && first.is(tuple)
        {
            return Ok(Cow::Borrowed(markers));
        }
        self.other_markers(tuple).map(Cow::Owned)
    }

    #[cold]
    fn other_markers(&self, tuple: &Bound<'_, PyTuple>) -> PyResult<Arc<Markers>> {
        let mut known = self.markers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((same, markers)) = &*known
            && same.is(tuple)
        {
            return Ok(Arc::clone(markers));
        }
        let mut markers = Markers::with_capacity(tuple.len());
        for item in tuple.iter() {
            markers.push(if item.is_none() {
                None
            } else {
                Some(bytes_of(&item)?.into())
            });
        }
        let markers = Arc::new(markers);
        let entry = (tuple.clone().unbind(), Arc::clone(&markers));
        if let Err(entry) = self.first_markers.set(entry) {
            *known = Some(entry);
        }
        Ok(markers)
    }
}

fn bytes_of<'a>(data: &'a Bound<'_, PyAny>) -> PyResult<&'a [u8]> {
    let bytes = data
        .cast::<PyBytes>()
        .map_err(|_| PyTypeError::new_err("not str or bytes"))?;
    Ok(bytes.as_bytes())
}

fn tuples<'py>(py: Python<'py>, spans: &[Span]) -> PyResult<Bound<'py, PyTuple>> {
    if spans.is_empty() {
        return Ok(PyTuple::empty(py));
    }
    PyTuple::new(
        py,
        spans.iter().map(|span| (span.start, span.end, span.rule)),
    )
}

/// How many line feeds are in `data`; Python's own count looks at one byte at a time.
#[pyfunction]
fn line_feeds(data: &Bound<'_, PyBytes>) -> usize {
    memchr_iter(b'\n', data.as_bytes()).count()
}

/// The version of this package.
#[pyfunction]
fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    // Nothing about a text is written anywhere, not even by a failure: this library has a panic
    // hook of its own, and what called it gets an exception.
    std::panic::set_hook(Box::new(|_| {}));
    module.add_class::<Engine>()?;
    module.add_class::<PyDocuments>()?;
    module.add_class::<DocumentTable>()?;
    module.add_class::<Forms>()?;
    module.add_class::<Paths>()?;
    module.add_function(wrap_pyfunction!(line_feeds, module)?)?;
    module.add_function(wrap_pyfunction!(version, module)?)
}
