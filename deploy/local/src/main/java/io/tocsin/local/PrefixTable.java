package io.tocsin.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Which service owns a path: the longest prefix that ends at a segment border, compared as written, on the path as it
/// was sent. That is what an ingress does with the same file; alert-service owns everything else.
final class PrefixTable {

    private final Map<String, Service> owners;

    private PrefixTable(Map<String, Service> owners) {
        this.owners = Map.copyOf(owners);
    }

    static PrefixTable read(Path csv) throws IOException {
        var owners = new HashMap<String, Service>();
        var lines = Files.readAllLines(csv);
        if (lines.isEmpty() || !lines.getFirst().equals("prefix,service")) {
            throw new IllegalArgumentException(csv + " does not begin with the line prefix,service");
        }
        for (var line : lines.subList(1, lines.size())) {
            var columns = line.split(",", -1);
            if (columns.length != 2 || !columns[0].startsWith("/") || columns[0].endsWith("/")) {
                throw new IllegalArgumentException(csv + " has a line that is not prefix,service: " + line);
            }
            if (owners.put(columns[0], Service.named(columns[1])) != null) {
                throw new IllegalArgumentException(csv + " names a prefix twice: " + columns[0]);
            }
        }
        return new PrefixTable(owners);
    }

    Service ownerOf(String path) {
        for (var end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
            var owner = owners.get(path.substring(0, end));
            if (owner != null) {
                return owner;
            }
        }
        return Service.ALERT;
    }
}
