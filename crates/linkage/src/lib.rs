//! Who may be the same person by name, date and place. Pure.
