//! Every way in which a packet can be good or bad.
