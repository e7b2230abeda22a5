#!/bin/bash
# Run once by the image, on an empty volume: the owner, the group roles of the migrations, and a login for every service.
# The same statements, for your own PostgreSQL, are in the chart's README.md.
set -euo pipefail
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username=postgres \
  --set=owner="$TOCSIN_OWNER_PASSWORD" --set=alert="$TOCSIN_ALERT_PASSWORD" \
  --set=response="$TOCSIN_RESPONSE_PASSWORD" --set=indicator="$TOCSIN_INDICATOR_PASSWORD" <<'SQL'
create role tocsin_owner login password :'owner';
create role tocsin_alert nologin;
create role tocsin_response nologin;
create role tocsin_indicator nologin;
create role alert_service login password :'alert' in role tocsin_alert;
create role response_service login password :'response' in role tocsin_response;
create role indicator_service login password :'indicator' in role tocsin_indicator;
alter role alert_service set statement_timeout = '30s';
alter role response_service set statement_timeout = '30s';
alter role indicator_service set statement_timeout = '30s';
alter role alert_service set idle_in_transaction_session_timeout = '5s';
alter role response_service set idle_in_transaction_session_timeout = '5s';
alter role indicator_service set idle_in_transaction_session_timeout = '5s';
create database tocsin owner tocsin_owner;
SQL
