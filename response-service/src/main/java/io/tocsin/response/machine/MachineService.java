package io.tocsin.response.machine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.Log;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.odata.EntityModel;
import io.tocsin.odata.ODataQuery;
import io.tocsin.response.ResponseProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Machines of a tenant.
@ApplicationScoped
public class MachineService {

    static final EntityModel MODEL = EntityModel.named("Machines")
            .entity(MachineView.class)
            .caseInsensitiveString("computerDnsName", "computer_dns_name")
            .string("id", "id")
            .string("version", "version")
            .enumeration("deviceValue", "device_value", List.of("Normal", "Low", "High"))
            .guid("aadDeviceId", "aad_device_id")
            .strings("machineTags", "machine_tags")
            .time("lastSeen", "last_seen_ticks")
            .enumeration("exposureLevel", "exposure_level", List.of("None", "Low", "Medium", "High"))
            .enumeration(
                    "onboardingStatus",
                    "onboarding_status",
                    List.of("InsufficientInfo", "Onboarded", "CanBeOnboarded", "Unsupported"))
            .string("lastIpAddress", "last_ip_address")
            .enumeration(
                    "healthStatus",
                    "health_status",
                    List.of(
                            "Active",
                            "Inactive",
                            "ImpairedCommunication",
                            "NoSensorData",
                            "NoSensorDataImpairedCommunication",
                            "Unknown"))
            .string("osPlatform", "os_platform")
            .enumeration("riskScore", "risk_score", List.of("None", "Informational", "Low", "Medium", "High"))
            .longNumber("rbacGroupId", "rbac_group_id")
            .required(
                    "id",
                    "deviceValue",
                    "exposureLevel",
                    "onboardingStatus",
                    "healthStatus",
                    "riskScore",
                    "rbacGroupId")
            .defaultOrder("id")
            .build();

    record Page(List<MachineView> machines, Long count) {}

    private final MachineRepository machines;
    private final DeviceScopes scopes;
    private final ObjectMapper json;

    MachineService(MachineRepository machines, DeviceScopes scopes, ObjectMapper json) {
        this.machines = machines;
        this.scopes = scopes;
        this.json = json;
    }

    @Transactional
    Page list(Caller caller, ODataQuery query) {
        DeviceScope scope = scopes.of(caller);
        List<MachineView> page = machines.page(caller.tenant(), scope, query).stream()
                .map(this::view)
                .toList();
        return new Page(page, query.countWanted() ? machines.count(caller.tenant(), scope, query) : null);
    }

    @Transactional
    long count(Caller caller, ODataQuery query) {
        return machines.count(caller.tenant(), scopes.of(caller), query);
    }

    /// By id, directory device id or name.
    ///
    /// @throws ProblemException 400 when several machines claim the directory id or the name
    /// @throws ProblemException 404 when there is no such machine in the caller's reach
    @Transactional
    public MachineView get(Caller caller, String key) {
        return find(caller, key)
                .orElseThrow(() ->
                        new ProblemException(ResponseProblem.MACHINE_NOT_FOUND, "Machine " + key + " was not found"));
    }

    /// The machines of these keys, in their order, each as [#get] reads it.
    ///
    /// @throws ProblemException 404 when one is not in the caller's reach
    @Transactional
    List<MachineView> all(Caller caller, List<String> keys) {
        Map<String, MachineView> found = byKey(caller, keys);
        return keys.stream()
                .map(key -> Optional.ofNullable(found.get(key))
                        .orElseThrow(() -> new ProblemException(
                                ResponseProblem.MACHINE_NOT_FOUND, "Machine " + key + " was not found")))
                .toList();
    }

