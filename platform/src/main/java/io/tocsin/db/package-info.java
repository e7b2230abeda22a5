/// What a service needs of PostgreSQL beyond its own tables: the schema's version, wire times in columns,
/// migrate-and-exit.
package io.tocsin.db;
