//! Known values: many literals looked for at once.
//!
//! Of every literal some four bytes are kept, at as many places in a row as the search steps over:
//! so each occurrence has one of them where the search looks, and most of a text is never looked
//! at. A bitmap of their hashes lets nearly all clean text pass; the literals behind a hit are
//! compared.

use crate::boundaries::escape_tail;
use crate::bytesets::ALNUM;
use crate::spans::Span;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Bytes that are looked up at a place.
const GRAM: usize = 4;
/// Literals of at least this size are looked for apart from shorter ones, in larger steps.
const LONG: usize = 8;
const LONGEST_STEP: usize = 8;
/// Bits of the bitmap for each gram in it, and its least and largest size as powers of two.
const SPARSE: usize = 32;
const LEAST: u32 = 10;
const LARGEST: u32 = 22;

/// One literal.
pub struct Form {
    pub text: Box<[u8]>,
    /// The place of its label.
    pub label: u32,
    /// It counts only where no letter and no digit goes on at its ends.
    pub word: bool,
    /// Bytes one of which belongs to it when it stands right before it, or behind it.
    pub before: Box<[u8]>,
    pub after: Box<[u8]>,
    /// It is over several lines.
    lines: bool,
}

impl Form {
    pub fn new(text: &[u8], label: u32, word: bool, before: &[u8], after: &[u8]) -> Self {
        Self {
            lines: text.contains(&b'\n'),
            text: text.into(),
            label,
            word,
            before: before.into(),
            after: after.into(),
        }
    }
}

/// Some forms, compiled. Immutable.
pub struct Part {
    forms: Vec<Form>,
    groups: Vec<Group>,
    /// Some form is digits only, and may be a number.
    numbers: bool,
}

impl Part {
    /// Takes forms of at least four bytes; leaves out shorter ones.
    pub fn new(mut forms: Vec<Form>) -> Self {
        forms.retain(|form| form.text.len() >= GRAM);
        let groups = [0..LONG, LONG..usize::MAX]
            .iter()
            .filter_map(|sizes| Group::new(&forms, sizes))
            .collect();
        Self {
            groups,
            numbers: forms
                .iter()
                .any(|form| form.text.iter().all(u8::is_ascii_digit)),
            forms,
        }
    }

    fn find(&self, data: &[u8], rules: usize, lines: bool, spans: &mut Vec<Span>) {
        for group in &self.groups {
            group.each(data, |at, gram| {
                for &(form, offset) in group.behind(gram) {
                    let (form, offset) = (&self.forms[form as usize], offset as usize);
                    if offset <= at
                        && !(lines && form.lines)
                        && let Some((start, end)) = form.span(data, at - offset)
                    {
                        spans.push(Span::new(start, end, rules as u32 + form.label));
                    }
                }
            });
        }
    }
}

/// The forms of all known values, and the markers of their labels. Immutable.
pub struct Known {
    parts: Vec<Arc<Part>>,
    markers: Vec<Box<[u8]>>,
    /// Some form is digits only, and may be a number.
    pub numbers: bool,
}

impl Known {
    pub fn new(parts: Vec<Arc<Part>>, markers: Vec<Box<[u8]>>) -> Self {
        Self {
            numbers: parts.iter().any(|part| part.numbers),
            parts,
            markers,
        }
    }

    /// The marker of the label at a place.
    pub fn marker(&self, label: usize) -> Option<&[u8]> {
        self.markers.get(label).map(|marker| &**marker)
    }

    /// Adds the known values in `data` to `spans`: the index of a finding is that of its label
    /// behind the `rules`. Spans of one label that overlap or touch are one.
    ///
    /// In a piece of a stream, what is over several `lines` depends on where it was cut: it is left
    /// to the forms of the single lines.
    pub fn find(&self, data: &[u8], rules: usize, lines: bool, spans: &mut Vec<Span>) {
        let first = spans.len();
        for part in &self.parts {
            part.find(data, rules, lines, spans);
        }
        if spans.len() > first + 1 {
            join(spans, first);
        }
    }
}

impl Form {
    /// The span of the form that starts at `start`, if it does.
    #[inline]
    fn span(&self, data: &[u8], mut start: usize) -> Option<(usize, usize)> {
        let mut end = start + self.text.len();
        if data.get(start..end)? != &*self.text {
            return None;
        }
        if self.word {
            let inside = |at: usize| at > 0 && at < data.len() && ALNUM.has(data[at - 1]);
            if (inside(start) && ALNUM.has(data[start]) && !escape_tail(data, start))
                || (inside(end) && ALNUM.has(data[end]))
            {
                return None;
            }
        }
        if start > 0 && self.before.contains(&data[start - 1]) {
            start -= 1;
        }
        if end < data.len() && self.after.contains(&data[end]) {
            end += 1;
        }
        Some((start, end))
    }
}

