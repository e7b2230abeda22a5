package io.tocsin.response.feed;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.response.playbook.RunView;
import io.tocsin.wire.WireTime;

/// @param cursor where to go on behind this line
/// @param change `Created` or `Updated`
/// @param changeTime when
/// @param playbookRun as it is now, which may be later
@RegisterForReflection
record PlaybookRunLine(String cursor, String change, WireTime changeTime, RunView playbookRun) {}
