//! The pattern of a rule, compiled when it is first needed.

use regex_automata::meta::{Config, Regex};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input, PatternID};
use regex_syntax::ast::parse::Parser;
use std::sync::OnceLock;

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
    compiled: OnceLock<Option<Compiled>>,
}

struct Compiled {
    regex: Regex,
    group: Option<usize>,
}

impl Matcher {
    /// Checks the syntax of `pattern`; `group` names the group of the secret.
    pub fn new(pattern: &str, ignore_case: bool, group: &str) -> Result<Self, String> {
        let pattern = plain_escapes(pattern);
        Parser::new()
            .parse(&pattern)
            .map_err(|error| error.kind().to_string())?;
        Ok(Self {
            pattern,
            ignore_case,
            group: (!group.is_empty()).then(|| group.to_owned()),
            compiled: OnceLock::new(),
        })
    }

    fn compiled(&self) -> &Compiled {
        let compiled = self.compiled.get_or_init(|| self.compile());
        compiled.as_ref().expect("a pattern cannot be compiled")
    }

    fn compile(&self) -> Option<Compiled> {
        let captures = if self.group.is_some() {
            WhichCaptures::All
        } else {
            WhichCaptures::Implicit
        };
        let regex = Regex::builder()
            .configure(
                Config::new()
                    .utf8_empty(false)
                    .which_captures(captures)
                    .nfa_size_limit(Some(64 << 20)),
            )
            .syntax(
                syntax::Config::new()
                    .unicode(false)
                    .utf8(false)
                    .case_insensitive(self.ignore_case),
            )
            .build(&self.pattern)
            .ok()?;
        let group = match &self.group {
            Some(name) => Some(regex.group_info().to_index(PatternID::ZERO, name)?),
            None => None,
        };
        Some(Compiled { regex, group })
    }

    /// Matches at `start`, and not beyond `end`.
    pub fn match_at(&self, data: &[u8], start: usize, end: usize) -> Option<Found> {
        let Compiled { regex, group } = self.compiled();
        let input = Input::new(data).span(start..end).anchored(Anchored::Yes);
        let Some(group) = *group else {
            let half = regex.search_half(&input)?;
            return Some(Found {
                end: half.offset(),
                secret: Some((start, half.offset())),
            });
        };
        let mut captures = regex.create_captures();
        regex.search_captures(&input, &mut captures);
        let end = captures.get_match()?.end();
        let secret = captures.get_group(group).map(|span| (span.start, span.end));
        Some(Found { end, secret })
    }

    /// Where the first match in `data[at..high]` starts.
    pub fn search(&self, data: &[u8], at: usize, high: usize) -> Option<usize> {
        let input = Input::new(data).span(at..high);
        self.compiled()
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
