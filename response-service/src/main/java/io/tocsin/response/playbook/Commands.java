package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.response.action.LiveCommand;
import io.tocsin.wire.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The commands of a `LiveResponse` step, by the rules of `runliveresponse` (contract 30 §5): what the route would
/// refuse is refused when the definition is written, and again when its references are replaced.
final class Commands {

    private static final int MOST = 100;
    private static final int MOST_PARAMETERS = 8;
    private static final int LONGEST_NAME = 32;
    private static final int LONGEST_VALUE = 4_000;

    /// What names a file of the library.
    private static final Set<String> FILES = Set.of("filename", "scriptname");

    private Commands() {}

    /// As a definition has them. Which file of the library is used is the author's to say, and nothing's that happens.
    ///
    /// @throws ProblemException 400, saying where and what is wrong
    static void check(JsonNode node, String place) {
        read(node, place);
        for (JsonNode command : node) {
            for (JsonNode parameter : command.path("params")) {
                if (FILES.contains(parameter.path("key").asText().strip().toLowerCase(Locale.ROOT))
                        && Context.refers(parameter.path("value").asText())) {
                    throw PlaybookProblem.at(place, "names a file of the library by a reference");
                }
            }
        }
    }

    /// @throws ProblemException 400, saying where and what is wrong
    static List<LiveCommand> read(JsonNode node, String place) {
        if (!node.isArray() || node.isEmpty() || node.size() > MOST) {
            throw PlaybookProblem.at(place, "is no list of 1 to " + MOST + " commands");
        }
        var commands = new ArrayList<LiveCommand>();
        for (int i = 0; i < node.size(); i++) {
            commands.add(command(node.get(i), place + "[" + i + "]"));
        }
        try {
            return LiveCommand.inOrder(commands);
        } catch (ProblemException wrong) {
            throw PlaybookProblem.at(place, "cannot be carried out: " + wrong.getMessage());
        }
    }

    private static LiveCommand command(JsonNode node, String place) {
        Definition.unknown(object(node, place), Set.of("type", "params"), place);
        JsonNode told = node.path("params");
        if (!told.isArray() || told.size() > MOST_PARAMETERS) {
            throw PlaybookProblem.at(place + ".params", "is no list of at most " + MOST_PARAMETERS);
        }
        var parameters = new ArrayList<LiveCommand.Parameter>();
        for (int i = 0; i < told.size(); i++) {
            String where = place + ".params[" + i + "]";
            JsonNode parameter = told.get(i);
            Definition.unknown(object(parameter, where), Set.of("key", "value"), where);
            parameters.add(new LiveCommand.Parameter(name(parameter, "key", where), value(parameter, where)));
        }
        return new LiveCommand(name(node, "type", place), parameters);
    }

    private static ObjectNode object(JsonNode node, String place) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw PlaybookProblem.at(place, "is no object");
    }

    private static String name(JsonNode node, String property, String place) {
        String name = node.path(property).asText();
        if (!node.path(property).isTextual() || name.isBlank() || name.length() > LONGEST_NAME) {
            throw PlaybookProblem.at(place + "." + property, "is no text of 1 to " + LONGEST_NAME + " characters");
        }
        return name;
    }

    private static String value(JsonNode parameter, String place) {
        JsonNode value = parameter.path("value");
        if (!value.isValueNode() || value.isNull() || value.asText().length() > LONGEST_VALUE) {
            throw PlaybookProblem.at(place + ".value", "is no text of at most " + LONGEST_VALUE + " characters");
        }
        return value.asText();
    }
}
