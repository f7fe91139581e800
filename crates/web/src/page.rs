//! What the layout of a page needs to know.

use crate::assets::Module;
use crate::components::{Link, NavigationItem};
use crate::language::Language;
use crate::words::Words;

/// The head of every page of a service.
#[derive(Debug, Clone)]
pub struct Header {
    /// Name of the service, in the visitor's language.
    pub service: String,
    /// Address of its first page, such as `/`.
    pub home: String,
    /// Set where nobody on the pages exists; a banner then says so.
    pub demonstration: bool,
}

/// The foot of every page of a service: who answers for the data.
#[derive(Debug, Clone)]
pub struct Footer {
    /// Who controls the data.
    pub controller: String,
    /// To whom one may complain.
    pub complaints: String,
    /// Links beside it: address and text.
    pub links: Vec<(String, String)>,
}

/// One page, as `layout.html` shows it.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    /// The shell's texts in the visitor's language.
    pub shell: Words<'a>,
    /// What stands in the title bar, before the name of the service.
    pub title: String,
    /// Path of this page for the language switch; never holds personal data.
    pub path: String,
    /// Token that every form carries in the hidden field `csrf`.
    pub csrf: String,
    /// Address to which "sign out" posts, when the visitor is signed in.
    pub sign_out: Option<String>,
    /// True when a form came back with errors; the title then says so.
    pub has_errors: bool,
    /// The head.
    pub header: Header,
    /// The foot.
    pub footer: Footer,
    /// Ways to the parts of the service, below the head.
    pub navigation: Vec<NavigationItem>,
    /// Who is signed in, by duty and place; no resident's name.
    pub who: Option<String>,
    /// Uses the whole screen: queues and pairs of staff.
    pub is_wide: bool,
    /// The key that changes the language, together with the browser's own keys for this
    /// (`accesskey`); for pages on which the language changes in mid-talk.
    pub language_key: Option<char>,
    /// The one script module of the page; most pages have none.
    pub module: Option<Module>,
    /// Lets that module run, and nothing else; fresh for each answer.
    pub nonce: String,
}

impl Page<'_> {
    /// With this script module. Only this answer's policy lets it run; a page without
    /// a module keeps a policy that lets nothing run.
    #[must_use]
    pub fn with_module(self, module: Module) -> Self {
        Self { module: Some(module), ..self }
    }

    /// With these parts of the service; the one at `current` is marked.
    #[must_use]
    pub fn with_navigation(self, links: Vec<Link>, current: &str) -> Self {
        Self { navigation: NavigationItem::all(links, current), ..self }
    }

    /// The language of the page.
    pub const fn language(&self) -> Language {
        self.shell.language
    }

    /// Every language and whether it is the one shown.
    pub fn languages(&self) -> [(Language, bool); 2] {
        Language::ALL.map(|language| (language, language == self.shell.language))
    }

    /// The address of the stylesheet; it changes whenever the stylesheet does.
    pub fn stylesheet(&self) -> String {
        crate::assets::stylesheet_path()
    }

    /// The address of the icon.
    pub fn icon(&self) -> String {
        crate::assets::icon_path()
    }
}
