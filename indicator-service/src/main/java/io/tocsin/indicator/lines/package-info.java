/// Bodies that are read line by line.
package io.tocsin.indicator.lines;
