//! Structured records: is every text in them clean?

use crate::documents::BODY;
use crate::engine::Kernel;
use crate::pass::Memory;
use crate::paths::{Automaton, Bits, Type};
use crate::search::Search;
use crate::seen::{self, Seen};
use crate::spans::Span;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple, PyType};

/// Containers inside containers, and values in one record, that are looked at.
pub const MAX_DEPTH: usize = 64;
pub const MAX_NODES: usize = 100_000;
/// Integers below hold no card number.
const SMALLEST_CARD: i64 = 100_000_000_000;
/// Keys whose value may have its name beside it, in a mapping of few.
pub const VALUE_KEYS: [&str; 4] = ["value", "Value", "val", "default"];
pub const FEW: usize = 8;

/// What a record is known to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    Found,
    /// It holds something that is not known here.
    Unknown,
}

/// It holds something that is not known here.
pub struct NotKnown;

/// Goes on with what is clean, and returns everything else.
macro_rules! clean {
    ($verdict:expr) => {
        let verdict = $verdict;
        if verdict != Verdict::Clean {
            return verdict;
        }
    };
}

/// The key of a value.
#[derive(Clone, Copy)]
pub struct Key<'a> {
    text: &'a [u8],
    /// It is known that it names nothing.
    plain: bool,
}

impl Key<'_> {
    pub const NONE: Self = Self {
        text: b"",
        plain: true,
    };
}

impl<'a> Key<'a> {
    pub fn of(text: &'a [u8]) -> Self {
        Self {
            text,
            plain: text.is_empty(),
        }
    }

    pub fn text(&self) -> &'a [u8] {
        self.text
    }
}

pub struct Walk<'a> {
    pub search: Search<'a>,
    pub spans: &'a mut Vec<Span>,
    pub memory: &'a mut Memory,
    pub seen: &'a mut Seen,
    pub nodes: usize,
    /// Fields that the policy names, and where the walk is by them.
    pub paths: Option<&'a Automaton>,
    pub at: Bits,
}

