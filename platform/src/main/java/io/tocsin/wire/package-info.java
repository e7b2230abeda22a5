/// What every route has in common on the wire: paths, headers, bodies, times and the error envelope.
package io.tocsin.wire;
