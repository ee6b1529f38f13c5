//! XML as reports use it, pulled event by event: elements with attributes, and their text. Declared
//! entities are not known here, so there is nothing to expand.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::ReportError;

/// Largest report.
const MAX_BYTES: usize = 64 << 20;
/// Deepest nesting; suites nest a few times.
const MAX_DEPTH: usize = 64;
/// Longest text of one element that is kept.
const MAX_TEXT: usize = 16 * 1024;
/// Longest value of an attribute that is kept.
const MAX_VALUE: usize = 4 * 1024;

/// What the document says next.
pub(super) enum Item<'a> {
    /// An element begins.
    Open(Element<'a>),
    /// The element of this name ends. Every one that began ends, empty ones too.
    Close(String),
    /// Text within the innermost element.
    Text(Cow<'a, str>),
}

/// The beginning of an element.
pub(super) struct Element<'a> {
    tag: BytesStart<'a>,
}

impl Element<'_> {
    /// Its name without a prefix.
    pub(super) fn name(&self) -> String {
        self.tag.local_name().as_ref().to_owned()
    }

    /// An attribute's value; empty when it is missing.
    pub(super) fn get(&self, name: &str) -> String {
        let Ok(Some(found)) = self.tag.try_get_attribute(name) else { return String::new() };
        let value = found.normalized_value(quick_xml::XmlVersion::Explicit1_0);
        // An entity that nobody knows: as it stands.
        let value = value.unwrap_or_else(|_| found.value.clone());
        crate::text::clip(&value, MAX_VALUE)
    }
}

/// A document being read.
pub(super) struct Document<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
    /// An empty element whose end is still to be told.
    closing: Option<String>,
}

impl<'a> Document<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Document { reader: Reader::from_str(text), depth: 0, closing: None }
    }

    /// The next item; `None` at the end.
    ///
    /// # Errors
    /// Why the rest cannot be read.
    pub(super) fn next(&mut self) -> Result<Option<Item<'a>>, String> {
        if let Some(name) = self.closing.take() {
            return Ok(Some(Item::Close(name)));
        }
        loop {
            let item = match self.reader.read_event().map_err(|error| error.to_string())? {
                Event::Eof if self.depth > 0 => return Err("it ends in the middle".to_owned()),
                Event::Eof => return Ok(None),
                Event::Start(tag) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(format!("it is nested more than {MAX_DEPTH} times"));
                    }
                    Item::Open(Element { tag })
                }
                Event::Empty(tag) => {
                    self.closing = Some(tag.local_name().as_ref().to_owned());
                    Item::Open(Element { tag })
                }
                Event::End(tag) => {
                    self.depth = self.depth.saturating_sub(1);
                    Item::Close(tag.local_name().as_ref().to_owned())
                }
                Event::Text(text) => Item::Text(text.into_inner()),
                Event::CData(text) => Item::Text(text.into_inner()),
                Event::GeneralRef(name) => Item::Text(character(&name.into_inner())),
                _ => continue,
            };
            return Ok(Some(item));
        }
    }
}

/// What a reference stands for: a character by its number, or one of XML's five. Others stay as they are.
fn character(name: &str) -> Cow<'static, str> {
    let known = match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => name.strip_prefix('#').and_then(|number| {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }),
    };
    known.map_or_else(|| Cow::Owned(format!("&{name};")), |one| Cow::Owned(one.to_string()))
}

/// Appends text as long as it is wanted.
pub(super) fn append(to: &mut String, text: &str) {
    let room = MAX_TEXT.saturating_sub(to.len());
    let end = (0..=room.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    to.push_str(&text[..end]);
}

/// The bytes as text, whatever Unicode encoding they have.
pub(super) fn text(bytes: &[u8]) -> Result<Cow<'_, str>, ReportError> {
    if bytes.len() > MAX_BYTES {
        return Err(ReportError::TooLarge(bytes.len()));
    }
    let wide = |from: fn([u8; 2]) -> u16| {
        let units = bytes[2..].chunks_exact(2).map(|pair| from([pair[0], pair[1]]));
        let text = char::decode_utf16(units).map(|one| one.unwrap_or(char::REPLACEMENT_CHARACTER));
        Cow::Owned(text.collect())
    };
    Ok(match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)),
    })
}

/// Name of the root element.
pub(super) fn root(bytes: &[u8]) -> Result<String, ReportError> {
    let start = text(&bytes[..bytes.len().min(64 * 1024)])?;
    let mut document = Document::new(&start);
    loop {
        match document.next().map_err(ReportError::NoReport)? {
            Some(Item::Open(element)) => return Ok(element.name()),
            Some(Item::Text(text)) if text.trim().is_empty() => {}
            _ => return Err(ReportError::NoReport("it has no root element".to_owned())),
        }
    }
}
