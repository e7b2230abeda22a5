package io.tocsin.alert.audit;

import java.util.List;

/// A page of the audit and where the next one begins.
///
/// @param end null when the page is empty
record AuditPage(List<AuditView> entries, AuditCursor end) {}
