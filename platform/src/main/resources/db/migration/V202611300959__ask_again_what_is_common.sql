-- What comes late of days before one that alerts were linked on can make a value common on it: docs/adr/028.
create table alert_link_again (
    tenant_id uuid not null,
    kind text not null,
    value text not null,
    day int not null,
    after_alert_id text,
    constraint alert_link_again_pk primary key (tenant_id, kind, value, day)
);
comment on table alert_link_again is
    'Answers of alert_link_day to be looked at again, the newest of a value that was not common. Written by alert-service.';
comment on column alert_link_again.after_alert_id is
    'Null until that is done; then the value is common on the day, and the incidents of the alerts with it are taken apart, in the order of their ids, up to this one so far';
create index alert_link_again_day_idx on alert_link_again (day);

grant insert, update, delete on alert_link_again to ${alert_role};
