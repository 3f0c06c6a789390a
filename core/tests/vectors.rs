//! The vector code and its tests without Python: for processors that are emulated.

#![allow(dead_code)]

#[path = "../src/bytesets.rs"]
mod bytesets;
#[path = "../src/classify.rs"]
mod classify;
