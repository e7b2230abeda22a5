package io.tocsin.indicator;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.testkit.AnswerCheck;
import org.junit.jupiter.api.Test;

/// Every entity and collection of the partner API this service answers, held against what `$metadata` declares.
@QuarkusTest
class AnswersTest extends ApiTest {

    private static final String FULL = """
            {"indicatorValue":"203.0.113.9","indicatorType":"IpAddress","action":"Audit","title":"C2","description":"d",
             "application":"feed","severity":"Low","category":1,"recommendedActions":"look","generateAlert":true,
             "expirationTime":"2031-01-01T00:00:00.5Z","rbacGroupNames":["Servers"],"rbacGroupIds":["7"],
             "mitreTechniques":["T1071"],"externalId":"x","additionalInfo":"i","lookBackPeriod":3}""";

    @Test
    void shouldAnswerIndicatorsAsDeclaredWhenSubmittedAndListed() {
        AnswerCheck.entity(with("Ti.ReadWrite.All").body(FULL).post("/api/indicators"), "Indicators", "Indicator");
        AnswerCheck.entity(
                with("Ti.ReadWrite.All")
                        .body(
                                "{\"indicatorValue\":\"203.0.113.10\",\"indicatorType\":\"IpAddress\",\"action\":\"Block\","
                                        + "\"title\":\"t\",\"description\":\"d\"}")
                        .post("/api/indicators"),
                "Indicators",
                "Indicator");
        AnswerCheck.collection(with("Ti.ReadWrite.All").get("/api/indicators"), "Indicators", "Indicator");
    }

    @Test
    void shouldAnswerImportResultsAsDeclaredWhenSomeFail() {
        AnswerCheck.collection(
                with("Ti.ReadWrite.All")
                        .body("{\"Indicators\":[" + FULL + ",{\"indicatorValue\":\"\"}]}")
                        .post("/api/indicators/import"),
                "Collection(microsoft.windowsDefenderATP.api.ImportIndicatorResult)",
                "ImportIndicatorResult");
    }
}
