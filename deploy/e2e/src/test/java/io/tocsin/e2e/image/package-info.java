/// What the images are made of. There is no Docker daemon and no registry where these tests run: they read the text.
package io.tocsin.e2e.image;
