alter table alert add column made_by text[];
comment on column alert.made_by is 'The people and applications that made it by reference: who asks for an investigation does not approve what it proposes (docs/adr/080)';
