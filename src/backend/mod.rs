//! The operations that algorithms are written over.
