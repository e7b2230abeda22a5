package io.tocsin.response.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.identity.Permission;
import io.tocsin.wire.ProblemException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "[]|definition is no object",
                "{}|steps is no object",
                "{'steps':{'a':{'type':'Wait','duration':'PT1S'}}}|start names no step",
                "{'start':'a','steps':{'a':{'type':'Dance'}}}|steps.a.type is none of",
                "{'start':'a','steps':{'a':{'type':'Wait'}}}|steps.a lacks duration",
                "{'start':'a','steps':{'a':{'type':'Wait','duration':'soon'}}}|steps.a.duration is no duration",
                "{'start':'a','steps':{'a':{'type':'Wait','duration':'PT1S','color':'red'}}}|steps.a has color",
                "{'start':'a','steps':{'a':{'type':'Wait','duration':'PT1S','next':'b'}}}|steps.a leads to b",
                "{'start':'a','steps':{'a':{'type':'Wait','duration':'PT1S','next':'a'}}}|steps.a leads back to itself",
                "{'start':'a','steps':{'a':{'type':'Wait','duration':'PT1S'},'b':{'type':'Wait','duration':'PT1S'}}}|steps.b is reached from nowhere",
                "{'start':'a','steps':{'a':{'type':'Action','action':'Offboard','machineId':'m'}}}|steps.a.action is none of",
                "{'start':'a','steps':{'a':{'type':'If','condition':{'value':1}}}}|steps.a.condition.operator is none of",
                "{'start':'a','steps':{'a':{'type':'Parallel','branches':[]}}}|steps.a.branches is no list",
                "{'start':'a','steps':{'a':{'type':'Http','method':'TRACE','url':'https://x.example'}}}|steps.a.method is none of",
                "{'start':'a','steps':{'a':{'type':'Http','method':'GET','url':'https://x.example/${secret.k}'}}}|steps.a.url holds a secret",
                "{'start':'a','steps':{'a':{'type':'Approval','message':'m','approvals':6}}}|steps.a.approvals is no number from 1 to 5",
                "{'start':'a','steps':{'a':{'type':'Approval','message':'m','approvals':'2'}}}|steps.a.approvals is no number from 1 to 5",
                "{'start':'a','steps':{'a':{'type':'Approval','message':'m','permission':'God'}}}|steps.a.permission is no permission",
                "{'start':'a','steps':{'a':{'type':'LiveResponse','machineId':'m'}}}|steps.a lacks commands",
                "{'start':'a','steps':{'a':{'type':'LiveResponse','machineId':'m','commands':[]}}}|steps.a.commands is no list of 1 to 100",
                "{'start':'a','steps':{'a':{'type':'LiveResponse','machineId':'m','commands':[7]}}}|steps.a.commands[0] is no object",
                "{'start':'a','steps':{'a':{'type':'LiveResponse','machineId':'m','commands':[{'type':'Dance','params':[]}]}}}|'Dance' is none of PutFile",
                "{'start':'a','steps':{'a':{'type':'LiveResponse','machineId':'m','commands':[{'type':'GetFile','params':[]}]}}}|needs the parameter Path",
                "{'start':'a','steps':{'a':{'type':'LiveResponse','machineId':'m','commands':[{'type':'GetFile','params':[{'key':'Path','value':null}]}]}}}|params[0].value is no text",
                "{'start':'a','steps':{'a':{'type':'LiveResponse','machineId':'m','commands':[{'type':'GetFile','params':[{'key':'Path','value':'a'}]},{'type':'PutFile','params':[{'key':'FileName','value':'b'}]}]}}}|in the order PutFile, RunScript, GetFile",
                "{'start':'a','steps':{'a':{'type':'LiveResponse','machineId':'m','commands':[{'type':'runscript','params':[{'key':'scriptname','value':'${trigger.x}'}]}]}}}|names a file of the library by a reference",
                "{'start':'a','steps':{'a':{'type':'StartInvestigation','machineId':'m','wait':'no'}}}|steps.a.wait is neither",
                "{'start':'a','timeout':'P31D','steps':{'a':{'type':'Wait','duration':'PT1S'}}}|timeout is no duration",
                "{'start':'a','triggers':[{'type':'Moon'}],'steps':{'a':{'type':'Wait','duration':'PT1S'}}}|triggers[0].type is none of",
                "{'start':'a','triggers':[{'type':'Schedule','every':'PT1M'}],'steps':{'a':{'type':'Wait','duration':'PT1S'}}}|triggers[0].every is shorter",
                "{'start':'a','steps':{'1':{'type':'Wait','duration':'PT1S'}}}|steps has a name that is none"
            })
    void shouldSayWhatIsWrongAndWhere(String text, String message) {
        assertThatThrownBy(() -> Definition.read(json(text)))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'start':'a','steps':{'a':{'type':'Approval','message':'x ${steps.b.output.c}'}}}|steps.a.message refers to ${steps.b.output.c}",
                "{'start':'a','steps':{'a':{'type':'Approval','message':'${HOME}'}}}|steps.a.message refers to ${HOME}",
                "{'start':'a','steps':{'a':{'type':'Approval','message':'${.}'}}}|steps.a.message refers to ${.}",
                "{'start':'a','steps':{'a':{'type':'Http','method':'POST','url':'https://x.example','body':{'k':['${secret.k}']}}}}|steps.a.body refers to ${secret.k}",
                "{'start':'a','steps':{'a':{'type':'If','condition':{'all':[{'value':'${steps.c.state}','operator':'Exists'}]}}}}|steps.a.condition refers to",
                "{'start':'a','triggers':[{'type':'Alert','condition':{'value':'${item}','operator':'Exists'}}],'steps':{'a':{'type':'Wait','duration':'PT1S'}}}|triggers refers to ${item}"
            })
    void shouldRefuseWhatRefersToNothing(String text, String message) {
        Definition definition = Definition.read(json(text)); // one that is stored is still read

        assertThatThrownBy(definition::requireReferences)
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(message);
    }

    @Test
    void shouldNameWhateverItsStepsNeed() {
        Definition definition = Definition.read(json("""
                {'start':'a','steps':{'a':{'type':'Action','action':'Isolate','machineId':'m','next':'b'},
                'b':{'type':'UpdateAlert','alertId':'x','next':'c'},'c':{'type':'FindMachines','kind':'Incident','value':'1','next':'d'},
                'd':{'type':'LiveResponse','machineId':'m','commands':[{'type':'GetFile','params':[{'key':'Path','value':'${item}'}]}],'next':'e'},
                'e':{'type':'StartInvestigation','machineId':'m'}}}"""));

        assertThat(definition.permissions())
                .containsExactlyInAnyOrder(
                        Permission.MACHINE_ISOLATE,
                        Permission.ALERT_READ_WRITE,
                        Permission.MACHINE_READ,
                        Permission.INCIDENT_READ,
                        Permission.MACHINE_LIVE_RESPONSE);
        assertThat(Definition.read(json("""
                {'start':'a','triggers':[{'type':'IndicatorMatch'},{'type':'Incident'},{'type':'Schedule','every':'PT1H'}],
                'steps':{'a':{'type':'Wait','duration':'PT1S'}}}""")).permissions())
                .containsExactlyInAnyOrder(Permission.ALERT_READ, Permission.INCIDENT_READ);
    }

    @Test
    void shouldComeWithSixThatAreWhole() {
        TemplateList templates = new Templates(JSON).all();

        assertThat(templates.value()).hasSize(6).allSatisfy(template -> {
            Definition definition = Definition.read(template.definition());
            definition.requireReferences();
            assertThat(definition.steps()).isNotEmpty();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'value':'${trigger.severity}','operator':'AtLeast','of':'Medium'}|true",
                "{'value':'${trigger.severity}','operator':'Equals','of':'HIGH'}|true",
                "{'value':'${trigger.severity}','operator':'In','of':['Low','Medium']}|false",
                "{'value':'${trigger.title}','operator':'Contains','of':'ransom'}|true",
                "{'value':'${trigger.title}','operator':'StartsWith','of':'ransom'}|false",
                "{'value':'${trigger.sha1s}','operator':'Contains','of':'AA'}|true",
                "{'value':'${trigger.none}','operator':'Exists'}|false",
                "{'value':'${trigger.none}','operator':'Equals','of':'x'}|false",
                "{'value':'${trigger.none}','operator':'NotEquals','of':'x'}|true",
                "{'value':'${trigger.count}','operator':'AtLeast','of':10}|true",
                "{'value':'${trigger.title}','operator':'AtLeast','of':10}|false",
                "{'all':[{'value':'${trigger.severity}','operator':'Equals','of':'High'},{'value':'1','operator':'Equals','of':2}]}|false",
                "{'any':[{'value':'${trigger.severity}','operator':'Equals','of':'High'},{'value':'1','operator':'Equals','of':2}]}|true"
            })
    void shouldHoldWhatItSays(String condition, boolean holds) {
        assertThat(Condition.read(json(condition), "c").holds(context())).isEqualTo(holds);
    }

    @Test
    void shouldKeepTheTypeOfWhatIsReferredToAloneAndWriteItIntoATextOtherwise() {
        assertThat(context().filled(json("{'a':'${trigger.sha1s}','b':'n=${trigger.count}!','c':7}")))
                .isEqualTo(json("{'a':['aa','bb'],'b':'n=12!','c':7}"));
        assertThatThrownBy(() -> context().filled(json("{'a':'x ${trigger.none}'}")))
                .hasMessage("There is nothing at ${trigger.none}");
    }

    @Test
    void shouldGiveCacaoAndTakeItBackWhole() {
        for (TemplateView template : new Templates(JSON).all().value()) {
            var playbook = new PlaybookView(
                    "4b1e2c9a-8f3d-4a61-9c75-1d2e3f405162",
                    template.name(),
                    template.description(),
                    true,
                    1,
                    "a",
                    io.tocsin.wire.WireTime.now(),
                    "a",
                    io.tocsin.wire.WireTime.now(),
                    0,
                    null,
                    null,
                    null,
                    template.definition());
            ExportedPlaybook exported = new Cacao().write(playbook);

            Cacao.Imported imported = new Cacao().read(exported.playbook());

            assertThat(imported.losses()).isEmpty();
            assertThat(imported.request().definition().path("start"))
                    .isEqualTo(template.definition().path("start"));
            assertThat(imported.request().definition().path("steps"))
                    .as(template.name())
                    .isEqualTo(template.definition().path("steps"));
            assertThat(imported.request().definition().path("triggers"))
                    .isEqualTo(template.definition().path("triggers"));
            assertThat(imported.request().isEnabled()).isFalse();
        }
    }

    @Test
    void shouldTakeWhatOthersWriteAndNameWhatItLoses() {
        JsonNode document = json("""
                {'type':'playbook','spec_version':'cacao-2.0','name':'Foreign','workflow_start':'start--1',
                'playbook_variables':{'$$host$$':{'type':'string'}},
                'workflow':{'start--1':{'type':'start','on_completion':'if-condition--1'},
                'if-condition--1':{'type':'if-condition','name':'is it','condition':"$$kind$$:value = 'mail'",'on_true':'parallel--1','on_false':'end--1'},
                'parallel--1':{'type':'parallel','next_steps':['action--1','action--2'],'on_completion':'while-condition--1'},
                'action--1':{'type':'action','name':'call','commands':[{'type':'http-api','command':'POST https://x.example/a HTTP/1.1','content':'hi'}],'on_success':'end--1'},
                'action--2':{'type':'action','name':'shell','commands':[{'type':'bash','command':'rm x'}],'on_success':'end--1'},
                'while-condition--1':{'type':'while-condition','name':'again','condition':'x','on_true':'end--1','on_completion':'end--1'},
                'end--1':{'type':'end'}}}""");

        Cacao.Imported imported = new Cacao().read(document);

        Definition definition = Definition.read(imported.request().definition());
        assertThat(definition.steps().values())
                .extracting(Step::type)
                .containsExactlyInAnyOrder(
                        StepType.If, StepType.Parallel, StepType.Http, StepType.Approval, StepType.Approval);
        assertThat(imported.losses())
                .anySatisfy(loss -> assertThat(loss).contains("shell", "bash"))
                .anySatisfy(loss -> assertThat(loss).contains("again", "while-condition"))
                .anySatisfy(loss -> assertThat(loss).contains("playbook_variables"));
    }

    private static Context context() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.set("trigger", json("{'severity':'High','title':'A Ransomware','sha1s':['aa','bb'],'count':12}"));
        return new Context(root);
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper()
                    .configure(com.fasterxml.jackson.core.JsonParser.Feature.ALLOW_SINGLE_QUOTES, true)
                    .readTree(text);
        } catch (IOException wrong) {
            throw new IllegalStateException(wrong);
        }
    }
}
