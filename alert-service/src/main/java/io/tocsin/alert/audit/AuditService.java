package io.tocsin.alert.audit;

import io.tocsin.odata.EntityModel;
import io.tocsin.odata.ODataQuery;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.UUID;

@ApplicationScoped
class AuditService {

    static final EntityModel ENTRIES = EntityModel.named("Audit")
            .entity(AuditView.class)
            .longNumber("id", "id")
            .time("time", "at_ticks")
            .string("service", "service")
            .string("actor", "actor")
            .string("permission", "permission")
            .string("action", "action")
            .string("target", "target")
            .string("requestId", "request_id")
            .required("id", "time", "service", "actor", "action", "target")
            .maxTop(1_000)
            .pageSize(1_000)
            .pagedByToken()
            .defaultOrder("change_xid desc, id desc")
            .build();

    static final EntityModel SEALS = EntityModel.named("AuditSeals")
            .entity(SealView.class)
            .longNumber("seq", "seq")
            .time("sealedTime", "sealed_ticks")
            .required("seq", "sealedTime")
            .maxTop(1_000)
            .pageSize(1_000)
            .defaultOrder("seq desc")
            .build();

    private final AuditRepository audit;

    AuditService(AuditRepository audit) {
        this.audit = audit;
    }

    @Transactional
    AuditPage entries(UUID tenant, ODataQuery query) {
        return audit.page(tenant, query, AuditCursor.of(query.skipToken()));
    }

    @Transactional
    List<SealView> seals(UUID tenant, ODataQuery query) {
        return audit.seals(tenant, query).stream().map(SealView::of).toList();
    }
}
