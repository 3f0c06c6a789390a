//! The pattern of a rule, compiled when it is first needed.

use crate::prefix::Prefix;
use crate::sequence::{Runs, Sequence, Walk};
use regex_automata::meta::{Config, Regex};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input, PatternID};
use regex_syntax::ast::parse::Parser;
use regex_syntax::hir::Hir;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A match: where it ends, and the secret in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub end: usize,
    pub secret: Option<(usize, usize)>,
}

pub struct Matcher {
    pattern: String,
    ignore_case: bool,
    group: Option<String>,
    prefix: OnceLock<Prefix>,
    sequence: OnceLock<Option<Sequence>>,
    automaton: OnceLock<Option<Automaton>>,
}

struct Automaton {
    regex: Regex,
    group: Option<usize>,
}

/// Places of groups in a match; for more, memory is taken.
const FEW_SLOTS: usize = 16;

/// Numbers for the repeats of all patterns.
static IDS: AtomicUsize = AtomicUsize::new(1);
/// No pattern has more repeats.
const MOST_REPEATS: usize = 1 << 12;

impl Matcher {
    /// `group` names the group of the secret.
    pub fn new(pattern: &str, ignore_case: bool, group: &str) -> Self {
        Self {
            pattern: pattern.to_owned(),
            ignore_case,
            group: (!group.is_empty()).then(|| group.to_owned()),
            prefix: OnceLock::new(),
            sequence: OnceLock::new(),
            automaton: OnceLock::new(),
        }
    }

    /// Checks the syntax of the pattern. Where that is not done, a text that comes to a pattern
    /// with a mistake is withheld.
    pub fn check(&self) -> Result<(), String> {
        Parser::new()
            .parse(&plain_escapes(&self.pattern))
            .map(|_| ())
            .map_err(|error| error.kind().to_string())
    }

    /// What a match can start with.
    pub fn prefix(&self) -> &Prefix {
        // What cannot be parsed lets everything through, and fails when it is compiled.
        self.prefix
            .get_or_init(|| Prefix::of(&self.parsed().unwrap_or_else(Hir::empty)))
    }

    /// Bytes of the shortest match; none where that is not known.
    pub fn least_size(&self) -> usize {
        self.parsed()
            .and_then(|hir| hir.properties().minimum_len())
            .unwrap_or(0)
    }

    fn parsed(&self) -> Option<Hir> {
        regex_syntax::ParserBuilder::new()
            .unicode(false)
            .utf8(false)
            .case_insensitive(self.ignore_case)
            .build()
            .parse(&plain_escapes(&self.pattern))
            .ok()
    }

    fn sequence(&self) -> Option<&Sequence> {
        let compile = || {
            let id = IDS.fetch_add(MOST_REPEATS, Ordering::Relaxed);
            Sequence::of(&self.parsed()?, id)
        };
        self.sequence.get_or_init(compile).as_ref()
    }

    fn automaton(&self) -> &Automaton {
        let automaton = self.automaton.get_or_init(|| self.compile());
        automaton.as_ref().expect("a pattern cannot be compiled")
    }

    fn compile(&self) -> Option<Automaton> {
        let captures = if self.group.is_some() {
            WhichCaptures::All
        } else {
            WhichCaptures::Implicit
        };
        let config = Config::new().utf8_empty(false).which_captures(captures);
        let syntax = syntax::Config::new()
            .unicode(false)
            .utf8(false)
            .case_insensitive(self.ignore_case);
        let regex = Regex::builder()
            .configure(config.nfa_size_limit(Some(64 << 20)))
            .syntax(syntax)
            .build(&plain_escapes(&self.pattern))
            .ok()?;
        let group = match &self.group {
            Some(name) => Some(regex.group_info().to_index(PatternID::ZERO, name)?),
            None => None,
        };
        Some(Automaton { regex, group })
    }

