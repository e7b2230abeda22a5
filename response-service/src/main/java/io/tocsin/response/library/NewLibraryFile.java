package io.tocsin.response.library;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.resteasy.reactive.server.multipart.FormValue;
import org.jboss.resteasy.reactive.server.multipart.MultipartFormDataInput;

/// A file as it is uploaded (contract 30 §5.1); the form's names are read in any case.
record NewLibraryFile(
        String name,
        byte[] content,
        String description,
        String parametersDescription,
        boolean hasParameters,
        boolean overrideIfExists) {

    private static final int LONGEST = 4_000;

    /// @throws ProblemException 400 when there is no file, or more than one; 413 when it is too large
    static NewLibraryFile of(MultipartFormDataInput form) {
        var values = new TreeMap<String, Collection<FormValue>>(String.CASE_INSENSITIVE_ORDER);
        form.getValues().forEach((name, part) -> {
            if (name != null) { // a part without a name means nothing
                values.put(name, part);
            }
        });
        List<FormValue> files = List.copyOf(values.getOrDefault("file", List.of()));
        if (files.size() != 1 || !files.getFirst().isFileItem()) {
            throw new ProblemException(CommonProblem.MISSING_REQUIRED_PARAMETER, "file argument is missing");
        }
        FormValue file = files.getFirst();
        String parameters = text(values, "parametersDescription");
        String hasParameters = text(values, "hasParameters");
        return new NewLibraryFile(
                file.getFileName() == null ? "" : file.getFileName(),
                content(file),
                text(values, "description"),
                parameters,
                hasParameters == null ? parameters != null : truth("HasParameters", hasParameters),
                truth("OverrideIfExists", text(values, "overrideIfExists")));
    }

    private static byte[] content(FormValue file) {
        try {
            if (file.getFileItem().getFileSize() > Library.MOST_BYTES) {
                throw new ProblemException(
                        CommonProblem.REQUEST_TOO_LARGE,
                        "A file of the library has at most " + Library.MOST_BYTES + " bytes");
            }
            try (var in = file.getFileItem().getInputStream()) {
                return in.readAllBytes();
            }
        } catch (IOException broken) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The file could not be read");
        }
    }

    private static String text(Map<String, Collection<FormValue>> values, String name) {
        String text = values.getOrDefault(name, List.of()).stream()
                .filter(value -> !value.isFileItem())
                .map(FormValue::getValue)
                .findFirst()
                .orElse(null);
        if (text != null && text.length() > LONGEST) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, name + " is longer than " + LONGEST);
        }
        return text == null || text.isBlank() ? null : text;
    }

    private static boolean truth(String name, String text) {
        return switch (text == null ? "false" : text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new ProblemException(CommonProblem.INVALID_INPUT, name + " is neither true nor false");
        };
    }
}