    /// Those of these keys that are in the caller's reach, each as [#get] reads it, by key; ids, which most are, by one
    /// statement.
    @Transactional
    public Map<String, MachineView> byKey(Caller caller, Collection<String> keys) {
        Map<String, MachineView> byId = machines
                .byIds(
                        caller.tenant(),
                        scopes.of(caller),
                        keys.stream()
                                .map(key -> key.strip().toLowerCase(Locale.ROOT))
                                .toList())
                .stream()
                .map(this::view)
                .collect(Collectors.toMap(MachineView::id, Function.identity()));
        var found = new HashMap<String, MachineView>();
        for (String key : keys) {
            MachineView machine = byId.get(key.strip().toLowerCase(Locale.ROOT));
            Optional.ofNullable(machine).or(() -> find(caller, key)).ifPresent(it -> found.put(key, it));
        }
        return found;
    }

    /// The same, where it is no fault that there is none.
    @Transactional
    public Optional<MachineView> find(Caller caller, String key) {
        return machines.find(caller.tenant(), scopes.of(caller), key).map(this::view);
    }

    /// Its agent has gone for good: nothing can be done there until it is enrolled again.
    @Transactional
    public void offboard(UUID tenant, String machineId) {
        machines.offboard(tenant, machineId);
    }

    /// The accounts that were active on a machine.
    @Transactional
    List<LogonUserView> logonUsers(Caller caller, String key) {
        return machines.logonUsers(caller.tenant(), get(caller, key).id());
    }

    /// The machines that have seen something.
    @Transactional
    Page listOf(Caller caller, MachineSelection selection, ODataQuery query) {
        DeviceScope scope = scopes.of(caller);
        List<MachineView> page = machines.page(caller.tenant(), scope, selection, query).stream()
                .map(this::view)
                .toList();
        return new Page(page, query.countWanted() ? machines.count(caller.tenant(), scope, selection, query) : null);
    }

    /// The machine an alert is on.
    ///
    /// @throws ProblemException 404 when there is no such alert in reach, or it is on no machine
    @Transactional
    MachineView ofAlert(Caller caller, String alert) {
        String machine = machines.machineOfAlert(caller.tenant(), scopes.of(caller), alert)
                .orElseThrow(() ->
                        new ProblemException(ResponseProblem.ALERT_NOT_FOUND, "Alert " + alert + " was not found"))
                .machineId()
                .orElseThrow(() -> new ProblemException(
                        ResponseProblem.MACHINE_NOT_FOUND, "There is no Machine related to alert " + alert));
        return get(caller, machine);
    }

    /// Makes the machine or brings it up to date; called in the agent's own transaction.
    @Transactional
    public void checkIn(UUID tenant, String id, CheckIn checkIn) {
        machines.checkIn(tenant, id, checkIn, WireTime.now().ticks());
        UUID device = checkIn.aadDeviceId();
        if (device != null && !machines.claim(tenant, id, device)) {
            Log.warnf(
                    "A machine claims a directory id that another onboarded one has; it does not get it: tenant=%s machine=%s aadDeviceId=%s",
                    tenant, id, device);
        }
    }

    @Transactional
    int forgetAddresses(int day, int most) {
        return machines.forgetAddresses(day, most);
    }

    @Transactional
    int takeSightings(int most) {
        return machines.takeSightings(most);
    }

    private MachineView view(MachineEntity it) {
        try {
            return new MachineView(
                    it.id,
                    it.mergedIntoMachineId,
                    it.potentialDuplication,
                    it.excluded,
                    it.exclusionReason,
                    it.computerDnsName,
                    it.firstSeen,
                    it.lastSeen,
                    it.osPlatform,
                    null,
                    it.osProcessor,
                    it.version,
                    it.lastIpAddress,
                    it.lastExternalIpAddress,
                    it.agentVersion,
                    it.osBuild,
                    it.healthStatus,
                    it.deviceValue,
                    it.rbacGroupId,
                    it.rbacGroupName,
                    it.riskScore,
                    it.exposureLevel,
                    it.aadJoined,
                    it.aadDeviceId,
                    it.machineTags,
                    it.onboardingStatus,
                    it.osArchitecture,
                    it.managedBy,
                    it.managedByStatus,
                    MachineIpAddress.listOf(json.readTree(it.ipAddresses)),
                    null);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database holds broken JSON", impossible);
        }
    }
}