/// Joins the spans from `first` on that are of one label and overlap or touch.
fn join(spans: &mut Vec<Span>, first: usize) {
    spans[first..].sort_unstable_by_key(|span| (span.rule, span.start, span.end));
    let mut last = first;
    for at in first + 1..spans.len() {
        let span = spans[at];
        if span.rule == spans[last].rule && span.start <= spans[last].end {
            spans[last].end = spans[last].end.max(span.end);
        } else {
            last += 1;
            spans[last] = span;
        }
    }
    spans.truncate(last + 1);
}

/// Literals that are looked for in equal steps.
struct Group {
    step: usize,
    shift: u32,
    bits: Vec<u64>,
    /// Each gram: where its literals are in `places`.
    grams: FxHashMap<u32, (u32, u32)>,
    /// Literals, and where the gram is in them.
    places: Vec<(u32, u32)>,
}

impl Group {
    fn new(forms: &[Form], sizes: &std::ops::Range<usize>) -> Option<Self> {
        let own = || {
            forms
                .iter()
                .enumerate()
                .filter(|(_, form)| sizes.contains(&form.text.len()))
        };
        let shortest = own().map(|(_, form)| form.text.len()).min()?;
        let step = (shortest - GRAM + 1).min(LONGEST_STEP);
        let mut every: Vec<(u32, (u32, u32))> = Vec::new();
        for (index, form) in own() {
            // Many secrets start alike: the middle tells them apart.
            let first = (form.text.len() - GRAM + 1 - step) / 2;
            for at in first..first + step {
                if let Some(gram) = gram_at(&form.text, at) {
                    every.push((gram, (index as u32, at as u32)));
                }
            }
        }
        every.sort_unstable();
        let size = (every.len() * SPARSE).next_power_of_two().ilog2();
        let size = size.clamp(LEAST, LARGEST);
        let mut group = Self {
            step,
            shift: u32::BITS - size,
            bits: vec![0; 1 << (size - 6)],
            grams: FxHashMap::default(),
            places: every.iter().map(|(_, place)| *place).collect(),
        };
        for (place, (gram, _)) in every.iter().enumerate() {
            let hash = group.hash(*gram);
            group.bits[hash >> 6] |= 1 << (hash & 63);
            let range = group.grams.entry(*gram).or_insert((place as u32, 0));
            range.1 = place as u32 + 1;
        }
        Some(group)
    }

    #[inline(always)]
    fn hash(&self, gram: u32) -> usize {
        (gram.wrapping_mul(0x9E37_79B1) >> self.shift) as usize
    }

    /// Reports each place that is looked at and may have a gram of a literal.
    #[inline(always)]
    fn each(&self, data: &[u8], mut found: impl FnMut(usize, u32)) {
        let mut at = 0;
        while let Some(gram) = gram_at(data, at) {
            let hash = self.hash(gram);
            if self.bits[hash >> 6] >> (hash & 63) & 1 == 1 {
                found(at, gram);
            }
            at += self.step;
        }
    }

    fn behind(&self, gram: u32) -> &[(u32, u32)] {
        let Some(&(first, end)) = self.grams.get(&gram) else {
            return &[];
        };
        &self.places[first as usize..end as usize]
    }
}

#[inline(always)]
fn gram_at(data: &[u8], at: usize) -> Option<u32> {
    let gram = data.get(at..at + GRAM)?.try_into().ok()?;
    Some(u32::from_le_bytes(gram))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(texts: &[&[u8]]) -> Known {
        let forms = texts
            .iter()
            .enumerate()
            .map(|(label, text)| Form::new(text, label as u32, false, b"", b""));
        Known::new(vec![Arc::new(Part::new(forms.collect()))], Vec::new())
    }

    #[test]
    fn finds_each_occurrence_at_every_place() {
        let mut state = 7u32;
        let mut random = |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as usize % below
        };
        for _ in 0..2000 {
            let alphabet = b"abcdABC0";
            let few = 2 + random(alphabet.len() - 1);
            let mut text =
                |size: usize| -> Vec<u8> { (0..size).map(|_| alphabet[random(few)]).collect() };
            let literals: Vec<Vec<u8>> = (0..4).map(|size| text(4 + size * 3)).collect();
            let data = text(200);
            let literals: Vec<&[u8]> = literals.iter().map(Vec::as_slice).collect();
            let mut expected = Vec::new();
            for (label, literal) in literals.iter().enumerate() {
                for at in 0..=data.len() - literal.len() {
                    if data[at..].starts_with(literal) {
                        expected.push(Span::new(at, at + literal.len(), 10 + label as u32));
                    }
                }
            }
            if !expected.is_empty() {
                join(&mut expected, 0);
            }
            let mut found = Vec::new();
            known(&literals).find(&data, 10, false, &mut found);
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn leaves_out_what_is_too_short_to_look_for() {
        let known = known(&[b"abc", b""]);
        let mut found = Vec::new();
        known.find(b"abcabc", 0, false, &mut found);
        assert!(found.is_empty());
    }
}
