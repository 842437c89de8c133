//! Mutations of updates.
