package io.tocsin.secret;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtendedGcmTest {

    private static final byte[] KEY = ExtendedGcm.random(ExtendedGcm.KEY);
    private static final byte[] BOUND = {7};
    private static final byte[] TEXT = "tocsin".getBytes(US_ASCII);

    /// The test vectors of the specification, c2sp.org/XAES-256-GCM: the first without, the second with the
    /// reduction of the subkey.
    @ParameterizedTest
    @CsvSource({
        "1, '', ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271",
        "3, c2sp.org/XAES-256-GCM, 986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"
    })
    void shouldSealAsTheSpecificationSays(byte keyByte, String bound, String sealed) throws GeneralSecurityException {
        byte[] key = new byte[ExtendedGcm.KEY];
        Arrays.fill(key, keyByte);

        assertThat(ExtendedGcm.seal(
                        key,
                        "ABCDEFGHIJKLMNOPQRSTUVWX".getBytes(US_ASCII),
                        bound.getBytes(US_ASCII),
                        "XAES-256-GCM".getBytes(US_ASCII)))
                .isEqualTo(HexFormat.of().parseHex(sealed));
    }

    @Test
    void shouldOpenWhatItSealed() throws GeneralSecurityException {
        assertThat(ExtendedGcm.open(KEY, BOUND, ExtendedGcm.seal(KEY, BOUND, TEXT)))
                .isEqualTo(TEXT);
    }

    @Test
    void shouldSealOtherwiseEachTime() {
        var sealed = new HashSet<String>();
        for (int i = 0; i < 100; i++) {
            sealed.add(HexFormat.of().formatHex(ExtendedGcm.seal(KEY, BOUND, TEXT), 0, 24));
        }

        assertThat(sealed).hasSize(100);
    }

    @Test
    void shouldNotOpenWhenAnyBitWasChanged() {
        byte[] sealed = ExtendedGcm.seal(KEY, BOUND, TEXT);
        for (int bit = 0; bit < sealed.length * Byte.SIZE; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);

            assertThatThrownBy(() -> ExtendedGcm.open(KEY, BOUND, changed))
                    .as("bit %d", bit)
                    .isInstanceOf(GeneralSecurityException.class);
        }
    }

    @Test
    void shouldNotOpenWhenItIsCutShort() {
        byte[] sealed = ExtendedGcm.seal(KEY, BOUND, TEXT);
        for (int length = 0; length < sealed.length; length++) {
            byte[] cut = Arrays.copyOf(sealed, length);

            assertThatThrownBy(() -> ExtendedGcm.open(KEY, BOUND, cut)).isInstanceOf(GeneralSecurityException.class);
        }
    }

    @Test
    void shouldNotOpenWithAnotherKeyOrInAnotherPlace() {
        byte[] sealed = ExtendedGcm.seal(KEY, BOUND, TEXT);

        assertThatThrownBy(() -> ExtendedGcm.open(KEY, new byte[] {8}, sealed))
                .isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> ExtendedGcm.open(ExtendedGcm.random(ExtendedGcm.KEY), BOUND, sealed))
                .isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void shouldTellPlacesApartWhosePartsRunTogether() {
        assertThat(Bound.to("a").and("bc").bytes())
                .isNotEqualTo(Bound.to("ab").and("c").bytes());
    }
}
