package io.tocsin.alert.telemetry;

/// The columns of `device_event` an event fills, and the array type each is sent as.
enum Column {
    MACHINE_ID("text"),
    EVENT_TICKS("bigint"),
    REPORT_ID("bigint"),
    RECEIVED_TICKS("bigint"),
    DEVICE_NAME("text"),
    TABLE_NAME("text"),
    ACTION_TYPE("text"),
    PROCESS_KEY("text"),
    PROCESS_ID("bigint"),
    PROCESS_CREATION_TICKS("bigint"),
    FILE_NAME("text"),
    FOLDER_PATH("text"),
    COMMAND_LINE("text"),
    SHA1("text"),
    SHA256("text"),
    MD5("text"),
    ACCOUNT_DOMAIN("text"),
    ACCOUNT_NAME("text"),
    ACCOUNT_SID("text"),
    PARENT_PROCESS_KEY("text"),
    INITIATING_PROCESS_ID("bigint"),
    INITIATING_PROCESS_CREATION_TICKS("bigint"),
    INITIATING_PROCESS_FILE_NAME("text"),
    INITIATING_PROCESS_FOLDER_PATH("text"),
    INITIATING_PROCESS_COMMAND_LINE("text"),
    INITIATING_PROCESS_SHA1("text"),
    INITIATING_PROCESS_SHA256("text"),
    REMOTE_IP("text"),
    REMOTE_PORT("int"),
    REMOTE_URL("text"),
    LOCAL_IP("text"),
    LOCAL_PORT("int"),
    PROTOCOL("text"),
    REGISTRY_KEY("text"),
    REGISTRY_VALUE_NAME("text"),
    REGISTRY_VALUE_DATA("text"),
    ADDITIONAL_FIELDS("jsonb"),
    OTHER_COLUMNS("jsonb"),

    /// Characters of all of them.
    WEIGHT("int");

    private final String type;

    Column(String type) {
        this.type = type;
    }

    String type() {
        return type;
    }

    boolean isObject() {
        return type.equals("jsonb");
    }

    String column() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
