-- An incident that is forgotten is looked for among what others point to.
drop index concurrently if exists incident_redirect_incident_id_idx;
create index concurrently incident_redirect_incident_id_idx on incident (redirect_incident_id) where redirect_incident_id is not null;
