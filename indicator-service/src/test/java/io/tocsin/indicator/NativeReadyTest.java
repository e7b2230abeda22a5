package io.tocsin.indicator;

import io.tocsin.testkit.NativeReady;

class NativeReadyTest extends NativeReady {}
