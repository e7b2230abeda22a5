package io.tocsin.alert.process;

/// What is known of a parent that no log tells more of than the number it had: the last process called so that was
/// given
/// this number before its child was made.
///
/// @param fileName what it was called, null when that is not told
public record ParentNumber(long processId, String fileName) {

    boolean mayBe(ProcessNode parent) {
        return fileName == null || fileName.equalsIgnoreCase(parent.fileName());
    }
}
