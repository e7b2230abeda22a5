package io.tocsin.indicator;

/// Contract 50 §1, `indicatorType`.
public enum IndicatorType {
    FileSha1,
    FileSha256,
    FileMd5,
    CertificateThumbprint,
    IpAddress,
    DomainName,
    Url;

    /// The type of exactly this spelling; the service refuses others (wire-facts §7).
    public static IndicatorType spelled(String text) {
        for (IndicatorType type : values()) {
            if (type.name().equals(text)) {
                return type;
            }
        }
        return null;
    }

    /// Whether a file's hash.
    public boolean isFile() {
        return this == FileSha1 || this == FileSha256 || this == FileMd5;
    }
}
