package io.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.alert.audit.AuditResource;
import io.tocsin.alert.correlation.IncidentMoveResource;
import io.tocsin.alert.detection.DetectionResource;
import io.tocsin.alert.entity.AlertEntityResource;
import io.tocsin.alert.entity.DomainResource;
import io.tocsin.alert.entity.FileResource;
import io.tocsin.alert.entity.IpResource;
import io.tocsin.alert.entity.MachineAlertResource;
import io.tocsin.alert.entity.UserResource;
import io.tocsin.alert.feed.FeedResource;
import io.tocsin.alert.incident.IncidentResource;
import io.tocsin.alert.ingest.AlertIntakeResource;
import io.tocsin.alert.investigation.InvestigationPolicyResource;
import io.tocsin.alert.investigation.ManualInvestigationResource;
import io.tocsin.alert.mapping.MappingResource;
import io.tocsin.alert.metadata.MetadataResource;
import io.tocsin.alert.metadata.OpenApiResource;
import io.tocsin.alert.retrohunt.RetroHuntResource;
import io.tocsin.alert.story.AlertStoryResource;
import io.tocsin.alert.story.StoryResource;
import io.tocsin.alert.telemetry.EventResource;
import io.tocsin.alert.token.DiscoveryResource;
import io.tocsin.alert.token.TokenResource;
import io.tocsin.alert.triage.AlertResource;
import io.tocsin.alert.webhook.WebhookResource;
import io.tocsin.testkit.OpenApiCheck;
import io.tocsin.testkit.RouteTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutesTest {

    private static final List<Class<?>> RESOURCES = List.of(
            AlertResource.class,
            AlertEntityResource.class,
            AlertStoryResource.class,
            AuditResource.class,
            MappingResource.class,
            MetadataResource.class,
            AlertIntakeResource.class,
            DetectionResource.class,
            DiscoveryResource.class,
            DomainResource.class,
            EventResource.class,
            FileResource.class,
            IncidentMoveResource.class,
            FeedResource.class,
            IncidentResource.class,
            InvestigationPolicyResource.class,
            ManualInvestigationResource.class,
            IpResource.class,
            MachineAlertResource.class,
            OpenApiResource.class,
            RetroHuntResource.class,
            StoryResource.class,
            TokenResource.class,
            UserResource.class,
            WebhookResource.class);

    @Test
    void shouldServeWhatTheTableOfRoutesSays() {
        assertThat(RouteTable.annotated(RESOURCES)).isEqualTo(RouteTable.declared("alert-service"));
    }

    @Test
    void shouldSayHowItIsRepeatedWhenAPostIsOurOwn() {
        assertThat(RouteTable.withoutIdempotency(RESOURCES)).isEmpty();
    }

    @Test
    void shouldDescribeEveryRouteInItsOpenApiDocumentAndNoOther() {
        assertThat(OpenApiCheck.operations()).isEqualTo(RouteTable.declared("alert-service"));
    }

    @Test
    void shouldGiveAnExampleOfEveryRequestAndAnswerThatIsOne() {
        assertThat(OpenApiCheck.faultsOfExamples()).isEmpty();
    }
}
