//! Taking out of a picture file what is not the picture: the centre checks it by the same code.

pub(crate) use niims_packet::metadata::{strip_jpeg, strip_png};
