//! Two pages that only a demonstration serves: what would have gone out by telephone,
//! and the addresses and log-ins to try. Nothing here is mounted by [`crate::router`].

use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use jiff::Timestamp;
use jiff::tz::Offset;
use niims_web::{
    Entropy, Footer, Header, Language, Page, Shell, ShellSettings, Texts, Words, date_time,
};

use crate::texts::texts;

/// One message of the outbox.
#[derive(Clone)]
pub struct OutboxMessage {
    /// When it was written.
    pub at: Timestamp,
    /// To whom: a telephone number.
    pub to: String,
    /// What it says.
    pub body: String,
}

/// One address or log-in of the index page.
#[derive(Debug, Clone)]
pub struct DemoEntry {
    /// What it is.
    pub name: String,
    /// Address, when it is one that a browser can open.
    pub address: Option<String>,
    /// What to type or do there, one line each.
    pub details: Vec<String>,
}

/// One part of the index page.
#[derive(Debug, Clone)]
pub struct DemoSection {
    /// Its title.
    pub title: String,
    /// Its entries.
    pub entries: Vec<DemoEntry>,
}

/// Makes the pages of a demonstration.
#[derive(Clone)]
pub struct DemoPages {
    shell: Shell,
    texts: Texts,
    offset: Offset,
}

#[derive(Template)]
#[template(path = "demo_outbox.html")]
struct Outbox<'a> {
    page: Page<'a>,
    w: Words<'a>,
    messages: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "demo_index.html")]
struct Index<'a> {
    page: Page<'a>,
    w: Words<'a>,
    sections: &'a [DemoSection],
}

impl DemoPages {
    /// `entropy` draws random bytes; `offset` is that of the country's clocks.
    pub fn new(entropy: &Entropy, offset: Offset) -> Self {
        let key = entropy();
        let entropy = Arc::clone(entropy);
        let shell = Shell::new(ShellSettings { key, entropy, secure_cookies: false });
        Self { shell, texts: texts(), offset }
    }

    /// The outbox, in the order given: newest first reads best.
    pub fn outbox(&self, headers: &HeaderMap, uri: &Uri, messages: &[OutboxMessage]) -> Response {
        let visitor = self.shell.visitor(headers, uri);
        let w = self.words(visitor.language);
        let shell_words = self.shell.words(visitor.language);
        let messages = messages
            .iter()
            .map(|message| {
                let at = date_time(shell_words, message.at, self.offset);
                (at, message.to.clone(), message.body.clone())
            })
            .collect();
        let page = self.shell.page(&visitor, w.t("demo.outbox.title"), header(w), footer(w));
        self.shell.show(&visitor, StatusCode::OK, &Outbox { page, w, messages })
    }

    /// The index of everything that the demonstration serves.
    pub fn index(&self, headers: &HeaderMap, uri: &Uri, sections: &[DemoSection]) -> Response {
        let visitor = self.shell.visitor(headers, uri);
        let w = self.words(visitor.language);
        let page = self.shell.page(&visitor, w.t("demo.index.title"), header(w), footer(w));
        self.shell.show(&visitor, StatusCode::OK, &Index { page, w, sections })
    }

    const fn words(&self, language: Language) -> Words<'_> {
        Words::new(&self.texts, language)
    }
}

impl core::fmt::Debug for OutboxMessage {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("OutboxMessage(…)")
    }
}

impl core::fmt::Debug for DemoPages {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("DemoPages(…)")
    }
}

fn header(w: Words<'_>) -> Header {
    Header { service: w.t("service.name").to_owned(), home: "/".to_owned(), demonstration: true }
}

fn footer(w: Words<'_>) -> Footer {
    Footer {
        controller: w.t("footer.controller").to_owned(),
        complaints: w.t("footer.complaints").to_owned(),
        links: vec![],
    }
}
