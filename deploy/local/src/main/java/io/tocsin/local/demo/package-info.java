/// A client that plays an attack through a running platform, over HTTP only, and shows what the platform made of it.
@NullMarked
package io.tocsin.local.demo;

import org.jspecify.annotations.NullMarked;
