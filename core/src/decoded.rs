//! Decoded text, and the way back to where it stands in encoded form.

/// A text and the way back.
pub struct Decoded {
    pub data: Vec<u8>,
    origin: Origin,
}

enum Origin {
    /// Single characters are encoded.
    Pieces {
        /// Where the encoded text starts.
        start: usize,
        /// What is not as it is in the encoded text, in rising order.
        pieces: Vec<Piece>,
    },
    /// Each group of `chars` characters stands for `size` bytes.
    Groups {
        start: usize,
        end: usize,
        chars: usize,
        size: usize,
    },
}

/// Some decoded bytes, or none, and the bounds of their encoded form.
struct Piece {
    at: usize,
    size: usize,
    first: usize,
    last: usize,
}

impl Decoded {
    /// An empty text of single characters whose encoded form starts at `start`.
    pub fn in_pieces(start: usize) -> Self {
        Self {
            data: Vec::new(),
            origin: Origin::Pieces {
                start,
                pieces: Vec::new(),
            },
        }
    }

    /// An empty text whose encoded form has the bounds `start` and `end`.
    pub fn in_groups(start: usize, end: usize, chars: usize, size: usize) -> Self {
        Self {
            data: Vec::with_capacity((end - start) / chars * size + size),
            origin: Origin::Groups {
                start,
                end,
                chars,
                size,
            },
        }
    }

    /// Adds `put`, whose encoded form has the bounds `first` and `last`.
    pub fn piece(&mut self, put: &[u8], first: usize, last: usize) {
        if let Origin::Pieces { pieces, .. } = &mut self.origin {
            pieces.push(Piece {
                at: self.data.len(),
                size: put.len(),
                first,
                last,
            });
        }
        self.data.extend_from_slice(put);
    }

    /// The bounds of the encoded form of `data[start..end]`, which is not empty.
    pub fn origin(&self, start: usize, end: usize) -> (usize, usize) {
        (self.byte(start).0, self.byte(end - 1).1)
    }

    fn byte(&self, at: usize) -> (usize, usize) {
        match &self.origin {
            Origin::Pieces { start, pieces } => {
                let behind = pieces.partition_point(|piece| piece.at <= at);
                let Some(piece) = pieces[..behind].last() else {
                    return (start + at, start + at + 1);
                };
                if at < piece.at + piece.size {
                    return (piece.first, piece.last);
                }
                let place = piece.last + (at - piece.at - piece.size);
                (place, place + 1)
            }
            Origin::Groups {
                start,
                end,
                chars,
                size,
            } => {
                let first = start + at / size * chars;
                (first, (first + chars).min(*end))
            }
        }
    }
}
