//! Markers are opaque: what an earlier pass left behind is no part of a finding.

use crate::markers::markers_in;
use crate::spans::Span;

/// Cuts the markers out of `spans`: each becomes the pieces between them, which may be none.
///
/// Those of the rule `whole` stay as they are: what is in a document goes with it.
pub fn without_markers(data: &[u8], spans: &mut Vec<Span>, whole: Option<u32>) {
    if spans.is_empty() {
        return;
    }
    let markers = markers_in(data);
    if markers.is_empty() {
        return;
    }
    let mut pieces = Vec::with_capacity(spans.len());
    let mut skip = 0;
    for &Span { start, end, rule } in spans.iter() {
        while skip < markers.len() && markers[skip].1 <= start {
            skip += 1;
        }
        if whole == Some(rule) {
            pieces.push(Span::new(start, end, rule));
            continue;
        }
        let mut at = start;
        for &(first, last) in &markers[skip..] {
            if first >= end {
                break;
            }
            if first > at {
                pieces.push(Span::new(at, first, rule));
            }
            at = at.max(last);
        }
        if at < end {
            pieces.push(Span::new(at, end, rule));
        }
    }
    pieces.sort_unstable();
    pieces.dedup();
    *spans = pieces;
}
