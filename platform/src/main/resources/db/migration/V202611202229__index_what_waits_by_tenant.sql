-- Each tenant's waiting alerts, oldest first, whatever another tenant has waiting: alert_tenant_id_uncorrelated_idx, which a
-- later migration builds while alerts are written (docs/adr/031).
select 1;
