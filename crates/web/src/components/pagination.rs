//! Where in a long list one is.

use core::ops::Range;

/// Where in a long list one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pagination {
    /// The page shown, from 1.
    pub page: usize,
    /// How many pages there are, at least 1.
    pub pages: usize,
}

/// One mark of the list of page numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageMark {
    /// A page that may be chosen, or the one shown.
    Page(usize),
    /// Pages left out.
    Gap,
}

impl Pagination {
    /// Entries of one page of a list of `length` entries, and where that is. A page
    /// beyond the last is the last; page 0 is the first.
    pub fn of(length: usize, per_page: usize, page: usize) -> (Self, Range<usize>) {
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

    /// The numbers to show: first, last, this one and its neighbours; a gap of one
    /// page is filled, for a mark of it would be as long.
    pub fn marks(&self) -> Vec<PageMark> {
        let mut marks = Vec::new();
        let mut last = 0;
        for page in 1..=self.pages {
            let near = page.abs_diff(self.page) <= 1;
            if page != 1 && page != self.pages && !near {
                continue;
            }
            match page - last {
                1 => {}
                2 => marks.push(PageMark::Page(page - 1)),
                _ => marks.push(PageMark::Gap),
            }
            marks.push(PageMark::Page(page));
            last = page;
        }
        marks
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

    #[test]
    fn marks_leave_out_only_what_is_worth_it() {
        let check = |page, pages, expected: &str| {
            let marks: Vec<String> = Pagination { page, pages }
                .marks()
                .iter()
                .map(|mark| match mark {
                    PageMark::Page(page) => page.to_string(),
                    PageMark::Gap => "…".to_owned(),
                })
                .collect();
            assert_eq!(marks.join(" "), expected);
        };
        check(1, 1, "1");
        check(1, 4, "1 2 3 4");
        check(1, 9, "1 2 … 9");
        check(5, 9, "1 … 4 5 6 … 9");
        check(4, 7, "1 2 3 4 5 6 7");
        check(9, 9, "1 … 8 9");
    }
}
