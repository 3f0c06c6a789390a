//! Structured records, rewritten: secrets replaced by constant markers, containers copied on the way
//! to them. What holds anything else than the plain types of Python is left to Python.

use crate::redact::{Markers, Outcome};
use crate::walk::{FEW, Key, MAX_DEPTH, MAX_NODES, VALUE_KEYS, Verdict, Walk, is_named_leaf};
use memchr::memmem::find;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

/// What stands for a value.
pub enum New<'py> {
    Same,
    Changed(Bound<'py, PyAny>),
    /// It holds something that is not known here.
    Unknown,
}

/// Goes on with what stands for `$old`, and gives up where that is not known.
macro_rules! known {
    ($new:expr, $old:expr) => {
        match $new {
            New::Same => $old.clone(),
            New::Changed(new) => new,
            New::Unknown => return New::Unknown,
        }
    };
}

pub struct Rewrite<'a> {
    pub walk: Walk<'a>,
    pub markers: &'a Markers,
    /// Where texts are written.
    pub text: &'a mut Vec<u8>,
    pub next: &'a mut Vec<u8>,
}

impl Rewrite<'_> {
    pub fn value<'py>(
        &mut self,
        value: &Bound<'py, PyAny>,
        key: Key<'_>,
        depth: usize,
    ) -> New<'py> {
        if self.walk.nodes >= MAX_NODES {
            return New::Unknown;
        }
        if let Ok(text) = value.cast_exact::<PyString>() {
            self.walk.nodes += 1;
            return match text.to_str() {
                Ok(text) => self.string(value.py(), text.as_bytes(), key),
                Err(_) => New::Unknown,
            };
        }
        if let Ok(mapping) = value.cast_exact::<PyDict>() {
            return self.mapping(mapping, depth);
        }
        if let Ok(list) = value.cast_exact::<PyList>() {
            // Of its own: to make objects can run code that changes the list.
            let items = list.to_tuple();
            return self.sequence(&items, key, depth, |items| {
                PyList::new(items.first()?.py(), items)
                    .map(Bound::into_any)
                    .ok()
            });
        }
        if let Ok(tuple) = value.cast_exact::<PyTuple>() {
            return self.sequence(tuple, key, depth, |items| {
                PyTuple::new(items.first()?.py(), items)
                    .map(Bound::into_any)
                    .ok()
            });
        }
        match self.walk.value(value, key, depth) {
            Verdict::Clean => New::Same,
            Verdict::Unknown => New::Unknown,
            Verdict::Found => self.written(value, key),
        }
    }

    /// What stands for bytes or a number in which something was found.
    fn written<'py>(&mut self, value: &Bound<'py, PyAny>, key: Key<'_>) -> New<'py> {
        if let Ok(bytes) = value.cast_exact::<PyBytes>() {
            return match self.redacted(bytes.as_bytes(), key) {
                Outcome::Clean => New::Same,
                Outcome::Redacted => {
                    New::Changed(PyBytes::new(value.py(), self.text.as_slice()).into_any())
                }
                Outcome::Undecided => New::Unknown,
            };
        }
        let is_number =
            value.is_exact_instance_of::<PyInt>() || value.is_exact_instance_of::<PyFloat>();
        // Of a number without a name only some are asked about, and that is for Python to say.
        if !is_number || key.text().is_empty() {
            return New::Unknown;
        }
        let text = value.str();
        match text.as_ref().map(|text| text.to_str()) {
            Ok(Ok(text)) => self.string(value.py(), text.as_bytes(), key),
            _ => New::Unknown,
        }
    }

    fn string<'py>(&mut self, py: Python<'py>, data: &[u8], key: Key<'_>) -> New<'py> {
        match self.redacted(data, key) {
            Outcome::Clean => New::Same,
            Outcome::Redacted => std::str::from_utf8(self.text).map_or(New::Unknown, |text| {
                New::Changed(PyString::new(py, text).into_any())
            }),
            Outcome::Undecided => New::Unknown,
        }
    }

    fn redacted(&mut self, data: &[u8], key: Key<'_>) -> Outcome {
        let search = self.walk.search;
        search.redact_by(
            data,
            self.markers,
            (self.text, self.next),
            (self.walk.spans, self.walk.memory),
            |data, spans, memory| Walk::find(&search, data, key, spans, memory),
        )
    }

    fn mapping<'py>(&mut self, mapping: &Bound<'py, PyDict>, depth: usize) -> New<'py> {
        self.walk.nodes += 1;
        if depth >= MAX_DEPTH {
            return New::Unknown;
        }
        // Of its own: to make objects can run code that changes the mapping.
        let Ok(copy) = mapping.copy() else {
            return New::Unknown;
        };
        let few = copy.len() <= FEW;
        let mut changed = Vec::new();
        for (name, value) in copy.iter() {
            self.walk.nodes += 1;
            let new = if let Ok(name) = name.cast_exact::<PyString>() {
                let Some(name) = name.to_str().ok().filter(|name| names(name)) else {
                    return New::Unknown;
                };
                let Some(key) = self.walk.key(name.as_bytes()) else {
                    return New::Unknown;
                };
                if few && VALUE_KEYS.contains(&name) {
                    let Ok(sibling) = Walk::sibling_name(self.walk.search.kernel, &copy) else {
                        return New::Unknown;
                    };
                    let sibling = sibling.as_ref().and_then(|name| name.to_str().ok());
                    let own = sibling.filter(|name| !name.is_empty()).unwrap_or(name);
                    if !names(own) || self.walk.text(own.as_bytes(), Key::NONE) != Verdict::Clean {
                        return New::Unknown;
                    }
                    self.value(&value, Key::of(own.as_bytes()), depth + 1)
                } else {
                    self.value(&value, key, depth + 1)
                }
            } else if self.walk.small_key(&name).is_some() {
                self.value(&value, Key::NONE, depth + 1)
            } else {
                return New::Unknown;
            };
            match new {
                New::Same => {}
                New::Changed(new) => changed.push((name, new)),
                New::Unknown => return New::Unknown,
            }
        }
        if changed.is_empty() {
            return New::Same;
        }
        for (name, new) in changed {
            if copy.set_item(name, new).is_err() {
                return New::Unknown;
            }
        }
        New::Changed(copy.into_any())
    }

    fn sequence<'py>(
        &mut self,
        items: &Bound<'py, PyTuple>,
        key: Key<'_>,
        depth: usize,
        rebuilt: impl Fn(&[Bound<'py, PyAny>]) -> Option<Bound<'py, PyAny>>,
    ) -> New<'py> {
        self.walk.nodes += 1;
        if depth >= MAX_DEPTH {
            return New::Unknown;
        }
        let mut header: Option<Bound<'py, PyString>> = None;
        let mut new_items = Vec::with_capacity(items.len());
        let mut changed = false;
        for (place, item) in items.iter().enumerate() {
            let own = header.as_ref().and_then(|header| header.to_str().ok());
            let own = own.map_or(key, |own| Key::of(own.as_bytes()));
            let mut new = known!(self.value(&item, own, depth + 1), item);
            if !key.text().is_empty() && is_named_leaf(&item) {
                new = known!(self.value(&new, Key::NONE, depth + 1), new);
            }
            if place == 0 && items.len() == 2 && key.text().is_empty() {
                header = item.cast_exact::<PyString>().ok().cloned();
                let named = header
                    .as_ref()
                    .map(|header| header.to_str().is_ok_and(names));
                if item.is_exact_instance_of::<PyBytes>()
                    || named == Some(false)
                    || (named == Some(true) && !new.is(&item))
                {
                    return New::Unknown;
                }
            }
            changed |= !new.is(&item);
            new_items.push(new);
        }
        if !changed {
            return New::Same;
        }
        rebuilt(&new_items).map_or(New::Unknown, New::Changed)
    }
}

/// `key` has no marker, which would name nothing.
fn names(key: &str) -> bool {
    let key = key.as_bytes();
    find(key, b"[redacted:").is_none() && find(key, b"[document ").is_none()
}
