/// What the tests of every service stand on: a real PostgreSQL with the real migrations, an issuer that signs tokens,
/// and
/// checks of answers. Tests talk to 127.0.0.1 only.
package io.tocsin.testkit;
