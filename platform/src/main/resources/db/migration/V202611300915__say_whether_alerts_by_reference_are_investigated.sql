alter table investigation_policy add column by_reference boolean not null default true;
comment on column investigation_policy.by_reference is 'Whether each alert made by reference is investigated, beside what the policies ask for';
