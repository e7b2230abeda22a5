package io.tocsin.response.library;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.odata.Answers;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CollectionBody;
import io.tocsin.wire.EntityBody;
import io.tocsin.wire.MaxBody;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.server.multipart.MultipartFormDataInput;

/// `/api/libraryfiles` (contract 30 §5.1).
@Path("/api/libraryfiles")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class LibraryResource {

    private static final int FORM = 64 * 1024;

    private final Library library;
    private final CurrentCaller caller;
    private final CallerUri uri;
    private final Answers answers;

    LibraryResource(Library library, CurrentCaller caller, CallerUri uri, Answers answers) {
        this.library = library;
        this.caller = caller;
        this.uri = uri;
        this.answers = answers;
    }

    @GET
    @Requires(Permission.LIBRARY_MANAGE)
    public CollectionBody<Object> list() {
        var query = answers.query(Library.MODEL);
        Library.Page page = library.list(caller.get().tenant(), query);
        return answers.page("LibraryFiles", query, page.files(), page.count());
    }

    @POST
    @Consumes({MediaType.MULTIPART_FORM_DATA, MediaType.WILDCARD})
    @Requires(Permission.LIBRARY_MANAGE)
    @MaxBody(Library.MOST_BYTES + FORM)
    public EntityBody<LibraryFileView> upload(MultipartFormDataInput form) {
        return new EntityBody<>(
                uri.context("LibraryFiles/$entity"), library.put(caller.get(), NewLibraryFile.of(form)));
    }

    @DELETE
    @Path("/{fileName}")
    @Requires(Permission.LIBRARY_MANAGE)
    public void remove(@PathParam("fileName") String fileName) {
        library.remove(caller.get(), fileName);
    }
}