impl Walk<'_> {
    pub fn value(&mut self, value: &Bound<'_, PyAny>, key: Key<'_>, depth: usize) -> Verdict {
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
        match kind_of(value) {
            Kind::Safe => Verdict::Clean,
            Kind::Uuid => self.identifier(value),
            Kind::Unknown => Verdict::Unknown,
        }
    }

    /// Looks at an identifier for known values alone.
    fn identifier(&mut self, value: &Bound<'_, PyAny>) -> Verdict {
        let Some(known) = self.search.known else {
            return Verdict::Clean;
        };
        let text = value.str();
        let Some(text) = text.as_ref().ok().and_then(|text| text.to_str().ok()) else {
            return Verdict::Unknown;
        };
        self.spans.clear();
        known.find(text.as_bytes(), 0, false, self.spans);
        if self.spans.is_empty() {
            Verdict::Clean
        } else {
            Verdict::Unknown
        }
    }

    /// Finds secrets in the value `data` of `key`.
    #[inline(always)]
    pub fn find(
        search: &Search<'_>,
        data: &[u8],
        key: Key<'_>,
        spans: &mut Vec<Span>,
        memory: &mut Memory,
    ) {
        if key.plain && data.len() < BODY {
            search.find_beside(data, key.text, spans, memory);
        } else {
            let named = (!key.text.is_empty()).then_some(key.text);
            search.find(data, named, spans, memory);
        }
    }

    #[inline(always)]
    pub fn text(&mut self, data: &[u8], key: Key<'_>) -> Verdict {
        Self::find(&self.search, data, key, self.spans, self.memory);
        if self.spans.is_empty() {
            Verdict::Clean
        } else {
            Verdict::Found
        }
    }

    fn integer(&mut self, number: &Bound<'_, PyInt>, key: Key<'_>) -> Verdict {
        let Ok(number) = number.extract::<i64>() else {
            return Verdict::Unknown;
        };
        let spared = key.text.is_empty() || (key.plain && self.search.kernel.spares_numbers);
        if spared && self.is_small(number) {
            return Verdict::Clean;
        }
        let mut buffer = [0; 20];
        self.text(decimal(number, &mut buffer), key)
    }

    /// It is too small to be a card number, and no known value is a number.
    fn is_small(&self, number: i64) -> bool {
        let numbers = self.search.known.is_some_and(|known| known.numbers);
        -SMALLEST_CARD < number && number < SMALLEST_CARD && !numbers
    }

    fn float(&mut self, number: &Bound<'_, PyFloat>, key: Key<'_>) -> Verdict {
        // One of so few digits is written with eleven at most, a sign and a point.
        let value = number.value();
        let few = value.abs() < 1e8 && (value * 1e3).round() / 1e3 == value;
        if few && key.plain && self.search.known.is_none() && self.search.kernel.spares_numbers {
            return Verdict::Clean;
        }
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
        let here = self.at;
        for (key, value) in mapping.iter() {
            self.nodes += 1;
            let Some(name) = key.cast_exact::<PyString>().ok() else {
                let Some(number) = self.small_key(&key) else {
                    return Verdict::Unknown;
                };
                if let Some(paths) = self.paths {
                    let name = decimal(number, &mut [0; 20]).to_vec();
                    let Some(below) = paths.step(&here, &name, || type_of(&value)) else {
                        return Verdict::Found;
                    };
                    self.at = below;
                }
                clean!(self.value(&value, Key::NONE, depth + 1));
                continue;
            };
            let Ok(name) = name.to_str() else {
                return Verdict::Unknown;
            };
            let Some(key) = self.key(name.as_bytes()) else {
                return Verdict::Found;
            };
            if let Some(paths) = self.paths {
                let Some(below) = paths.step(&here, name.as_bytes(), || type_of(&value)) else {
                    return Verdict::Found;
                };
                self.at = below;
            }
            if few && VALUE_KEYS.contains(&name) {
                clean!(self.sibling(mapping, name, &value, depth));
            } else {
                clean!(self.value(&value, key, depth + 1));
            }
        }
        Verdict::Clean
    }

    /// The key as a number, if no rule can find anything in it, nor is it known.
    pub fn small_key(&self, key: &Bound<'_, PyAny>) -> Option<i64> {
        let number = key.cast_exact::<PyInt>().ok()?.extract().ok()?;
        self.is_small(number).then_some(number)
    }

    /// What is known of the key `name`, which holds nothing itself; `None` when it does.
    #[inline(always)]
    pub fn key<'a>(&mut self, name: &'a [u8]) -> Option<Key<'a>> {
        let kernel = self.search.kernel;
        // What is clean while no documents are registered may be an excerpt of one later.
        let number = kernel.number | u32::from(self.search.documents.is_some()) << 31;
        let seen = match self.search.known {
            None => seen::Key::of(name, number),
            Some(_) => None,
        };
        if let Some(key) = &seen
            && self.seen.has(key)
        {
            return Some(Key {
                text: name,
                plain: true,
            });
        }
        if self.text(name, Key::NONE) != Verdict::Clean {
            return None;
        }
        let plain = kernel.rules_of_key(name).is_empty();
        // Less than four words are no excerpt of any document.
        let short = || {
            name.iter()
                .filter(|byte| !byte.is_ascii_alphanumeric())
                .count()
                < 3
        };
        if plain
            && (self.search.documents.is_none() || short())
            && let Some(key) = seen
        {
            self.seen.keep(key);
        }
        Some(Key { text: name, plain })
    }

    /// Looks at the value in `{"name": "DB_PASSWORD", "value": ...}`, whose name stands beside it.
    fn sibling(
        &mut self,
        mapping: &Bound<'_, PyDict>,
        own: &str,
        value: &Bound<'_, PyAny>,
        depth: usize,
    ) -> Verdict {
        let Ok(name) = Self::sibling_name(self.search.kernel, mapping) else {
            return Verdict::Unknown;
        };
        let name = name.as_ref().and_then(|name| name.to_str().ok());
        let name = name.filter(|name| !name.is_empty()).unwrap_or(own);
        self.value(value, Key::of(name.as_bytes()), depth + 1)
    }

    /// The name in `{"name": "DB_PASSWORD", "value": ...}`; an error where it is not known.
    pub fn sibling_name<'py>(
        kernel: &Kernel,
        mapping: &Bound<'py, PyDict>,
    ) -> Result<Option<Bound<'py, PyString>>, NotKnown> {
        for (key, name) in mapping.iter() {
            let (Ok(key), Ok(name)) = (key.cast_exact::<PyString>(), name.cast_exact::<PyString>())
            else {
                continue;
            };
            // In lower case other letters may become ASCII: that is for Python to say.
            let (Ok(key), Ok(_)) = (key.to_str(), name.to_str()) else {
                return Err(NotKnown);
            };
            if !key.is_ascii() {
                return Err(NotKnown);
            }
            if kernel.words.sibling.has_lower(key.as_bytes()) {
                return Ok(Some(name.clone()));
            }
        }
        Ok(None)
    }

    fn sequence<'py>(
        &mut self,
        items: impl Iterator<Item = Bound<'py, PyAny>>,
        size: usize,
        key: Key<'_>,
        depth: usize,
    ) -> Verdict {
        if depth >= MAX_DEPTH {
            return Verdict::Unknown;
        }
        let (here, mut below) = (self.at, self.at);
        let mut first: Option<Bound<'py, PyAny>> = None;
        // The first half of a pair may be the name of a header, the second its value.
        let mut header: Option<Bound<'py, PyString>> = None;
        for (place, item) in items.enumerate() {
            if let Some(paths) = self.paths {
                let Some(name) = first.as_ref().map_or(Some(&b""[..]), name_of) else {
                    return Verdict::Unknown;
                };
                let Some(found) = paths.item(&here, place, name, || type_of(&item)) else {
                    return Verdict::Found;
                };
                below = found;
                if place == 0 && size == 2 {
                    first = Some(item.clone());
                }
            }
            self.at = below;
            let own = header.as_ref().and_then(|header| header.to_str().ok());
            clean!(self.value(
                &item,
                own.map_or(key, |own| Key::of(own.as_bytes())),
                depth + 1
            ));
            self.at = below;
            // A pair in a list that has a name: {"headers": [["Cookie", "..."]]}.
            if !key.text.is_empty() && is_named_leaf(&item) {
                clean!(self.value(&item, Key::NONE, depth + 1));
            }
            if place == 0 && size == 2 && key.text.is_empty() {
                if item.is_instance_of::<PyBytes>() {
                    return Verdict::Unknown;
                }
                header = item.cast_into::<PyString>().ok();
            }
        }
        Verdict::Clean
    }
}

