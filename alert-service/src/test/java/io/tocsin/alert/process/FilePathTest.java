package io.tocsin.alert.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilePathTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "C:\\Users\\ann         | upd.exe | C:\\Users\\ann\\upd.exe | C:\\Users\\ann",
                "C:\\Users\\ann\\       | upd.exe | C:\\Users\\ann\\upd.exe | C:\\Users\\ann\\",
                "c:\\users\\ann\\UPD.exe| upd.exe | c:\\users\\ann\\UPD.exe | c:\\users\\ann",
                "C:\\upd.exe            | upd.exe | C:\\upd.exe             | C:\\",
                "C:\\Users\\xupd.exe    | upd.exe | C:\\Users\\xupd.exe\\upd.exe | C:\\Users\\xupd.exe",
                "\\\u0130                | i\u0307 | \\\u0130\\i\u0307 | \\\u0130",
                "/usr/bin               | sh      | /usr/bin/sh             | /usr/bin",
                "/usr/bin/sh            | sh      | /usr/bin/sh             | /usr/bin",
                "/init                  | init    | /init                   | /",
                "                       | upd.exe | upd.exe                 |",
                "C:\\Users\\ann         |         |                         | C:\\Users\\ann"
            })
    void shouldKnowWhetherTheFolderHoldsTheNameAlready(String folder, String name, String whole, String without) {
        assertThat(FilePath.whole(folder, name)).isEqualTo(whole);
        assertThat(FilePath.folder(folder, name)).isEqualTo(without);
    }
}
