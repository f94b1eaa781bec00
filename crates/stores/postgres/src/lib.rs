//! The shared store: any number of nodes on one PostgreSQL.
