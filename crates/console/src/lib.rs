//! Desk of the people who decide: cases, evidence, opinions.
