package io.tocsin.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.restassured.builder.ResponseBuilder;
import io.restassured.response.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The check itself: one change to a right answer, at any depth, is found and named.
class AnswerCheckTest {

    private static final String ACTION = """
            {"@odata.context":"https://mde.example/api/$metadata#MachineActions/$entity",
             "id":"3a0c7b7e-2f5d-4a52-9d0d-6f1f7d0a9c31","type":"LiveResponse","title":null,"requestor":"SOAR",
             "requestorComment":"c","status":"Pending","machineId":"6c1f","computerDnsName":"ws1",
             "creationDateTimeUtc":"2026-02-03T09:21:10.33Z","lastUpdateDateTimeUtc":"2026-02-03T09:21:10.330819Z",
             "cancellationRequestor":null,"cancellationComment":null,"cancellationDateTimeUtc":null,"errorHResult":0,
             "scope":null,"externalId":null,"requestSource":"PublicApi",
             "relatedFileInfo":{"fileIdentifier":"2b3c","fileIdentifierType":"Sha1"},
             "commands":[{"index":0,"startTime":null,"endTime":null,"commandStatus":"Created","errors":["e"],
               "command":{"type":"GetFile","params":[{"key":"Path","value":"C:\\\\x"}]}}],
             "troubleshootInfo":null}""";

    @Test
    void shouldFindNothingWhenTheAnswerIsRight() {
        assertThatCode(() -> check(ACTION, "commands.command.params", "relatedFileInfo"))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "id":"3a0c         | "id":"3A0C          | MachineAction.id is no Edm.Guid
            "errorHResult":0   | "errorHResult":2147483648 | MachineAction.errorHResult is no Edm.Int32
            "errorHResult":0   | "errorHResult":null | MachineAction.errorHResult is null
            :"PublicApi"       | :"publicapi"        | MachineAction.requestSource is no
            :"PublicApi"       | :1                  | MachineAction.requestSource is no
            10.33Z"            | 10.330Z"            | MachineAction.creationDateTimeUtc is no Edm.DateTimeOffset
            "title":null,      | ``                  | MachineAction.title is missing
            "title":null,      | "tytle":null,       | MachineAction.tytle is not declared
            "title":null,"requestor":"SOAR", | "requestor":"SOAR","title":null, | MachineAction is in the order
            "fileIdentifierType":"Sha1"  | "fileIdentifierType":"Sha512" | MachineAction.relatedFileInfo.fileIdentifierType is no
            "fileIdentifier":"2b3c",     | ``                     | MachineAction.relatedFileInfo.fileIdentifier is missing
            "key":"Path"       | "key":"path"        | MachineAction.commands[0].command.params[0].key is no
            "value":"C:\\\\x"  | "value":5           | MachineAction.commands[0].command.params[0].value is no
            {"key":"Path","value":"C:\\\\x"} | {"value":"v","key":"Path"} | MachineAction.commands[0].command.params[0] is in the order
            {"key":"Path","value":"C:\\\\x"} | null  | MachineAction.commands[0].command.params[0] is no
            "errors":["e"]     | "errors":[null]     | MachineAction.commands[0].errors[0] is no
            "errors":["e"]     | "errors":"e"        | MachineAction.commands[0].errors is no array
            "index":0,"startTime":null | "startTime":null,"index":0 | MachineAction.commands[0] is in the order
            "troubleshootInfo":null    | "troubleshootInfo":"off"   | MachineAction.troubleshootInfo is no
            """)
    void shouldNameTheFaultWhenOnePartIsWrong(String right, String wrong, String fault) {
        assertThat(ACTION).contains(right);

        assertThatThrownBy(() -> check(ACTION.replace(right, wrong)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(fault);
    }

    @Test
    void shouldFailWhenNothingIsThereToCheck() {
        assertThatThrownBy(() -> check(ACTION.replace("[\"e\"]", "[]"), "commands.errors"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("commands.errors");
    }

    private static void check(String body, String... filled) {
        Response answer = new ResponseBuilder()
                .setStatusCode(200)
                .setHeader(
                        "Content-Type", "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8")
                .setHeader("OData-Version", "4.0")
                .setHeader("X-Request-Id", "0e0c2f6e-5f27-4c7e-9a0a-8f2b8d7c1a22")
                .setBody(body)
                .build();
        AnswerCheck.entity(answer, "MachineActions", "MachineAction", filled);
    }
}
