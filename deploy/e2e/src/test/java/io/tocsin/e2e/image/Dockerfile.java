package io.tocsin.e2e.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A Dockerfile as a test asks it: its stages, their instructions, and its arguments' defaults filled in.
///
/// @param service whose image it makes
/// @param variant `jvm` or `native`
record Dockerfile(String service, String variant, String text) {

    /// @param word in upper case, as written
    /// @param rest what follows it, with continued lines joined
    record Instruction(String word, String rest) {}

    /// @param base what its `FROM` names
    /// @param name what later stages call it, or empty
    record Stage(String base, String name, List<Instruction> instructions) {

        List<String> all(String word) {
            return instructions.stream()
                    .filter(it -> it.word().equals(word))
                    .map(Instruction::rest)
                    .toList();
        }

        String only(String word) {
            List<String> found = all(word);
            if (found.size() != 1) {
                throw new AssertionError("expected one " + word + " but found " + found);
            }
            return found.getFirst();
        }
    }

    private static final Pattern LABEL = Pattern.compile("([a-z.]+)=\"([^\"]*)\"");

    static Dockerfile of(Path root, String service, String variant) {
        try {
            Path file = root.resolve(service).resolve("src/main/docker/Dockerfile." + variant);
            return new Dockerfile(service, variant, Files.readString(file));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Everything but comments.
    List<Instruction> instructions() {
        return text.replaceAll("(?m)^\\s*#.*\\R", "")
                .replaceAll("\\\\\\R\\s*", "")
                .lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.split(" ", 2))
                .map(parts -> new Instruction(parts[0], parts[1].strip()))
                .toList();
    }

    /// The defaults of the arguments before the first stage.
    Map<String, String> arguments() {
        var arguments = new LinkedHashMap<String, String>();
        for (Instruction it : instructions()) {
            if (it.word().equals("FROM")) {
                break;
            }
            String[] named = it.rest().split("=", 2);
            arguments.put(named[0], named[1]);
        }
        return arguments;
    }

    List<Stage> stages() {
        var stages = new ArrayList<Stage>();
        for (Instruction it : instructions()) {
            if (it.word().equals("FROM")) {
                String[] named = it.rest().split(" AS ");
                stages.add(new Stage(filled(named[0]), named.length > 1 ? named[1] : "", new ArrayList<>()));
            } else if (!stages.isEmpty()) {
                stages.getLast().instructions().add(it);
            }
        }
        return stages;
    }

    Stage last() {
        return stages().getLast();
    }

    Map<String, String> labels() {
        var labels = new LinkedHashMap<String, String>();
        var found = LABEL.matcher(last().only("LABEL"));
        while (found.find()) {
            labels.put(found.group(1), found.group(2));
        }
        return labels;
    }

    private String filled(String image) {
        String filled = image;
        for (var argument : arguments().entrySet()) {
            filled = filled.replace("${" + argument.getKey() + "}", argument.getValue());
        }
        return filled;
    }

    @Override
    public String toString() {
        return service + " " + variant;
    }
}
