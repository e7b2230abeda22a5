package io.tocsin.response.investigation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Holds against programs what started them (docs/adr/040).
final class ParentChain {

    private ParentChain() {}

    /// Each file with what started its processes. What a malicious file started is looked at again, until there is
    /// nothing new to be told.
    static List<Evidence.Found> of(List<Evidence.Found> all, List<Evidence.Ancestor> ancestors) {
        Map<String, List<Evidence.Ancestor>> of =
                ancestors.stream().collect(Collectors.groupingBy(Evidence.Ancestor::child));
        var found = new ArrayList<Evidence.Found>();
        for (Evidence.Found one : all) {
            List<Evidence.Ancestor> own = ancestors(one, of);
            Set<String> names = own.stream().map(Evidence.Ancestor::name).collect(Collectors.toSet());
            String bad = own.stream()
                    .filter(Evidence.Ancestor::blocked)
                    .filter(it -> !isItself(one, it))
                    .map(Evidence.Ancestor::name)
                    .sorted()
                    .findFirst()
                    .orElse(null);
            found.add(one.with(one.facts().with(Ancestry.of(names, bad))));
        }
        for (int changed = 1; changed > 0; ) {
            Set<String> malicious = found.stream()
                    .filter(it -> it.isProgram() && Verdict.of(it.facts()).kind() == Verdict.Kind.Malicious)
                    .flatMap(it -> it.identities().stream())
                    .collect(Collectors.toSet());
            changed = 0;
            for (int i = 0; i < found.size(); i++) {
                Evidence.Found one = found.get(i);
                Optional<String> bad = one.facts().ancestry().bad() != null
                        ? Optional.empty()
                        : ancestors(one, of).stream()
                                .filter(it -> it.file() != null && malicious.contains(it.file()))
                                .filter(it -> !isItself(one, it))
                                .map(Evidence.Ancestor::name)
                                .sorted()
                                .findFirst();
                if (one.isProgram() && bad.isPresent()) {
                    found.set(
                            i, one.with(one.facts().with(one.facts().ancestry().startedBy(bad.get()))));
                    changed++;
                }
            }
        }
        return List.copyOf(found);
    }

    private static List<Evidence.Ancestor> ancestors(Evidence.Found one, Map<String, List<Evidence.Ancestor>> of) {
        return one.isProgram()
                ? one.identities().stream()
                        .flatMap(name -> of.getOrDefault(name, List.of()).stream())
                        .toList()
                : List.of();
    }

    private static boolean isItself(Evidence.Found one, Evidence.Ancestor ancestor) {
        return ancestor.file() != null && one.identities().contains(ancestor.file());
    }
}
