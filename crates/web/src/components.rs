//! The data of the components in `templates/components.html`.

/// One question with one line to answer it.
#[derive(Clone, Default)]
pub struct TextInput {
    /// Name of the form field, and its id.
    pub name: String,
    /// The question.
    pub label: String,
    /// Help below it.
    pub hint: Option<String>,
    /// What is wrong with the answer.
    pub error: Option<String>,
    /// What was answered before. Left empty where the answer is a secret.
    pub value: String,
    /// The keyboard wanted on telephones: `text` or `numeric`.
    pub inputmode: &'static str,
    /// The `autocomplete` value: `off` or `one-time-code`.
    pub autocomplete: &'static str,
    /// Characters taken at most.
    pub max_length: usize,
    /// Width in characters: 10 or 20, as the stylesheet knows them.
    pub width: u8,
}

impl TextInput {
    /// The ids of hint and error, for `aria-describedby`.
    pub fn described_by(&self) -> String {
        let hint = self.hint.is_some().then(|| format!("{}-hint", self.name));
        let error = self.error.is_some().then(|| format!("{}-error", self.name));
        [hint, error].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

impl core::fmt::Debug for TextInput {
    /// Without the answer, which is personal.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TextInput").field("name", &self.name).finish_non_exhaustive()
    }
}

/// One line of a summary list.
#[derive(Clone)]
pub struct Row {
    /// What is asked.
    pub key: String,
    /// The answer, one entry per line.
    pub values: Vec<String>,
}

impl core::fmt::Debug for Row {
    /// Without the answer, which is personal.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Row").field("key", &self.key).finish_non_exhaustive()
    }
}

/// The colour of a tag. Colour never speaks alone: the text says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagColour {
    /// Done, answered.
    Green,
    /// Under way.
    Blue,
    /// Somebody has to act.
    Amber,
    /// Refused.
    Red,
    /// Neither.
    Grey,
}

impl TagColour {
    /// The class in the stylesheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Green => "tag tag-green",
            Self::Blue => "tag tag-blue",
            Self::Amber => "tag tag-amber",
            Self::Red => "tag tag-red",
            Self::Grey => "tag tag-grey",
        }
    }
}

/// A state in a word or two.
#[derive(Debug, Clone)]
pub struct Tag {
    /// The words.
    pub text: String,
    /// The colour.
    pub colour: TagColour,
}

/// Where in a long list one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pagination {
    /// The page shown, from 1.
    pub page: usize,
    /// How many pages there are, at least 1.
    pub pages: usize,
}

impl Pagination {
    /// Entries of one page of a list of `length` entries, and where that is. A page
    /// beyond the last is the last; page 0 is the first.
    pub fn of(length: usize, per_page: usize, page: usize) -> (Self, core::ops::Range<usize>) {
        let per_page = per_page.max(1);
        let pages = length.div_ceil(per_page).max(1);
        let page = page.clamp(1, pages);
        let start = (page - 1) * per_page;
        (Self { page, pages }, start..length.min(start + per_page))
    }

    /// The page before this one.
    pub const fn previous(&self) -> Option<usize> {
        if self.page > 1 { Some(self.page - 1) } else { None }
    }

    /// The page after this one.
    pub const fn next(&self) -> Option<usize> {
        if self.page < self.pages { Some(self.page + 1) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_cover_a_list_once() {
        for length in 0..60 {
            let (first, _) = Pagination::of(length, 25, 1);
            let seen: Vec<usize> =
                (1..=first.pages).flat_map(|page| Pagination::of(length, 25, page).1).collect();
            assert_eq!(seen, (0..length).collect::<Vec<_>>());
        }
        let (beyond, range) = Pagination::of(30, 25, usize::MAX);
        assert_eq!(
            (beyond.page, beyond.next(), beyond.previous(), range),
            (2, None, Some(1), 25..30)
        );
    }
}