/// What the first item of a sequence calls the others in a path; `None` when that is unknown.
fn name_of<'a>(first: &'a Bound<'_, PyAny>) -> Option<&'a [u8]> {
    if let Ok(text) = first.cast_exact::<PyString>() {
        return text.to_str().ok().map(str::as_bytes);
    }
    if let Ok(bytes) = first.cast_exact::<PyBytes>() {
        return Some(bytes.as_bytes());
    }
    if first.is_exact_instance_of::<PyInt>() {
        return None;
    }
    Some(b"")
}

/// What `value` counts as in a path; what is not told here is not clean here either.
fn type_of(value: &Bound<'_, PyAny>) -> Type {
    if value.is_exact_instance_of::<PyString>() {
        Type::String
    } else if value.is_none() {
        Type::Null
    } else if value.is_exact_instance_of::<PyBool>() {
        Type::Boolean
    } else if value.is_exact_instance_of::<PyInt>() || value.is_exact_instance_of::<PyFloat>() {
        Type::Number
    } else if value.is_exact_instance_of::<PyDict>() {
        Type::Object
    } else if value.is_exact_instance_of::<PyList>() || value.is_exact_instance_of::<PyTuple>() {
        Type::Array
    } else if value.is_exact_instance_of::<PyBytes>() {
        Type::Binary
    } else {
        // A time or an identifier; all else is unknown to the walk.
        Type::String
    }
}

/// A list or tuple of a name and a text or number.
pub fn is_named_leaf(item: &Bound<'_, PyAny>) -> bool {
    let (name, value) = if let Ok(list) = item.cast_exact::<PyList>() {
        if list.len() != 2 {
            return false;
        }
        (list.get_item(0), list.get_item(1))
    } else if let Ok(tuple) = item.cast_exact::<PyTuple>() {
        if tuple.len() != 2 {
            return false;
        }
        (tuple.get_item(0), tuple.get_item(1))
    } else {
        return false;
    };
    let (Ok(name), Ok(value)) = (name, value) else {
        return false;
    };
    (name.is_exact_instance_of::<PyString>() || name.is_exact_instance_of::<PyBytes>())
        && (value.is_exact_instance_of::<PyString>()
            || value.is_exact_instance_of::<PyBytes>()
            || value.is_exact_instance_of::<PyInt>())
}

/// What a value of a type of the standard library can hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// No text.
    Safe,
    /// No secret but a known value.
    Uuid,
    Unknown,
}

fn kind_of(value: &Bound<'_, PyAny>) -> Kind {
    static TYPES: PyOnceLock<[Py<PyType>; 4]> = PyOnceLock::new();
    let py = value.py();
    let import = || {
        let module = py.import("datetime")?;
        let named = |name| -> PyResult<_> { Ok(module.getattr(name)?.cast_into()?.unbind()) };
        Ok::<_, PyErr>([
            named("datetime")?,
            named("date")?,
            named("time")?,
            named("timedelta")?,
        ])
    };
    let own = value.get_type();
    let Ok(types) = TYPES.get_or_try_init(py, import) else {
        return Kind::Unknown;
    };
    if types.iter().any(|known| own.is(known)) {
        Kind::Safe
    } else if uuid(py).is_some_and(|uuid| own.is(uuid)) {
        Kind::Uuid
    } else {
        Kind::Unknown
    }
}

/// The type `uuid.UUID`, where the program has imported that.
///
/// The module is not imported for it: what that runs makes the interpreter forget that a program
/// ends for an interrupt, when it is run while the traceback of that is written.
fn uuid(py: Python<'_>) -> Option<&'static Py<PyType>> {
    static UUID: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    if let Some(uuid) = UUID.get(py) {
        return Some(uuid);
    }
    let modules = py.import("sys").ok()?.getattr("modules").ok()?;
    let module = modules.cast::<PyDict>().ok()?.get_item("uuid").ok()??;
    let uuid = module.getattr("UUID").ok()?.cast_into::<PyType>().ok()?;
    Some(UUID.get_or_init(py, || uuid.unbind()))
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
