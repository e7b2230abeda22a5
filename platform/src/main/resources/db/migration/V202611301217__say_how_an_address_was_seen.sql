comment on column entity_sighting.labels is 'Names of the file, logon types of the account, how the address was seen (opened, came); at most eight';
