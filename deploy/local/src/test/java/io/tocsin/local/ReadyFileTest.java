package io.tocsin.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadyFileTest {

    @TempDir
    Path folder;

    private Path path;
    private ReadyFile ready;

    @BeforeEach
    void make() {
        path = folder.resolve("ready");
        ready = new ReadyFile(path);
    }

    @Test
    void shouldBeThereOnlyWhileEveryPartAnswers() {
        ready.open("here\n");
        assertThat(path).hasContent("here");

        ready.fallen("PostgreSQL");
        ready.fallen("Keycloak");
        assertThat(path).doesNotExist();

        ready.back("Keycloak");
        assertThat(path).doesNotExist();

        ready.back("PostgreSQL");
        assertThat(path).hasContent("here");
    }

    @Test
    void shouldWaitForAPartThatFellDuringTheStart() {
        ready.fallen("Keycloak");
        ready.open("here\n");
        assertThat(path).doesNotExist();

        ready.back("Keycloak");
        assertThat(path).hasContent("here");
    }

    @Test
    void shouldStayAwayWhenAPartComesBackWhileThePlatformIsStopped() {
        ready.open("here\n");
        ready.fallen("PostgreSQL");
        ready.close();
        ready.back("PostgreSQL");

        assertThat(path).doesNotExist();
    }
}
