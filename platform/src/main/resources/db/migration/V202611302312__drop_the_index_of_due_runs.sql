-- Nobody takes due runs of all tenants in one order any more (docs/adr/076), and each look at a run writes it.
drop index playbook_run_due_idx;
