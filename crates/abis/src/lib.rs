//! Gallery of templates under opaque references: insert, identify, verify.
