package io.tocsin.response.investigation;

/// How several indicators on one value decide on a machine, as parts of statements over `indicator i`.
final class Rulings {

    /// Whether an indicator counts on a machine: it is for all, or for the group the machine is in (contract 50 §6).
    private static final String COUNTS = """
            (i.expiration_ticks is null or i.expiration_ticks > ?)
                and (i.rbac_group_ids = '{}' and i.rbac_group_names = '{}' or exists (
                    select from machine m where m.tenant_id = i.tenant_id and m.id = %s
                        and (m.rbac_group_id::text = any(i.rbac_group_ids)
                            or lower(m.rbac_group_name) = any(array(select lower(name) from unnest(i.rbac_group_names) name)))))
            """;

    static final String LIMITED = "(i.rbac_group_ids <> '{}' or i.rbac_group_names <> '{}')";

    static final String ACTION =
            "case i.action when 'AlertAndBlock' then 'BlockAndRemediate' when 'Alert' then 'Audit' else i.action end";

    /// Which of several decides, as indicator-service has it (contract 50 §6): who acts before who watches, the
    /// stronger hash, the group's own, the narrower; then of files the block, of the network what is allowed.
    static final String PRECEDENCE = """
            order by i.action in ('Audit', 'Alert'),
                array_position(array['FileSha256', 'FileSha1', 'FileMd5'], i.indicator_type), %2$s desc,
                array_position(array['Url', 'DomainName', 'IpAddress'], i.indicator_type),
                case when i.indicator_type <> 'IpAddress' then length(i.match_value)
                    when pg_input_is_valid(i.match_value, 'inet') then masklen(i.match_value::inet) end desc,
                array_position(case when i.indicator_type like 'File%%' then array['BlockAndRemediate', 'Block', 'Warn', 'Allowed']
                    else array['Allowed', 'Warn', 'BlockAndRemediate', 'Block'] end, %1$s), i.id
            limit 1
            """.formatted(ACTION, LIMITED);

    private Rulings() {}

    /// Whether it counts on a machine. Its parameter, before any of the machine: the time.
    ///
    /// @param machine what the machine's id is read from
    static String counts(String machine) {
        return COUNTS.formatted(machine);
    }
}
