//! The plan: a compiled ruleset as plain data, and the kernel made of it.

use crate::blocks;
use crate::bytesets::ByteSet;
use crate::cards::Cards;
use crate::checks::Check;
use crate::checks::issuers::Issuers;
use crate::documents::{Documents, lines};
use crate::engine::Kernel;
use crate::escapes::Escapes;
use crate::judge::{Mode, PairRule};
use crate::keywords::Keywords;
use crate::markers::OPENING;
use crate::matcher::Matcher;
use crate::names::Names;
use crate::pass::BLOCK_SIGN;
use crate::patterns::Pattern;
use crate::scans::Scans;
use crate::words::{WordLists, WordSet, letter_pairs};
use serde::Deserialize;
use std::sync::atomic::{AtomicU32, Ordering};

#[derive(Deserialize)]
struct Plan {
    rules: Vec<Rule>,
    /// Sets of bytes, each once: rules name them by their places.
    sets: Vec<Vec<u8>>,
    names: Vec<(String, Vec<u32>)>,
    except_names: Vec<String>,
    glue: Vec<(String, u32)>,
    card_rule: Option<u32>,
    block_rule: Option<u32>,
    documents: Vec<(String, u32)>,
    bodies: Vec<String>,
    lines_rule: Option<u32>,
    issuers: Vec<(String, String, Vec<usize>, bool)>,
    /// Characters, and what all of them are read as.
    fold: Vec<(String, String, bool)>,
    entities: Vec<(String, Vec<u8>)>,
    neutral_words: Vec<String>,
    sibling_words: Vec<String>,
    benign_values: Vec<String>,
    prose_words: Vec<String>,
    id_words: Vec<String>,
    id_suffixes: Vec<String>,
    card_words: Vec<String>,
    letter_pairs: Vec<(char, String)>,
}

#[derive(Deserialize)]
#[serde(default)]
struct Rule {
    id: String,
    kind: String,
    pattern: String,
    secret: String,
    keywords: Vec<String>,
    ignore_case: bool,
    before: usize,
    after: usize,
    lead: usize,
    lead_max: usize,
    scan: bool,
    window: usize,
    checks: Vec<String>,
    mode: String,
}

impl Default for Rule {
    fn default() -> Self {
        Self {
            id: String::new(),
            kind: String::new(),
            pattern: String::new(),
            secret: String::new(),
            keywords: Vec::new(),
            ignore_case: false,
            before: 0,
            after: 0,
            lead: 0,
            lead_max: 0,
            scan: false,
            window: 1024,
            checks: Vec::new(),
            mode: String::new(),
        }
    }
}

/// Bytes of a number of less than twelve digits, with a sign and a point.
const LONGEST_NUMBER: usize = 13;

/// The keywords that start with no other one: where `password` is, `pass` has led to the pattern.
fn shortest(keywords: &[String]) -> impl Iterator<Item = &String> {
    keywords.iter().filter(|word| {
        keywords
            .iter()
            .all(|other| other == *word || !word.starts_with(other.as_str()))
    })
}

