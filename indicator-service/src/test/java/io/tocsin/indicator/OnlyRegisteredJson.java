package io.tocsin.indicator;

import io.tocsin.testkit.RegisteredJson;
import jakarta.inject.Singleton;

@Singleton
class OnlyRegisteredJson extends RegisteredJson {}
