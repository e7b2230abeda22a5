package io.tocsin.response;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.response.action.FileResource;
import io.tocsin.response.action.MachineActionResource;
import io.tocsin.response.action.ManyActionsResource;
import io.tocsin.response.agent.AgentResource;
import io.tocsin.response.devicegroup.DeviceGroupResource;
import io.tocsin.response.feed.FeedResource;
import io.tocsin.response.investigation.InvestigationResource;
import io.tocsin.response.investigation.OpenInvestigationResource;
import io.tocsin.response.investigation.QuarantineResource;
import io.tocsin.response.investigation.RemediationResource;
import io.tocsin.response.investigation.StartInvestigationResource;
import io.tocsin.response.library.LibraryResource;
import io.tocsin.response.machine.FindMachinesResource;
import io.tocsin.response.machine.MachineInventoryResource;
import io.tocsin.response.machine.MachineResource;
import io.tocsin.response.machine.RelatedMachineResource;
import io.tocsin.response.openapi.OpenApiResource;
import io.tocsin.response.playbook.PlaybookResource;
import io.tocsin.response.playbook.RunResource;
import io.tocsin.testkit.OpenApiCheck;
import io.tocsin.testkit.RouteTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutesTest {

    private static final List<Class<?>> RESOURCES = List.of(
            MachineResource.class,
            MachineInventoryResource.class,
            FindMachinesResource.class,
            RelatedMachineResource.class,
            MachineActionResource.class,
            ManyActionsResource.class,
            FileResource.class,
            LibraryResource.class,
            InvestigationResource.class,
            StartInvestigationResource.class,
            OpenInvestigationResource.class,
            RemediationResource.class,
            QuarantineResource.class,
            PlaybookResource.class,
            RunResource.class,
            FeedResource.class,
            AgentResource.class,
            DeviceGroupResource.class,
            OpenApiResource.class);

    @Test
    void shouldServeWhatTheTableOfRoutesSays() {
        assertThat(RouteTable.annotated(RESOURCES)).isEqualTo(RouteTable.declared("response-service"));
    }

    @Test
    void shouldSayHowItIsRepeatedWhenAPostIsOurOwn() {
        assertThat(RouteTable.withoutIdempotency(RESOURCES)).isEmpty();
    }

    @Test
    void shouldDescribeEveryRouteInItsOpenApiDocumentAndNoOther() {
        assertThat(OpenApiCheck.operations()).isEqualTo(RouteTable.declared("response-service"));
    }

    @Test
    void shouldGiveAnExampleOfEveryRequestAndAnswerThatIsOne() {
        assertThat(OpenApiCheck.faultsOfExamples()).isEmpty();
    }
}
