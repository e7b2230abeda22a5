package io.tocsin.response;

import io.tocsin.testkit.NativeReady;

class NativeReadyTest extends NativeReady {}
