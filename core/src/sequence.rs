//! Patterns in which the next byte always decides: matched in one walk, without an automaton.
//!
//! Nearly every token pattern is one: a prefix, then classes with counts. What is not is left to
//! the `regex` crate; both give the leftmost-first match of RE2.

use crate::prefix::Prefix;
use regex_syntax::hir::{Class, Hir, HirKind};

type Set = [u64; 4];

const NONE: Set = [0; 4];
/// Repeats of more bytes than this remember the run that they passed over.
const LONG: u32 = 256;
/// Runs that are remembered.
const RUNS: usize = 8;

pub struct Sequence(Node);

enum Node {
    Literal(Box<[u8]>),
    /// A repeat of one class.
    Run {
        table: Box<[bool; 256]>,
        min: u32,
        max: u32,
        id: usize,
    },
    Repeat {
        node: Box<Node>,
        min: u32,
        max: u32,
    },
    Parts(Vec<Node>),
    Choice(Vec<Node>),
    Group(Box<Node>),
}

/// What may stand behind a part: bytes, or the end of the match.
#[derive(Clone, Copy)]
struct Follow {
    bytes: Set,
    end: bool,
}

/// Runs of a class that were passed over, so that many candidates in one long run cost no more
/// than the run.
#[derive(Default)]
pub struct Runs([Run; RUNS]);

#[derive(Clone, Copy, Default)]
struct Run {
    id: usize,
    first: usize,
    last: usize,
}

/// A walk over a text.
pub struct Walk<'a> {
    pub data: &'a [u8],
    pub end: usize,
    pub group: Option<(usize, usize)>,
    pub runs: &'a mut Runs,
}

impl Sequence {
    /// Compiles `hir` when the next byte always decides; `id` tells its repeats apart.
    pub fn of(hir: &Hir, id: usize) -> Option<Self> {
        if hir.properties().explicit_captures_len() > 1 {
            return None;
        }
        let mut next = id;
        node(
            hir,
            Follow {
                bytes: NONE,
                end: true,
            },
            &mut next,
        )
        .map(Self)
    }

    /// Matches at `at`; returns the end of the match.
    pub fn match_at(&self, walk: &mut Walk, at: usize) -> Option<usize> {
        walk.node(&self.0, at)
    }
}

fn meets(one: &Set, other: &Set) -> bool {
    one.iter().zip(other).any(|(one, other)| one & other != 0)
}

fn first(hir: &Hir) -> Set {
    Prefix::of(hir).first()
}

fn nullable(hir: &Hir) -> bool {
    hir.properties().minimum_len().is_none_or(|len| len == 0)
}

fn node(hir: &Hir, follow: Follow, next: &mut usize) -> Option<Node> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(Node::Literal(literal.0.clone())),
        HirKind::Class(class) => run(class, 1, 1, next),
        HirKind::Capture(capture) => Some(Node::Group(Box::new(node(&capture.sub, follow, next)?))),
        HirKind::Repetition(repeat) => {
            let (min, max) = (repeat.min, repeat.max.unwrap_or(u32::MAX));
            let starts = first(&repeat.sub);
            let decided = min == max || (repeat.greedy && !meets(&starts, &follow.bytes));
            if !decided || nullable(&repeat.sub) {
                return None;
            }
            if let HirKind::Class(class) = repeat.sub.kind() {
                return run(class, min, max, next);
            }
            let mut bytes = follow.bytes;
            bytes
                .iter_mut()
                .zip(starts)
                .for_each(|(bytes, starts)| *bytes |= starts);
            let inner = node(
                &repeat.sub,
                Follow {
                    bytes,
                    end: follow.end,
                },
                next,
            )?;
            Some(Node::Repeat {
                node: Box::new(inner),
                min,
                max,
            })
        }
        HirKind::Concat(parts) => {
            let mut follow = follow;
            let mut nodes = Vec::with_capacity(parts.len());
            for part in parts.iter().rev() {
                nodes.push(node(part, follow, next)?);
                let starts = first(part);
                if nullable(part) {
                    follow
                        .bytes
                        .iter_mut()
                        .zip(starts)
                        .for_each(|(bytes, new)| *bytes |= new);
                } else {
                    follow = Follow {
                        bytes: starts,
                        end: false,
                    };
                }
            }
            nodes.reverse();
            Some(Node::Parts(nodes))
        }
        HirKind::Alternation(parts) => {
            let last = follow.end && follow.bytes == NONE;
            let prefixes: Vec<Prefix> = parts.iter().map(Prefix::of).collect();
            let apart = |one: usize| (0..one).all(|other| prefixes[one].excludes(&prefixes[other]));
            if parts.iter().any(nullable) || !(last || (1..parts.len()).all(apart)) {
                return None;
            }
            let nodes: Option<Vec<Node>> =
                parts.iter().map(|part| node(part, follow, next)).collect();
            Some(Node::Choice(nodes?))
        }
        HirKind::Empty | HirKind::Look(_) => None,
    }
}

fn run(class: &Class, min: u32, max: u32, next: &mut usize) -> Option<Node> {
    let Class::Bytes(class) = class else {
        return None;
    };
    let mut table = Box::new([false; 256]);
    for range in class.ranges() {
        for byte in range.start()..=range.end() {
            table[byte as usize] = true;
        }
    }
    *next += 1;
    Some(Node::Run {
        table,
        min,
        max,
        id: *next,
    })
}

impl Walk<'_> {
    fn node(&mut self, node: &Node, at: usize) -> Option<usize> {
        match node {
            Node::Literal(text) => self.data[at..self.end]
                .starts_with(text)
                .then_some(at + text.len()),
            Node::Run {
                table,
                min,
                max,
                id,
            } => self.run(table, *min, *max, *id, at),
            Node::Repeat { node, min, max } => self.repeat(node, *min, *max, at),
            Node::Parts(nodes) => nodes.iter().try_fold(at, |at, node| self.node(node, at)),
            Node::Choice(nodes) => {
                let group = self.group;
                nodes.iter().find_map(|node| {
                    self.group = group;
                    self.node(node, at)
                })
            }
            Node::Group(node) => {
                let end = self.node(node, at)?;
                self.group = Some((at, end));
                Some(end)
            }
        }
    }

    fn repeat(&mut self, node: &Node, min: u32, max: u32, mut at: usize) -> Option<usize> {
        let mut count = 0;
        while count < max {
            let group = self.group;
            let Some(end) = self.node(node, at) else {
                self.group = group;
                break;
            };
            at = end;
            count += 1;
        }
        (count >= min).then_some(at)
    }

    fn run(
        &mut self,
        table: &[bool; 256],
        min: u32,
        max: u32,
        id: usize,
        at: usize,
    ) -> Option<usize> {
        let stop = self.end.min(at.saturating_add(max as usize));
        let mut end = at;
        let known = if max > LONG {
            Some(&mut self.runs.0[(id ^ id >> 12) % RUNS])
        } else {
            None
        };
        if let Some(run) = &known
            && run.id == id
            && run.first <= at
            && at < run.last
        {
            end = run.last.min(stop);
        }
        while end < stop && table[self.data[end] as usize] {
            end += 1;
        }
        if let Some(run) = known {
            if run.id == id && run.first <= at && at < run.last {
                run.last = run.last.max(end);
            } else {
                *run = Run {
                    id,
                    first: at,
                    last: end,
                };
            }
        }
        (end - at >= min as usize).then_some(end)
    }
}
