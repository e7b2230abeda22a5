package io.tocsin.odata;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The options of one request, each given at most once and none of them empty.
final class Options {

    /// Kept well below `Long.MAX_VALUE`, so that a next link can add a page to it.
    private static final long MAX_SKIP = 999_999_999_999_999_999L;

    private static final Pattern WHOLE_NUMBER = Pattern.compile("[0-9]{1,18}");

    private final Map<Option, String> values = new EnumMap<>(Option.class);

    Options(Map<String, List<String>> queryParameters) {
        queryParameters.forEach(this::add);
    }

    private void add(String name, List<String> given) {
        var option = Option.named(name);
        if (option.isPresent()) {
            add(option.get(), given);
        } else if (name.startsWith("$")) {
            throw Fault.of("The query option " + Fault.shown(name) + " is not supported");
        }
    }

    private void add(Option option, List<String> given) {
        if (given.size() > 1 || values.containsKey(option)) {
            throw Fault.of(option.wireName() + " is given more than once");
        }
        if (given.isEmpty() || given.getFirst().isBlank()) {
            throw Fault.of(option.wireName() + " is empty");
        }
        values.put(option, given.getFirst());
    }

    /// Pages that go on by token have one order and no number of rows to skip or count.
    void checkFor(EntityModel model) {
        if (!model.isPagedByToken()) {
            return;
        }
        for (Option option : List.of(Option.ORDERBY, Option.SKIP, Option.COUNT)) {
            if (has(option)) {
                throw Fault.of("The query option " + Fault.shown(option.wireName()) + " is not supported here");
            }
        }
    }

    Optional<String> text(Option option) {
        return Optional.ofNullable(values.get(option));
    }

    boolean has(Option option) {
        return values.containsKey(option);
    }

    int top(EntityModel model) {
        return has(Option.TOP) ? (int) number(Option.TOP, model.maxTop()) : model.pageSize();
    }

    long skip() {
        return has(Option.SKIP) ? number(Option.SKIP, MAX_SKIP) : 0;
    }

    String skipToken(EntityModel model) {
        if (!has(Option.SKIPTOKEN)) {
            return null;
        }
        if (!model.isPagedByToken() || has(Option.SKIP)) {
            throw Fault.of("The query option " + Fault.shown(Option.SKIPTOKEN.wireName()) + " is not supported");
        }
        return values.get(Option.SKIPTOKEN);
    }

    private long number(Option option, long most) {
        String text = values.get(option).strip();
        if (!WHOLE_NUMBER.matcher(text).matches() || Long.parseLong(text) > most) {
            throw Fault.of(option.wireName() + " is a whole number from 0 to " + most + ", not " + Fault.shown(text));
        }
        return Long.parseLong(text);
    }

    boolean count() {
        return switch (values.getOrDefault(Option.COUNT, "false").strip()) {
            case String text when text.equalsIgnoreCase("true") -> true;
            case String text when text.equalsIgnoreCase("false") -> false;
            case String text -> throw Fault.of("$count is true or false, not " + Fault.shown(text));
        };
    }
}
