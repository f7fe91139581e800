//! One frame: a command, headers, a body.

use std::fmt::Write as _;

/// A frame to send or one that came.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// `SEND`, `MESSAGE`, …
    pub command: String,
    /// In their order. Of two of one name the first counts.
    pub headers: Vec<(String, String)>,
    /// Empty for most.
    pub body: Vec<u8>,
    /// Whether the body was longer than allowed and was thrown away.
    pub oversized: bool,
}

/// Bodies are personal data, headers can hold secrets.
impl core::fmt::Debug for Frame {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Frame({}, {} bytes)", self.command, self.body.len())
    }
}

impl Frame {
    /// A frame without headers or body.
    pub fn new(command: &str) -> Self {
        Self {
            command: command.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            oversized: false,
        }
    }

    /// With one header more.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The first header of a name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Whether it carries bytes rather than text: brokers tell the two apart by the stated length.
    pub fn is_binary(&self) -> bool {
        self.header("content-length").is_some()
    }

    /// A body as text, without its length, or as bytes, with it.
    pub fn with_body(mut self, body: &str, binary: bool) -> Self {
        if binary {
            self = self.with("content-length", &body.len().to_string());
        }
        self.body = body.as_bytes().to_vec();
        self
    }

    /// The frame as it is sent.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut head = format!("{}\n", self.command);
        for (name, value) in &self.headers {
            // The first frame is not escaped: older servers read it too.
            if self.command == "CONNECT" {
                let _ = writeln!(head, "{name}:{value}");
            } else {
                let _ = writeln!(head, "{}:{}", escape(name), escape(value));
            }
        }
        head.push('\n');
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes.push(0);
        bytes
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\\' => escaped.push_str("\\\\"),
            '\r' => escaped.push_str("\\r"),
            '\n' => escaped.push_str("\\n"),
            ':' => escaped.push_str("\\c"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The text behind the escapes; `None` for an escape that the protocol does not have.
pub(super) fn unescape(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        plain.push(match sign {
            '\\' => match signs.next()? {
                '\\' => '\\',
                'r' => '\r',
                'n' => '\n',
                'c' => ':',
                _ => return None,
            },
            other => other,
        });
    }
    Some(plain)
}
