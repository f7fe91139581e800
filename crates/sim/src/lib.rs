//! Synthetic people, prints, fraud, load, faults.
