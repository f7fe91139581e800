//! Text that cannot become markup.

/// Escapes text for an element or a quoted attribute; control characters, which HTML
/// forbids, become spaces.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(' '),
            // Marks that turn the direction of writing could make a value read
            // as another one.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn nothing_becomes_markup() {
        let check = |text, want| assert_eq!(escape(text), want);
        check("<img src=x onerror='a()'>", "&lt;img src=x onerror=&#39;a()&#39;&gt;");
        check("a & \"b\"\n", "a &amp; &quot;b&quot; ");
        check("Wanjikũ Ng'ang'a", "Wanjikũ Ng&#39;ang&#39;a");
        check("12\u{202e}34", "1234");
    }
}
