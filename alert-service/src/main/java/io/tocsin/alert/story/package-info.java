/// The story of an incident: alerts of every product on one time line beside the process trees that hold their
/// evidence.
package io.tocsin.alert.story;
