package io.tocsin.alert.story;

import io.smallrye.common.annotation.RunOnVirtualThread;
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

/// `/v1/alerts/{id}/story` (docs/api.md).
@Path("/v1/alerts/{id}")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
public class AlertStoryResource {

    private final Storyteller stories;
    private final CurrentCaller caller;

    AlertStoryResource(Storyteller stories, CurrentCaller caller) {
        this.stories = stories;
        this.caller = caller;
    }

    /// The story of one alert alone.
    @GET
    @Path("story")
    @Requires(Permission.ALERT_READ)
    public IncidentStory tell(@PathParam("id") String id, @QueryParam("timeline") String timeline) {
        return stories.ofAlert(caller.get(), id, timeline);
    }

    /// The same as a picture.
    @GET
    @Path("story.svg")
    @Produces(StoryPicture.MEDIA_TYPE)
    @Requires(Permission.ALERT_READ)
    public Response draw(@PathParam("id") String id) {
        return StoryPicture.answer(stories.wholeOfAlert(caller.get(), id));
    }

    /// Children of a process that the story leaves out.
    @GET
    @Path("story/processes")
    @Requires(Permission.ALERT_READ)
    public IncidentStory.Branch branch(
            @PathParam("id") String id,
            @QueryParam("machineId") String machineId,
            @QueryParam("root") String root,
            @QueryParam("after") String after) {
        return stories.branchOfAlert(
                caller.get(), id, BranchQuery.of(caller.get().tenant(), machineId, root, after, AlertCursor.START));
    }
}
