//! Page shell: layout, components, texts.
