package io.tocsin.alert.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/// Makes of another product's event an alert in the form of `POST /v1/alerts`. What the form cannot hold is
/// left out or cut; what it needs and the event lacks is missed by whoever takes the alert.
public interface AlertMapping {

    /// Empty when the event is none that this mapping makes an alert of.
    Optional<ObjectNode> map(JsonNode event);
}
