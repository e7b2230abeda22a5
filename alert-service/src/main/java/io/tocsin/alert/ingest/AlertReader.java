package io.tocsin.alert.ingest;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/// Makes an alert of JSON in Tocsin's own form.
@ApplicationScoped
class AlertReader {

    private final ObjectMapper json;
    private final ObjectReader reader;

    AlertReader(ObjectMapper json) {
        this.json = json;
        this.reader = json.readerFor(SubmitAlertRequest.class);
    }

    /// @throws ProblemException 400 when it is none
    SubmitAlertRequest read(JsonNode body) {
        if (!body.isObject()) {
            throw notAnObject();
        }
        try {
            return json.treeToValue(body, SubmitAlertRequest.class);
        } catch (JsonProcessingException wrong) {
            throw unreadable(wrong);
        }
    }

    /// @throws ProblemException 400 when it is none
    SubmitAlertRequest read(byte[] line) {
        int at = 0;
        while (at < line.length && line[at] <= ' ') {
            at++;
        }
        if (at < line.length && line[at] == '[') {
            throw notAnObject();
        }
        try {
            SubmitAlertRequest alert = reader.readValue(line);
            if (alert == null) {
                throw notAnObject();
            }
            return alert;
        } catch (JacksonException wrong) {
            throw unreadable(wrong);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// @throws ProblemException 400 when it is no JSON object
    JsonNode tree(byte[] line) {
        try {
            JsonNode tree = json.readTree(line);
            if (tree == null || !tree.isObject()) {
                throw notAnObject();
            }
            return tree;
        } catch (JacksonException wrong) {
            throw unreadable(wrong);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static ProblemException notAnObject() {
        return new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "An alert is a JSON object");
    }

    private static ProblemException unreadable(JacksonException wrong) {
        if (wrong instanceof JsonMappingException mapping
                && !mapping.getPath().isEmpty()
                && !(mapping.getCause() instanceof com.fasterxml.jackson.core.exc.StreamReadException)) {
            String property = mapping.getPath().getFirst().getFieldName();
            return new ProblemException(CommonProblem.INVALID_INPUT, property + " has a value that is not acceptable");
        }
        return new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The alert cannot be read");
    }
}
