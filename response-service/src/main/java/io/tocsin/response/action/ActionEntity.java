package io.tocsin.response.action;

import io.tocsin.wire.WireTime;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.Immutable;

/// A row of `machine_action`, for reading.
@Entity
@Immutable
@Table(name = "machine_action")
@IdClass(ActionEntity.Key.class)
class ActionEntity {

    /// Named one by one: a `*` would change under a statement that is prepared already when a column is added.
    static final String COLUMNS = """
            tenant_id, id, type, title, requestor, requestor_comment, status, machine_id, computer_dns_name,
            creation_ticks, last_update_ticks, cancellation_requestor, cancellation_comment, cancellation_ticks,
            error_hresult, scope, external_id, request_source
            """;

    record Key(UUID tenantId, UUID id) implements Serializable {}

    @Id
    @Column(name = "tenant_id")
    UUID tenantId;

    @Id
    UUID id;

    String type;
    String title;
    String requestor;

    @Column(name = "requestor_comment")
    String requestorComment;

    String status;

    @Column(name = "machine_id")
    String machineId;

    @Column(name = "computer_dns_name")
    String computerDnsName;

    @Column(name = "creation_ticks")
    WireTime creationTime;

    @Column(name = "last_update_ticks")
    WireTime lastUpdateTime;

    @Column(name = "cancellation_requestor")
    String cancellationRequestor;

    @Column(name = "cancellation_comment")
    String cancellationComment;

    @Column(name = "cancellation_ticks")
    WireTime cancellationTime;

    @Column(name = "error_hresult")
    int errorHResult;

    String scope;

    @Column(name = "external_id")
    String externalId;

    @Column(name = "request_source")
    String requestSource;

    MachineActionView toView() {
        return new MachineActionView(
                id.toString(),
                type,
                title,
                requestor,
                requestorComment,
                status,
                machineId,
                computerDnsName,
                creationTime,
                lastUpdateTime,
                cancellationRequestor,
                cancellationComment,
                cancellationTime,
                errorHResult,
                scope,
                externalId,
                requestSource,
                null,
                List.of(),
                null);
    }
}
