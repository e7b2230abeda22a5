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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/// `/v1/incidents/{id}/story` (docs/api.md).
@Path("/v1/incidents")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
public class StoryResource {

    private final Storyteller stories;
    private final CurrentCaller caller;

    StoryResource(Storyteller stories, CurrentCaller caller) {
        this.stories = stories;
        this.caller = caller;
    }

    /// The story of one incident; a merged one answers the story of the incident it went into.
    @GET
    @Path("{id}/story")
    @Requires(Permission.INCIDENT_READ)
    public IncidentStory tell(
            @PathParam("id") String id, @QueryParam("alerts") String alerts, @QueryParam("timeline") String timeline) {
        return stories.ofIncident(caller.get(), IncidentId.of(id), AlertCursor.of(alerts), timeline);
    }

    /// The same as a picture.
    @GET
    @Path("{id}/story.svg")
    @Produces(StoryPicture.MEDIA_TYPE)
    @Requires(Permission.INCIDENT_READ)
    public Response draw(@PathParam("id") String id) {
        return StoryPicture.answer(stories.wholeOfIncident(caller.get(), IncidentId.of(id)));
    }

    /// Children of a process that the story leaves out.
    @GET
    @Path("{id}/story/processes")
    @Requires(Permission.INCIDENT_READ)
    public IncidentStory.Branch branch(
            @PathParam("id") String id,
            @QueryParam("machineId") String machineId,
            @QueryParam("root") String root,
            @QueryParam("after") String after,
            @QueryParam("alerts") String alerts) {
        return stories.branchOfIncident(
                caller.get(),
                IncidentId.of(id),
                BranchQuery.of(caller.get().tenant(), machineId, root, after, AlertCursor.of(alerts)));
    }
}