impl Kernel {
    /// Reads a plan. An error names the rule that cannot be used.
    ///
    /// The syntax of patterns is half of the work, and is not looked at where the plan was
    /// `checked` before.
    pub fn from_json(json: &[u8], checked: bool) -> Result<Self, String> {
        let plan: Plan = serde_json::from_slice(json).map_err(|error| format!("plan: {error}"))?;
        let sets: Vec<ByteSet> = plan.sets.iter().map(|set| ByteSet::of(set)).collect();
        let words = WordLists {
            neutral: WordSet::new(&plan.neutral_words),
            sibling: WordSet::new(&plan.sibling_words),
            benign: WordSet::new(&plan.benign_values),
            prose: WordSet::new(&plan.prose_words),
            ids: WordSet::new(&plan.id_words),
            id_suffixes: plan
                .id_suffixes
                .iter()
                .map(|suffix| suffix.clone().into())
                .collect(),
            cards: WordSet::new(&plan.card_words),
            letter_pairs: letter_pairs(&plan.letter_pairs),
        };
        let mut patterns = Vec::new();
        let mut pairs = Vec::new();
        let mut keywords: Vec<(String, bool, u32)> = blocks::KEYWORDS
            .iter()
            .map(|word| ((*word).to_owned(), false, BLOCK_SIGN))
            .collect();
        if plan.lines_rule.is_some() {
            let entry = |&(word, fold): &(&str, bool)| (word.to_owned(), fold, BLOCK_SIGN);
            keywords.extend(lines::KEYWORDS.iter().map(entry));
        }
        for (index, rule) in plan.rules.iter().enumerate() {
            let refuse = |problem: String| format!("{}: {problem}", rule.id);
            let mut pair = None;
            match rule.kind.as_str() {
                "pattern" => {
                    let place = patterns.len() as u32;
                    let entry = |word: &String| (word.clone(), rule.ignore_case, place);
                    if !rule.scan {
                        keywords.extend(shortest(&rule.keywords).map(entry));
                    }
                    patterns.push(rule.pattern(index as u32, &sets, checked).map_err(refuse)?);
                }
                "pair" => pair = Some(rule.pair(checked).map_err(refuse)?),
                "card" | "block" | "document" => {}
                kind => return Err(refuse(format!("unknown kind {kind:?}"))),
            }
            pairs.push(pair);
        }
        let names = Names::new(
            plan.names
                .iter()
                .map(|(name, rules)| (name.as_str(), rules.as_slice())),
            &plan.except_names,
            &plan.glue,
            &words,
        );
        let keywords = Keywords::new(keywords.into_iter(), |pattern, at, byte| {
            // Behind a lead the match starts before its keyword.
            let pattern = patterns.get(pattern as usize);
            pattern.is_none_or(|own| own.lead_max > 0 || own.matcher.prefix().allows(at, byte))
        });
        let scans = Scans::new(&mut patterns);
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        Ok(Self {
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            spares_numbers: patterns.iter().all(|pattern| !pattern.scan)
                && scans.is_empty()
                && keywords.in_numbers().all(|pattern| {
                    patterns
                        .get(pattern as usize)
                        .is_some_and(|pattern| pattern.matcher.least_size() > LONGEST_NUMBER)
                }),
            spares_markers: {
                let name = &OPENING[1..OPENING.len() - 1];
                let matches = |pair: &PairRule| match &pair.mode {
                    Mode::Pattern(matcher) => matcher.prefix().may_match(OPENING),
                    _ => false,
                };
                names.of(&words, name).is_empty()
                    && !words.neutral.has(name)
                    && !pairs.iter().flatten().any(matches)
            },
            classifier: Self::classifier(&keywords),
            scans,
            has_scans: patterns.iter().any(|pattern| pattern.scan),
            has_names: !names.is_empty(),
            patterns,
            pairs,
            keywords,
            names,
            words,
            cards: plan.card_rule.map(|rule| Cards {
                issuers: Issuers::new(&plan.issuers),
                rule,
            }),
            escapes: Escapes::new(&plan.fold, &plan.entities),
            block_rule: plan.block_rule,
            documents: Documents::new(&plan.documents, &plan.bodies, plan.lines_rule)?,
        })
    }
}

impl Rule {
    fn checks(&self) -> Result<Vec<Check>, String> {
        let named =
            |name: &String| Check::named(name).ok_or_else(|| format!("unknown check {name:?}"));
        self.checks.iter().map(named).collect()
    }

    fn matcher(&self, group: &str, checked: bool) -> Result<Matcher, String> {
        let matcher = Matcher::new(&self.pattern, self.ignore_case, group);
        if !checked {
            matcher.check()?;
        }
        Ok(matcher)
    }

    fn pattern(&self, index: u32, sets: &[ByteSet], checked: bool) -> Result<Pattern, String> {
        let set = |at: usize| sets.get(at).ok_or("a set of bytes is missing");
        let lead = set(self.lead)?;
        Ok(Pattern {
            rule: index,
            matcher: self.matcher(&self.secret, checked)?,
            before: set(self.before)?.clone(),
            after: set(self.after)?.clone(),
            lead: lead.clone(),
            lead_max: if lead.is_empty() { 0 } else { self.lead_max },
            window: self.window,
            scan: self.scan,
            checks: self.checks()?,
        })
    }

    fn pair(&self, checked: bool) -> Result<PairRule, String> {
        let mode = match self.mode.as_str() {
            "any" => Mode::Any,
            "secret" => Mode::Secret,
            "header" => Mode::Header,
            "text" => Mode::Text,
            "pattern" => Mode::Pattern(Box::new(self.matcher("", checked)?)),
            mode => return Err(format!("unknown value mode {mode:?}")),
        };
        Ok(PairRule {
            mode,
            checks: self.checks()?,
        })
    }
}
