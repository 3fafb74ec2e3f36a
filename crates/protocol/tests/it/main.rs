//! The protocol's rules as statements, and as properties over arbitrary input.

mod endpoints;
mod records;
mod rules;
