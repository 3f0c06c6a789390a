//! The scan kernel of redactor-pipeline.

#![deny(unsafe_code)]

mod armour;
mod beside;
mod blobs;
mod blocks;
mod boundaries;
mod bytesets;
mod candidates;
mod cards;
mod cells;
mod checks;
// Vector instructions; with `registered::gate` and `registered::table` all unsafe code of the crate.
#[allow(unsafe_code)]
mod classify;
mod decoded;
mod documents;
mod engine;
mod escapes;
mod fields;
mod fold;
mod following;
#[cfg(test)]
mod fuzz;
mod judge;
mod keys;
mod keywords;
mod known;
mod last_three;
mod markers;
mod matcher;
mod names;
mod opaque;
mod pairs;
mod pass;
mod paths;
mod patterns;
mod places;
mod plain;
mod plan;
mod prefix;
mod python;
mod quoting;
mod reader;
mod redact;
mod registered;
mod replace;
mod rewrite;
mod scalars;
mod scans;
mod search;
mod seen;
mod sequence;
mod spans;
mod values;
mod walk;
mod words;

pub use engine::{Kernel, Scratch};
