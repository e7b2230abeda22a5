package io.tocsin.alert.story;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.alert.incident.IncidentId;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// `/v1/incidents/{id}/story` (docs/api.md).
@Path("/v1/incidents")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
public class StoryResource {

    private final StoryService stories;
    private final CurrentCaller caller;

    StoryResource(StoryService stories, CurrentCaller caller) {
        this.stories = stories;
        this.caller = caller;
    }

    /// The story of one incident; a merged one answers the story of the incident it went into.
    @GET
    @Path("{id}/story")
    @Requires(Permission.INCIDENT_READ)
    public IncidentStory tell(@PathParam("id") String id) {
        return stories.tell(caller.get(), IncidentId.of(id));
    }
}
