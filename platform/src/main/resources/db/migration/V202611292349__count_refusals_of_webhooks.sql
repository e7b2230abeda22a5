-- A change becomes a dead letter when its target refused it so often, whatever else failed in between (docs/adr/035).
alter table webhook add column refused_change bigint, add column refusals int not null default 0;
comment on column webhook.refused_change is 'The change its target refused last when it was sent alone';
comment on column webhook.refusals is 'How often it refused that change alone';
