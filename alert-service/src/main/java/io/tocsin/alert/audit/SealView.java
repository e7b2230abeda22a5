package io.tocsin.alert.audit;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.HexFormat;

/// One seal on the wire of `GET /v1/audit/seals`: keep the newest outside, and nobody can cut the chain behind it
/// unseen.
///
/// @param entries how many changes it seals
/// @param previousHash of the seal before, in hex; 64 zeros for the first
/// @param hash in hex
@RegisterForReflection
record SealView(long seq, WireTime sealedTime, int entries, String previousHash, String hash) {

    static SealView of(Seal seal) {
        return new SealView(
                seal.seq(),
                seal.sealed(),
                seal.entries(),
                HexFormat.of().formatHex(seal.previousHash()),
                HexFormat.of().formatHex(seal.hash()));
    }
}
