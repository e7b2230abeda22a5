-- The alerts of a domain, whoever wrote the evidence and in whatever case (docs/adr/026). Hash, as its neighbours, since a
-- sender may write texts longer than a B-tree takes.
drop index concurrently if exists alert_evidence_url_host_idx;
create index concurrently alert_evidence_url_host_idx on alert_evidence using hash (url_host(url)) where url is not null;
