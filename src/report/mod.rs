//! Results to people and files.
