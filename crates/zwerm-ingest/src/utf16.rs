//! UTF-16 as UTF-8, as it goes by: spreadsheets and advertising tools still export it.
//!
//! Half a pair of surrogates becomes a byte that is no UTF-8, so that its row is refused, or the
//! byte replaced, like any other damaged one.

use std::io::{self, Read};

use crate::stream;

/// The byte that stands for half a pair: no UTF-8 has it.
const DAMAGED: u8 = 0xff;

/// How the two bytes of a unit are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// The low byte first.
    Little,
    /// The high byte first.
    Big,
}

impl Order {
    /// The order that the mark at the beginning of a file tells, if there is one.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        match head {
            // UTF-32 begins alike.
            [0xff, 0xfe, 0, 0, ..] => None,
            [0xff, 0xfe, ..] => Some(Order::Little),
            [0xfe, 0xff, ..] => Some(Order::Big),
            _ => None,
        }
    }
}

/// See the [module documentation](self).
pub(crate) struct FromUtf16<R> {
    from: R,
    order: Order,
    /// What was read, from `start` on not handed on yet.
    ready: Vec<u8>,
    start: usize,
    /// Bytes of a character whose end was not read yet.
    rest: Vec<u8>,
    is_at_start: bool,
}

impl<R: Read> FromUtf16<R> {
    pub(crate) fn new(from: R, order: Order) -> Self {
        let (ready, rest) = (Vec::new(), Vec::new());
        FromUtf16 { from, order, ready, start: 0, rest, is_at_start: true }
    }

    fn refill(&mut self) -> io::Result<()> {
        let mut bytes = std::mem::take(&mut self.rest);
        let have = bytes.len();
        bytes.resize(have + (1 << 16), 0);
        let n = stream::fill(&mut self.from, &mut bytes[have..])?;
        bytes.truncate(have + n);
        let (pairs, odd) = bytes.as_chunks::<2>();
        let unit = |pair: &[u8; 2]| match self.order {
            Order::Little => u16::from_le_bytes(*pair),
            Order::Big => u16::from_be_bytes(*pair),
        };
        let mut whole = pairs.len();
        let is_high = |unit: u16| (0xd800..0xdc00).contains(&unit);
        if n > 0 && pairs.last().is_some_and(|pair| is_high(unit(pair))) {
            whole -= 1;
        }
        self.ready.clear();
        self.start = 0;
        let mut buffer = [0; 4];
        for decoded in char::decode_utf16(pairs[..whole].iter().map(unit)) {
            match decoded {
                Ok('\u{feff}') if self.is_at_start => {}
                Ok(char) => self.ready.extend_from_slice(char.encode_utf8(&mut buffer).as_bytes()),
                Err(_) => self.ready.push(DAMAGED),
            }
            self.is_at_start = false;
        }
        match n {
            0 if !odd.is_empty() => self.ready.push(DAMAGED),
            0 => {}
            _ => self.rest = bytes[2 * whole..].to_vec(),
        }
        Ok(())
    }
}

impl<R: Read> Read for FromUtf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.start == self.ready.len() {
            self.refill()?;
        }
        let n = buffer.len().min(self.ready.len() - self.start);
        buffer[..n].copy_from_slice(&self.ready[self.start..self.start + n]);
        self.start += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands on a few bytes at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(buffer.len()).min(self.0.len());
            buffer[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn read(bytes: &[u8], order: Order) -> Vec<u8> {
        let mut found = Vec::new();
        FromUtf16::new(Slow(bytes, 7), order).read_to_end(&mut found).expect("memory can be read");
        found
    }

    #[test]
    fn text_of_either_order_is_the_same_text() {
        let text = "\u{feff}a,é\n🗳 ".repeat(30_000);
        let expected = text.strip_prefix('\u{feff}').expect("a mark");
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(Order::of(&little), Some(Order::Little));
        assert_eq!(Order::of(&big), Some(Order::Big));
        assert!(read(&little, Order::Little) == expected.as_bytes());
        assert!(read(&big, Order::Big) == expected.as_bytes());
    }

    #[test]
    fn half_a_character_is_no_text() {
        assert_eq!(read(&[b'a', 0, 0x3d, 0xd8, b'b', 0], Order::Little), b"a\xffb");
        assert_eq!(read(&[b'a', 0, 0x3d, 0xd8], Order::Little), b"a\xff");
        assert_eq!(read(&[b'a', 0, b'b'], Order::Little), b"a\xff");
    }
}
