package io.tocsin.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// The OData envelope of a collection (contract 00 §4).
///
/// @param context `<base>/$metadata#Alerts`
/// @param count all rows the filter leaves; absent unless asked for
/// @param value the rows of this page
/// @param nextLink the next page's absolute address; absent on the last one
@JsonPropertyOrder({"@odata.context", "@odata.count", "value", "@odata.nextLink"})
@RegisterForReflection
public record CollectionBody<T>(
        @JsonProperty("@odata.context") String context,

        @JsonProperty("@odata.count") @JsonInclude(JsonInclude.Include.NON_NULL)
        Long count,

        List<T> value,

        @JsonProperty("@odata.nextLink") @JsonInclude(JsonInclude.Include.NON_NULL)
        String nextLink) {}
