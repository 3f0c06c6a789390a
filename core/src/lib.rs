//! The scan kernel of redactor-pipeline.

mod armour;
mod beside;
mod blocks;
mod boundaries;
mod bytesets;
mod candidates;
mod cards;
mod checks;
mod classify;
mod engine;
mod fold;
mod judge;
mod keys;
mod keywords;
mod markers;
mod matcher;
mod names;
mod opaque;
mod pairs;
mod pass;
mod patterns;
mod plan;
mod prefix;
mod python;
mod quoting;
mod reader;
mod redact;
mod replace;
mod scans;
mod sequence;
mod spans;
mod values;
mod walk;
mod words;

pub use engine::{Kernel, Scratch};