    /// Matches at `start`, and not beyond `end`.
    pub fn match_at(
        &self,
        data: &[u8],
        start: usize,
        end: usize,
        runs: &mut Runs,
    ) -> Option<Found> {
        if !self.prefix().may_match(&data[start..end]) {
            return None;
        }
        if let Some(sequence) = self.sequence() {
            let mut walk = Walk {
                data,
                end,
                group: None,
                runs,
            };
            let end = sequence.match_at(&mut walk, start)?;
            let whole = self.group.is_none().then_some((start, end));
            return Some(Found {
                end,
                secret: whole.or(walk.group),
            });
        }
        let Automaton { regex, group } = self.automaton();
        let input = Input::new(data).span(start..end).anchored(Anchored::Yes);
        let Some(group) = *group else {
            let half = regex.search_half(&input)?;
            return Some(Found {
                end: half.offset(),
                secret: Some((start, half.offset())),
            });
        };
        let (first, last) = regex.group_info().slots(PatternID::ZERO, group)?;
        let (mut few, mut many) = ([None; FEW_SLOTS], Vec::new());
        let slots = if last < FEW_SLOTS {
            &mut few[..=last]
        } else {
            many.resize(last + 1, None);
            &mut many[..]
        };
        regex.search_slots(&input, slots)?;
        let place = |slot: usize| slots.get(slot).copied().flatten().map(NonMaxUsize::get);
        let end = place(1)?;
        let secret = place(first).zip(place(last));
        Some(Found { end, secret })
    }

    /// Where the first match in `data[at..high]` starts.
    pub fn search(&self, data: &[u8], at: usize, high: usize) -> Option<usize> {
        let input = Input::new(data).span(at..high);
        self.automaton()
            .regex
            .search(&input)
            .map(|found| found.start())
    }
}

/// Writes each escaped punctuation as `\xHH`: the syntax of rules knows no word boundary `\<`.
fn plain_escapes(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(char) = chars.next() {
        out.push(char);
        if char != '\\' {
            continue;
        }
        match chars.next() {
            Some(escaped) if !escaped.is_ascii_alphanumeric() => {
                out.push_str(&format!("x{:02X}", escaped as u32));
            }
            Some(escaped) => out.push(escaped),
            None => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATTERNS: [&str; 12] = [
        r"ab[a-c]{2,5}d?",
        r"(?:gh[pou]_[a-d]{3,6}|glpat-[a-d]{4})",
        r"e[yw][a-d_-]{3,}(?:\.[a-d_-]*){1,4}",
        r"(?P<user>[a-c]{1,4}):(?P<secret>[a-d]{2,})@",
        r"a(?:b|c|bc)d",
        r"(?:ab|a)[b-d]{1,2}",
        r"x(?:-[a-c]{2}){0,3}(?:\.[ab]+)?",
        r"[a-c]{2,4}[c-d]{2}",
        r"a(?P<secret>b+)?c",
        r"(?:a[bc]?){2,3}d",
        r"k=(?P<secret>[^\n,]{2,8}),?",
        r"[ab]{3}(?:[cd]{2}|[e-g]{3})h*",
    ];

    #[test]
    fn sequences_match_what_the_automaton_matches() {
        let alphabet = b"aabbccddabcdghp_-.:@xyewk=,\n";
        let mut state = 7u32;
        let mut random = |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as usize % below
        };
        for pattern in PATTERNS {
            let group = if pattern.contains("<secret>") {
                "secret"
            } else {
                ""
            };
            let matcher = Matcher::new(pattern, false, group);
            for _ in 0..20_000 {
                let text: Vec<u8> = (0..random(14))
                    .map(|_| alphabet[random(alphabet.len())])
                    .collect();
                let mut walk = Walk {
                    data: &text,
                    end: text.len(),
                    group: None,
                    runs: &mut Runs::default(),
                };
                let Some(sequence) = matcher.sequence() else {
                    continue;
                };
                let end = sequence.match_at(&mut walk, 0);
                let Automaton { regex, group } = matcher.automaton();
                let mut captures = regex.create_captures();
                regex.search_captures(&Input::new(&text).anchored(Anchored::Yes), &mut captures);
                assert_eq!(
                    end,
                    captures.get_match().map(|found| found.end()),
                    "{pattern}"
                );
                if let (Some(_), Some(group)) = (end, group) {
                    let secret = captures
                        .get_group(*group)
                        .map(|span| (span.start, span.end));
                    assert_eq!(walk.group, secret, "{pattern}");
                }
            }
        }
    }
}
