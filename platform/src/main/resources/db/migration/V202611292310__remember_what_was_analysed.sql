alter table investigation add column analysed_alerts int;
comment on column investigation.analysed_alerts is 'How many alerts belonged to it when its evidence was last looked at; it does not end while one has joined since';
