//! From sealed packet to number: owns every decision about people.
