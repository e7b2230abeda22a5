package io.tocsin.response.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.wire.WireTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Playbooks as CACAO has them, there and back (docs/adr/052, 077).
class CacaoTest {

    private static final ObjectMapper JSON =
            new ObjectMapper().configure(com.fasterxml.jackson.core.JsonParser.Feature.ALLOW_SINGLE_QUOTES, true);

    /// Definitions of all types of steps, linked in every way there is.
    @Test
    void shouldTakeBackWholeWhateverItGave() {
        for (int seed = 0; seed < 500; seed++) {
            ObjectNode definition = drawn(new Random(seed));
            Definition.read(definition); // it is one

            ExportedPlaybook given = new Cacao().write(playbook(definition));
            Cacao.Imported taken = new Cacao().read(json(given.playbook().toString()));

            assertThat(taken.request().definition()).as("seed %d", seed).isEqualTo(definition);
            assertThat(taken.losses()).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void shouldSayLiveResponsesAndInvestigationsAsCallsOfThePartnerApiAndWhatIsLost() {
        ExportedPlaybook given = new Cacao().write(playbook(json("""
                {'start':'look','steps':{
                'look':{'type':'LiveResponse','machineId':'m','comment':'Triage','next':'judge','commands':[
                    {'type':'GetFile','params':[{'key':'Path','value':'C:\\\\a.log'}]}]},
                'judge':{'type':'StartInvestigation','machineId':'m','wait':false}}}""")));

        JsonNode look = given.playbook()
                .path("workflow")
                .path(key(given.playbook(), "look"))
                .at("/commands/0");
        assertThat(look.path("type").asText()).isEqualTo("http-api");
        assertThat(look.path("command").asText()).isEqualTo("POST /api/machines/m/runliveresponse HTTP/1.1");
        assertThat(json(look.path("content").asText())).isEqualTo(json("""
                {'Comment':'Triage','Commands':[{'type':'GetFile','params':[{'key':'Path','value':'C:\\\\a.log'}]}]}"""));
        JsonNode judge = given.playbook()
                .path("workflow")
                .path(key(given.playbook(), "judge"))
                .at("/commands/0");
        assertThat(judge.path("command").asText()).isEqualTo("POST /api/machines/m/startInvestigation HTTP/1.1");
        assertThat(judge.path("content").asText()).isEqualTo("{\"Comment\":\"judge\"}");
        assertThat(given.losses()).containsExactly("look: CACAO does not say that it waits for the result");
    }

    @Test
    void shouldTakeWhatTheReleaseBeforeGave() {
        ObjectNode definition = (ObjectNode) json("""
                {'start':'ask','steps':{'ask':{'type':'Approval','message':'m','next':'if','onRejected':'no','onTimeout':'late'},
                'if':{'type':'If','condition':{'value':'1','operator':'Exists'},'then':'no','next':'late'},
                'no':{'type':'Wait','duration':'PT1S'},'late':{'type':'Wait','duration':'PT2S'}}}""");
        ObjectNode document =
                (ObjectNode) new Cacao().write(playbook(definition)).playbook();
        document.path("workflow").forEach(step -> {
            if (step.has("step_extensions")) {
                ((ObjectNode) step.get("step_extensions"))
                        .set(
                                Cacao.EXTENSION,
                                definition.path("steps").get(step.path("name").asText()));
            }
        });

        assertThat(new Cacao().read(document).request().definition()).isEqualTo(definition);
    }

    @Test
    void shouldGoWhereCacaosWordsLeadWhenSomebodyHasChangedThem() {
        ObjectNode document =
                (ObjectNode) new Cacao().write(playbook(json("""
                        {'start':'a','steps':{'a':{'type':'Http','method':'GET','url':'https://x.example','next':'b','onTimeout':'c'},
                        'b':{'type':'Wait','duration':'PT1S'},'c':{'type':'Wait','duration':'PT2S'}}}"""))).playbook();
        String c = key(document, "c");
        ((ObjectNode) document.path("workflow").path(key(document, "a"))).put("on_success", c);

        Cacao.Imported taken = new Cacao().read(document);

        assertThat(taken.request().definition().at("/steps/a/next").asText()).isEqualTo("c");
        assertThat(taken.request().definition().at("/steps/a/onTimeout").asText())
                .isEqualTo("c");
        assertThat(taken.losses())
                .anyMatch(loss -> loss.equals("a: where it leads was changed in CACAO's words, which lead"))
                .anyMatch(loss -> loss.equals(key(document, "b") + ": nothing that is read leads to it"));
    }

    @Test
    void shouldGoOnAfterEitherBranchOfOthers() {
        Cacao.Imported taken = new Cacao().read(document("""
                'if-condition--1':{'type':'if-condition','name':'is it','condition':"__kind__:value = 'mail'",'on_true':'action--1',
                    'on_false':'action--2','on_completion':'action--3','on_failure':'action--3'},
                'action--1':{'type':'action','name':'yes','commands':[{'type':'manual','command':'Y'}],'on_completion':'end--1'},
                'action--2':{'type':'action','name':'no','commands':[{'type':'manual','command':'N'}],'on_completion':'end--1'},
                'action--3':{'type':'action','name':'then','commands':[{'type':'manual','command':'T'}],'on_completion':'end--1'},"""));

        JsonNode steps = taken.request().definition().path("steps");
        String inner = steps.at("/is-it/branches/0").asText();
        assertThat(steps.at("/is-it/type").asText()).isEqualTo("Parallel");
        assertThat(steps.at("/is-it/next").asText()).isEqualTo("then");
        assertThat(steps.at("/is-it/onFailure").asText()).isEqualTo("then");
        assertThat(steps.path(inner).path("type").asText()).isEqualTo("If");
        assertThat(steps.path(inner).path("then").asText()).isEqualTo("yes");
        assertThat(steps.path(inner).path("otherwise").asText()).isEqualTo("no");
        assertThat(steps.path(inner).at("/condition/value").asText()).isEqualTo("${trigger.kind}");
        Definition.read(taken.request().definition());
    }

    @Test
    void shouldLeadToWhatFollowsOnceWhereBranchesOfOthersLeadThere() {
        Cacao.Imported taken = new Cacao().read(document("""
                'if-condition--1':{'type':'if-condition','name':'is','condition':"__kind__:value = 'mail'",'on_true':'action--1',
                    'on_completion':'action--3'},
                'action--1':{'type':'action','name':'yes','commands':[{'type':'manual','command':'Y'}],'on_completion':'action--3'},
                'action--3':{'type':'action','name':'then','commands':[{'type':'manual','command':'T'}],'on_completion':'end--1'},"""));

        JsonNode is = taken.request().definition().at("/steps/is");
        assertThat(is.path("type").asText()).isEqualTo("If");
        assertThat(is.path("then").asText()).isEqualTo("yes");
        assertThat(is.path("next").asText()).isEqualTo("then");
    }

    @Test
    void shouldTakeHeadersAndTimesOfOthersAndNameEverythingElse() {
        ObjectNode document = document("""
                'if-condition--1':{'type':'action','name':'call','description':'D','delay':5000,'timeout':60000,'targets':['t'],
                    'agent':'x','step_variables':{'__a__':{'type':'string'}},'in_args':['__a__'],'owner':'o',
                    'commands':[{'type':'http-api','command':'POST https://x.example/a HTTP/1.1','content_b64':'aGk=','version':'1',
                    'headers':{'X-A':['1','2'],'Authorization':['Bearer abc'],'Host':['y'],'X-B':['__a__:value']}}],'on_completion':'action--1'},
                'action--1':{'type':'action','name':'call','timeout':1,'commands':[{'type':'manual','command':'Do','content':'c'}]},
                'a':{'type':'action','name':'lost','commands':[]},""");
        document.put("severity", 70).put("revoked", true);
        document.putObject("agent_definitions").putObject("x").put("type", "individual");

        Cacao.Imported taken = new Cacao().read(document);

        JsonNode call = taken.request().definition().at("/steps/call");
        assertThat(call)
                .isEqualTo(json("""
                {'type':'Http','method':'POST','url':'https://x.example/a','body':'hi','headers':{'X-A':'1, 2','X-B':'__a__:value'},
                'description':'D','timeout':'PT1M','next':'call-action1'}""".replace("call-action1", call.path("next").asText())));
        assertThat(taken.losses())
                .contains(
                        "call: delay means nothing here",
                        "call: targets means nothing here",
                        "call: agent means nothing here",
                        "call: step_variables means nothing here",
                        "call: in_args means nothing here",
                        "call: owner means nothing here",
                        "call: version of its command means nothing here",
                        "call: variables of its command are sent as they are written",
                        "call: header Authorization is left out; make a secret of it and name that (${secret.…})",
                        "call: header Host cannot be set here",
                        "a: nothing that is read leads to it",
                        "severity: means nothing here",
                        "revoked: means nothing here",
                        "agent_definitions: means nothing here")
                .anyMatch(loss -> loss.endsWith("its timeout is not between a second and thirty days"))
                .anyMatch(loss -> loss.endsWith("content of its command is not told to the person"));
    }

    @Test
    void shouldTakeTextsOfOthersThatLookLikeReferencesAsTexts() {
        Cacao.Imported taken = new Cacao().read(document("""
                'if-condition--1':{'type':'action','name':'shell','commands':[{'type':'bash','command':'ls ${HOME}'}],'on_completion':'action--2'},
                'action--2':{'type':'action','name':'call','commands':[{'type':'http-api','command':'POST https://x.example/a HTTP/1.1','content':'${user}'}]},"""));

        JsonNode steps = taken.request().definition().path("steps");
        assertThat(steps.at("/shell/message").asText()).isEqualTo("ls $ {HOME}");
        assertThat(steps.at("/call/body").asText()).isEqualTo("$ {user}");
        assertThat(taken.losses())
                .contains("call: ${…} of its command would be a reference here, and is written $ {…}");
        Definition.read(taken.request().definition()).requireReferences();
    }

    /// Its keys are shorter than what is cut from longer ones.
    @Test
    void shouldTakeShortKeysOfStepsOfOneName() {
        ObjectNode document = (ObjectNode) json("""
                {'type':'playbook','spec_version':'cacao-2.0','name':'n','workflow_start':'s','workflow':{'s':{'type':'start','on_completion':'a'},
                'a':{'type':'action','name':'x','commands':[{'type':'manual','command':'A'}],'on_completion':'b'},
                'b':{'type':'action','name':'x','commands':[{'type':'manual','command':'B'}],'on_completion':'-'},
                '-':{'type':'action','name':'x','commands':[{'type':'manual','command':'C'}]}}}""");

        JsonNode steps = new Cacao().read(document).request().definition().path("steps");

        assertThat(steps).hasSize(3);
        assertThat(steps.at("/x/next").asText()).isEqualTo("x-b");
    }

    private static ObjectNode document(String steps) {
        return (ObjectNode) json("""
                {'type':'playbook','spec_version':'cacao-2.0','name':'Foreign','workflow_start':'start--1',
                'workflow':{'start--1':{'type':'start','on_completion':'if-condition--1'},""" + steps + "'end--1':{'type':'end'}}}");
    }

    private static String key(JsonNode document, String name) {
        return document.path("workflow").properties().stream()
                .filter(step -> step.getValue().path("name").asText().equals(name))
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    private static PlaybookView playbook(JsonNode definition) {
        WireTime now = WireTime.now();
        return new PlaybookView(
                "4b1e2c9a-8f3d-4a61-9c75-1d2e3f405162",
                "P",
                null,
                true,
                1,
                "a",
                now,
                "a",
                now,
                0,
                null,
                null,
                null,
                definition);
    }

    /// A step leads only to later ones, so that there are no circles; what is not reached is left out.
    private static ObjectNode drawn(Random random) {
        int most = 1 + random.nextInt(12);
        var names = new ArrayList<String>();
        for (int i = 0; i < most; i++) {
            names.add(("s" + i + "-" + "long_".repeat(13)).substring(0, 3 + random.nextInt(62)));
        }
        List<String> unique = names.stream().distinct().toList();
        var steps = new ArrayList<ObjectNode>();
        for (int i = 0; i < unique.size(); i++) {
            steps.add(step(random, unique.subList(i + 1, unique.size())));
        }
        ObjectNode definition = JsonNodeFactory.instance.objectNode().put("start", unique.getFirst());
        ObjectNode reached = definition.putObject("steps");
        reach(unique.getFirst(), unique, steps, reached);
        if (random.nextBoolean()) {
            definition.put("timeout", "P" + (1 + random.nextInt(30)) + "D");
        }
        if (random.nextBoolean()) {
            definition.putArray("triggers");
        } else if (random.nextBoolean()) {
            definition.putArray("triggers").addObject().put("type", "Schedule").put("every", "PT1H");
        }
        return definition;
    }

    private static void reach(String name, List<String> names, List<ObjectNode> steps, ObjectNode reached) {
        if (reached.has(name)) {
            return;
        }
        ObjectNode step = steps.get(names.indexOf(name));
        reached.set(name, step);
        for (String link : Step.LINKS) {
            if (step.has(link)) {
                reach(step.get(link).asText(), names, steps, reached);
            }
        }
        step.path("branches").forEach(branch -> reach(branch.asText(), names, steps, reached));
    }

    private static ObjectNode step(Random random, List<String> later) {
        var types = new ArrayList<>(List.of(StepType.values()));
        if (later.isEmpty()) {
            types.removeAll(List.of(StepType.ForEach, StepType.Parallel));
        }
        StepType type = types.get(random.nextInt(types.size()));
        ObjectNode step = JsonNodeFactory.instance.objectNode().put("type", type.name());
        switch (type) {
            case Action -> step.put("action", "Isolate").put("machineId", "${trigger.machineId}");
            case LiveResponse -> step.put("machineId", "${trigger.machineId}").set("commands", json("""
                        [{'type':'RunScript','params':[{'key':'ScriptName','value':'a.ps1'},{'key':'Args','value':'${item}'}]}]"""));
            case StartInvestigation -> step.put("machineId", "m").put("wait", random.nextBoolean());
            case Approval -> step.put("message", "Go on?");
            case Http -> {
                step.put("method", "POST").put("url", "https://x.example/a b");
                step.putObject("headers").put("Authorization", "Bearer ${secret.k}");
                step.putObject("body").put("a", random.nextInt());
            }
            case Indicator ->
                step.put("value", "bad.example")
                        .put("indicatorType", "DomainName")
                        .put("action", "Block")
                        .put("title", "t")
                        .put("expiresInDays", 3);
            case UpdateAlert -> step.put("alertId", "${trigger.alertId}").put("status", "Resolved");
            case FindMachines -> step.put("kind", "Domain").put("value", "bad.example");
            case FindAlerts -> step.put("title", "it's");
            case If ->
                step.putObject("condition")
                        .put("value", "${trigger.a}")
                        .put("operator", random.nextBoolean() ? "Equals" : "Contains")
                        .put("of", "it's");
            case Parallel -> {
                var branches = new ArrayList<>(later);
                Collections.shuffle(branches, random);
                var told = step.putArray("branches");
                branches.subList(0, 1 + random.nextInt(Math.min(3, branches.size())))
                        .forEach(told::add);
            }
            case ForEach -> step.put("items", "${trigger.a}").put("step", later.get(random.nextInt(later.size())));
            case Wait -> step.put("duration", "PT" + (1 + random.nextInt(100)) + "S");
        }
        var links = new ArrayList<>(List.of("next", "onFailure", "onTimeout"));
        if (type == StepType.Approval) {
            links.add("onRejected");
        } else if (type == StepType.If) {
            links.addAll(List.of("then", "otherwise"));
        }
        links.stream()
                .filter(link -> !later.isEmpty() && random.nextInt(3) > 0)
                .forEach(link -> step.put(link, later.get(random.nextInt(later.size()))));
        if (random.nextBoolean()) {
            step.put("timeout", "P" + (1 + random.nextInt(30)) + "D").put("description", "D");
        }
        return step;
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException wrong) {
            throw new IllegalStateException(text, wrong);
        }
    }
}
