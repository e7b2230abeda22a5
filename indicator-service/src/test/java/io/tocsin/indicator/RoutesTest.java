package io.tocsin.indicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.indicator.matching.MatchResource;
import io.tocsin.indicator.openapi.OpenApiResource;
import io.tocsin.indicator.registry.IndicatorResource;
import io.tocsin.testkit.OpenApiCheck;
import io.tocsin.testkit.RouteTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutesTest {

    private static final List<Class<?>> RESOURCES =
            List.of(IndicatorResource.class, MatchResource.class, OpenApiResource.class);

    @Test
    void shouldServeWhatTheTableOfRoutesSays() {
        assertThat(RouteTable.annotated(RESOURCES)).isEqualTo(RouteTable.declared("indicator-service"));
    }

    @Test
    void shouldSayHowItIsRepeatedWhenAPostIsOurOwn() {
        assertThat(RouteTable.withoutIdempotency(RESOURCES)).isEmpty();
    }

    @Test
    void shouldDescribeEveryRouteInItsOpenApiDocumentAndNoOther() {
        assertThat(OpenApiCheck.operations()).isEqualTo(RouteTable.declared("indicator-service"));
    }

    @Test
    void shouldGiveAnExampleOfEveryRequestAndAnswerThatIsOne() {
        assertThat(OpenApiCheck.faultsOfExamples()).isEmpty();
    }
}
