//! The fixed patterns of documents.

use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

pub struct Pattern(Regex);

impl Pattern {
    pub fn new(pattern: &str) -> Self {
        Self::with(pattern, false)
    }

    /// Letters match in both cases.
    pub fn folded(pattern: &str) -> Self {
        Self::with(pattern, true)
    }

    fn with(pattern: &str, fold: bool) -> Self {
        let syntax = syntax::Config::new()
            .unicode(false)
            .utf8(false)
            .case_insensitive(fold);
        Self(
            Regex::builder()
                .syntax(syntax)
                .build(pattern)
                .expect("a fixed pattern"),
        )
    }

    /// The first match in `text[low..high]`.
    pub fn find(&self, text: &[u8], low: usize, high: usize) -> Option<(usize, usize)> {
        if low > high {
            return None;
        }
        let found = self.0.find(Input::new(text).span(low..high))?;
        Some((found.start(), found.end()))
    }

    /// All matches in `text[low..high]`.
    pub fn all<'a>(
        &'a self,
        text: &'a [u8],
        low: usize,
        high: usize,
    ) -> impl Iterator<Item = (usize, usize)> + 'a {
        let input = Input::new(text).span(low..high.max(low));
        self.0
            .find_iter(input)
            .map(|found| (found.start(), found.end()))
    }

    /// The end of a match that starts at `at`.
    pub fn at(&self, text: &[u8], at: usize, high: usize) -> Option<usize> {
        let input = Input::new(text).span(at..high).anchored(Anchored::Yes);
        Some(self.0.find(input)?.end())
    }
}
