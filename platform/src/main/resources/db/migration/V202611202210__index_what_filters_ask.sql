-- The properties callers filter by (contract 00 §4.1), each served by an index; docs/adr/010 says how they were chosen.
--
-- Not every one leads with the tenant: GIN and hash cannot, and both are as selective without it. Hash where a sender may
-- write a text longer than a B-tree takes. Partial where most rows hold one unremarkable value, so that they cost the
-- machines' constant updates and the bulk imports of indicators nothing.

create index alert_tenant_id_status_idx on alert (tenant_id, status);
create index alert_tenant_id_severity_idx on alert (tenant_id, severity);
create index alert_tenant_id_category_idx on alert (tenant_id, category);
create index alert_tenant_id_detection_source_idx on alert (tenant_id, detection_source);
create index alert_tenant_id_last_event_ticks_idx on alert (tenant_id, last_event_ticks);
create index alert_tenant_id_assigned_to_idx on alert (tenant_id, assigned_to) where assigned_to is not null;
create index alert_tenant_id_investigation_id_idx on alert (tenant_id, investigation_id) where investigation_id is not null;
create index alert_mitre_techniques_idx on alert using gin (mitre_techniques) where mitre_techniques <> '{}';

create index alert_evidence_sha1_idx on alert_evidence using hash (sha1) where sha1 is not null;
create index alert_evidence_sha256_idx on alert_evidence using hash (sha256) where sha256 is not null;
create index alert_evidence_file_name_idx on alert_evidence using hash (file_name) where file_name is not null;
create index alert_evidence_ip_address_idx on alert_evidence using hash (ip_address) where ip_address is not null;
create index alert_evidence_url_idx on alert_evidence using hash (url) where url is not null;
create index alert_evidence_account_name_idx on alert_evidence using hash (account_name) where account_name is not null;

create index incident_tenant_id_status_idx on incident (tenant_id, status, created_ticks desc, incident_id desc);
create index incident_tenant_id_assigned_to_idx on incident (tenant_id, assigned_to, created_ticks desc, incident_id desc)
    where assigned_to is not null;

-- As before, but for startswith too.
drop index machine_tenant_id_computer_dns_name_idx;
create index machine_tenant_id_computer_dns_name_idx on machine (tenant_id, lower(computer_dns_name) text_pattern_ops);
create index machine_tenant_id_aad_device_id_idx on machine (tenant_id, aad_device_id) where aad_device_id is not null;
create index machine_tenant_id_os_platform_idx on machine (tenant_id, os_platform);
create index machine_tenant_id_version_idx on machine (tenant_id, version);
create index machine_tenant_id_rbac_group_id_idx on machine (tenant_id, rbac_group_id);
create index machine_tenant_id_health_status_idx on machine (tenant_id, health_status) where health_status <> 'Active';
create index machine_tenant_id_onboarding_status_idx on machine (tenant_id, onboarding_status)
    where onboarding_status <> 'Onboarded';
create index machine_tenant_id_device_value_idx on machine (tenant_id, device_value) where device_value <> 'Normal';
create index machine_tenant_id_risk_score_idx on machine (tenant_id, risk_score) where risk_score <> 'None';
create index machine_tenant_id_exposure_level_idx on machine (tenant_id, exposure_level) where exposure_level <> 'None';
create index machine_last_ip_address_idx on machine using hash (last_ip_address);
create index machine_machine_tags_idx on machine using gin (machine_tags) where machine_tags <> '{}';

-- With the default order behind it: the newest of a kind are read off the index.
create index machine_action_tenant_id_status_idx on machine_action (tenant_id, status, creation_ticks desc, id desc);
create index machine_action_tenant_id_machine_id_idx on machine_action (tenant_id, machine_id, creation_ticks desc, id desc);
create index machine_action_tenant_id_type_idx on machine_action (tenant_id, type, creation_ticks desc, id desc);
create index machine_action_tenant_id_requestor_idx on machine_action (tenant_id, requestor, creation_ticks desc, id desc);

create index indicator_indicator_value_idx on indicator using hash (lower(indicator_value));
create index indicator_tenant_id_title_idx on indicator (tenant_id, title);
create index indicator_tenant_id_action_idx on indicator (tenant_id, action);
create index indicator_tenant_id_severity_idx on indicator (tenant_id, severity);
create index indicator_tenant_id_created_by_idx on indicator (tenant_id, created_by);
create index indicator_tenant_id_created_by_display_name_idx on indicator (tenant_id, created_by_display_name)
    where created_by_display_name is not null;
create index indicator_tenant_id_application_idx on indicator (tenant_id, application) where application is not null;
create index indicator_tenant_id_expiration_ticks_idx on indicator (tenant_id, expiration_ticks)
    where expiration_ticks is not null;
create index indicator_generate_alert_idx on indicator (tenant_id, id) where generate_alert;
create index indicator_rbac_group_names_idx on indicator using gin (rbac_group_names) where rbac_group_names <> '{}';
create index indicator_rbac_group_ids_idx on indicator using gin (rbac_group_ids) where rbac_group_ids <> '{}';
create index indicator_mitre_techniques_idx on indicator using gin (mitre_techniques) where mitre_techniques <> '{}';
