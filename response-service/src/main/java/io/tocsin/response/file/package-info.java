/// Contents of files, wherever they are kept, and the links by which they are fetched (docs/adr/038).
package io.tocsin.response.file;
