package io.tocsin.indicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.indicator.feed.IndicatorFeedResource;
import io.tocsin.indicator.matching.MatchResource;
import io.tocsin.indicator.openapi.OpenApiResource;
import io.tocsin.indicator.registry.IndicatorResource;
import io.tocsin.indicator.registry.ManagementResource;
import io.tocsin.indicator.registry.TransferResource;
import io.tocsin.indicator.registry.WarningResource;
import io.tocsin.indicator.sighting.SightingResource;
import io.tocsin.indicator.source.SourceResource;
import io.tocsin.indicator.taxii.TaxiiResource;
import io.tocsin.testkit.OpenApiCheck;
import io.tocsin.testkit.RouteTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutesTest {

    private static final List<Class<?>> RESOURCES = List.of(
            IndicatorResource.class,
            ManagementResource.class,
            TransferResource.class,
            WarningResource.class,
            SightingResource.class,
            SourceResource.class,
            MatchResource.class,
            TaxiiResource.class,
            IndicatorFeedResource.class,
            OpenApiResource.class);

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
