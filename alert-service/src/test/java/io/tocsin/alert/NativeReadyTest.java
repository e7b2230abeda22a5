package io.tocsin.alert;

import io.tocsin.testkit.NativeReady;

class NativeReadyTest extends NativeReady {}
