package io.tocsin.response.agent;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A route an endpoint opens with its device credential.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface ByDevice {}
