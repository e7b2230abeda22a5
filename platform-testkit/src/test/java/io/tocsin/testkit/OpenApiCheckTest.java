package io.tocsin.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenApiCheckTest {

    private static final String DOCUMENT = """
            openapi: 3.0.3
            info: {title: Bells, version: '1'}
            paths:
              /api/bells:
                get:
                  parameters:
                  - $ref: '#/components/parameters/Select'
                  responses:
                    '200':
                      description: A page
                      content:
                        application/json:
                          schema:
                            type: object
                            required: ['@odata.context', value]
                            additionalProperties: false
                            properties:
                              '@odata.context': {type: string}
                              value:
                                type: array
                                items: {$ref: '#/components/schemas/Bell'}
                          example:
                            '@odata.context': x
                            value: [{id: '1', tone: Low, maker: null}]
                    '400': {$ref: '#/components/responses/Refused'}
                post:
                  requestBody:
                    required: true
                    content:
                      application/json:
                        schema: {$ref: '#/components/schemas/NewBell'}
                        example: {tone: Low}
                  responses:
                    '200':
                      description: The bell
                      headers:
                        X-Request-Id: {$ref: '#/components/headers/RequestId'}
                      content:
                        application/json:
                          schema: {$ref: '#/components/schemas/Bell'}
                          example: {id: '1', tone: Low, maker: null}
                    '400': {$ref: '#/components/responses/Refused'}
              /api/bells/$count:
                get:
                  responses:
                    '200':
                      description: How many
                      content:
                        text/plain:
                          schema: {type: integer, minimum: 0}
                          example: 3
              /api/bells/cast:
                post:
                  requestBody:
                    content:
                      application/json:
                        schema: {type: array, items: {$ref: '#/components/schemas/NewBell'}}
                        example: [{tone: High}]
                  responses:
                    '200':
                      description: What became of each
                      content:
                        application/json:
                          schema:
                            type: object
                            properties:
                              value:
                                type: array
                                items:
                                  type: object
                                  properties:
                                    id: {type: string, nullable: true}
                                    error: {type: object, nullable: true}
                          example: {value: []}
              /api/bells/byMaker:
                get:
                  responses:
                    '200': {description: None}
              /api/bells/{id}:
                parameters:
                - {name: id, in: path, required: true, schema: {type: string}}
                delete:
                  responses:
                    '204': {description: Gone}
                    '404': {$ref: '#/components/responses/Refused'}
                get:
                  responses:
                    '200':
                      description: The bell
                      content:
                        application/json:
                          schema: {$ref: '#/components/schemas/Bell'}
                          example: {id: '1', tone: High, maker: {name: A, town: null}}
                    '404': {$ref: '#/components/responses/Refused'}
            components:
              headers:
                RequestId: {required: true, schema: {type: string}}
              parameters:
                Select: {name: $select, in: query, schema: {type: string}}
              responses:
                Refused:
                  description: Refused
                  content:
                    application/json:
                      schema:
                        type: object
                        required: [error]
                        properties: {error: {type: object}}
                      example: {error: {}}
              schemas:
                NewBell:
                  type: object
                  required: [tone]
                  additionalProperties: true
                  properties:
                    tone: {type: string, enum: [Low, High]}
                    makers:
                      type: array
                      items: {type: object, required: [name], properties: {name: {type: string}}}
                Bell:
                  type: object
                  required: [id, tone, maker]
                  additionalProperties: false
                  properties:
                    id: {type: string}
                    tone: {type: string, enum: [Low, High]}
                    maker:
                      type: object
                      nullable: true
                      required: [name, town]
                      additionalProperties: false
                      properties:
                        name: {type: string}
                        town: {type: string, nullable: true}
            """;
    private static final String BELL = "{'id':'1','tone':'Low','maker':null}";
    private static final String ENVELOPE = "{'error':{}}";

    private final OpenApiCheck check = new OpenApiCheck(new OpenApiDocument(DOCUMENT));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/bells/1",
                "/API/Bells/1",
                "//api///bells/1/",
                "/api/v1.0/bells/1",
                "/Api/V1.0/bells/1",
                "/api/%62ells/1"
            })
    void shouldHoldAnAnswerInWhateverSpellingItsPathIs(String path) {
        assertThat(get(path, 200, BELL)).isEmpty();
        assertThat(get(path, 200, "{'id':'1'}")).get().asString().contains("tone");
    }

    @Test
    void shouldTakeALiteralForWhatItIsAndNotForAnId() {
        assertThat(fault("GET", "/api/bells/%24COUNT", "", 200, "text/plain", "3"))
                .isEmpty();
        assertThat(fault("GET", "/api/bells/bymaker(name='A')", "", 200, "", ""))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'id':'1','tone':'Low'}                                     | maker",
                "{'id':'1','tone':'Low','maker':null,'weight':3}             | weight",
                "{'id':'1','tone':'Middle','maker':null}                     | tone",
                "{'id':1,'tone':'Low','maker':null}                          | id",
                "{'id':'1','tone':null,'maker':null}                         | tone",
                "{'id':'1','tone':'Low','maker':{'name':'A'}}                | town",
                "{'id':'1','tone':'Low','maker':{'name':'A','town':null}} x  | JSON"
            })
    void shouldSeeWhatAnEntityHasWrong(String body, String what) {
        assertThat(get("/api/bells/1", 200, body.replace('\'', '"')))
                .get()
                .asString()
                .contains(what);
    }

    @Test
    void shouldSeeAStatusOrAHeaderTheDocumentHasNot() {
        assertThat(get("/api/bells/1", 400, ENVELOPE)).get().asString().contains("400");
        assertThat(fault("POST", "/api/bells", "{'tone':'Low'}", 200, "application/json", BELL))
                .isEmpty();
        assertThat(check.fault(new Exchange(
                        "POST",
                        uri("/api/bells"),
                        message("application/json", "{'tone':'Low'}"),
                        200,
                        new Exchange.Message(Map.of("content-type", List.of("application/json")), json(BELL)))))
                .get()
                .asString()
                .contains("X-Request-Id");
    }

    @Test
    void shouldRequireEveryKeyOfARowUnlessTheRequestSelects() {
        String page = "{'@odata.context':'x','value':[{'tone':'Low'}]}";
        assertThat(get("/api/bells", 200, page)).get().asString().contains("maker");
        assertThat(get("/api/bells?$top=1", 200, page)).isPresent();
        assertThat(get("/api/bells?$top=1&$select=tone", 200, page)).isEmpty();
        assertThat(get("/api/bells?Select=tone", 200, page)).isEmpty();
        assertThat(get("/api/bells?%24select=tone", 200, page)).isEmpty();
    }

    @Test
    void shouldLoosenNothingElseWhenTheRequestSelects() {
        assertThat(get("/api/bells?$select=tone", 200, "{'value':[{'tone':'Low'}]}"))
                .get()
                .asString()
                .contains("@odata.context");
        assertThat(get("/api/bells?$select=tone", 400, ENVELOPE)).isEmpty();
        assertThat(get("/api/bells?$select=tone", 400, "{}")).get().asString().contains("error");
        assertThat(get("/api/bells?$select=tone", 200, "{'@odata.context':'x','value':[{'tone':'Middle'}]}"))
                .isPresent();
        assertThat(get("/api/bells?$select=maker", 200, "{'@odata.context':'x','value':[{'maker':{'name':'A'}}]}"))
                .get()
                .asString()
                .contains("town");
    }

    @ParameterizedTest
    @CsvSource({"text/plain,-1", "text/plain,three", "application/xml,3", "application/json,3", "'',3"})
    void shouldHoldATextAndItsTypeToo(String type, String body) {
        assertThat(fault("GET", "/api/bells/$count", "", 200, type, body)).isPresent();
    }

    @Test
    void shouldTakeAnEmptyNotFoundForAPathItHasNotAndNoOther() {
        assertThat(get("/api/whistles", 404, "")).isEmpty();
        assertThat(get("/api/bells/..", 404, "")).isEmpty();
        assertThat(get("/api/whistles", 404, ENVELOPE)).isPresent();
        assertThat(get("/api/whistles", 200, BELL)).isPresent();
        assertThat(get("/api/bells/1", 404, ENVELOPE)).isEmpty();
        assertThat(get("/api/bells/1", 404, "")).isPresent();
    }

    @Test
    void shouldTakeABadRequestForAPathThatIsNoText() {
        assertThat(get("/api/bells/%00", 400, ENVELOPE)).isEmpty();
        assertThat(get("/api/bells/%FF", 400, ENVELOPE)).isEmpty();
        assertThat(get("/api/bells/%00", 404, "")).isPresent();
    }

    @Test
    void shouldTakeAnotherServicesAnswerAsItIs() {
        assertThat(get("/api/Machines/1", 202, "{'any':'thing'}")).isEmpty();
    }

    @Test
    void shouldWantTheMethodsOfAPathWhereItRefusesOne() {
        assertThat(notAllowed("DELETE, GET")).isEmpty();
        assertThat(notAllowed("GET")).isPresent();
        assertThat(fault("PUT", "/api/bells/1", "", 405, "", "")).isPresent();
        assertThat(fault("PUT", "/api/bells/1", "", 200, "application/json", BELL))
                .isPresent();
        assertThat(fault("HEAD", "/api/bells/1", "", 200, "application/json", ""))
                .isEmpty();
        assertThat(fault("HEAD", "/api/bells/1", "", 500, "", "")).isPresent();
    }

    @Test
    void shouldHoldTheBodyOfARequestThatSucceeded() {
        assertThat(submit("{'tone':'Low','makers':[{'name':'A'}],'unknown':1}")).isEmpty();
        assertThat(submit("{'TONE':'low','Makers':[{'Name':'A'}]}")).isEmpty();
        assertThat(submit("{}")).get().asString().contains("the request", "tone");
        assertThat(submit("{'tone':'Middle'}")).get().asString().contains("the request", "tone");
        assertThat(submit("{'tone':'Low','makers':[{'age':1}]}"))
                .get()
                .asString()
                .contains("the request", "name");
        assertThat(fault("POST", "/api/bells", "{'tone':'Middle'}", 400, "application/json", ENVELOPE))
                .isEmpty();
    }

    @Test
    void shouldNotHoldARequestOfWhichItemsWereRefused() {
        assertThat(cast("{'value':[{'id':'1','error':null}]}")).get().asString().contains("the request", "tone");
        assertThat(cast("{'value':[{'id':'1','error':null},{'id':null,'error':{}}]}"))
                .isEmpty();
    }

    @Test
    void shouldFindTheExamplesThatAreNone() {
        assertThat(new OpenApiSchemas(new OpenApiDocument(DOCUMENT)).faultsOfExamples())
                .isEmpty();
        assertThat(faultsOfExamples("example: 3", "example: three"))
                .singleElement()
                .asString()
                .contains("$count");
        assertThat(faultsOfExamples("example: 3", ""))
                .containsExactly("GET /api/bells/$count 200 text/plain has no example");
        assertThat(faultsOfExamples("example: {tone: Low}", "example: {tone: Middle}"))
                .singleElement()
                .asString()
                .startsWith("POST /api/bells request");
        assertThat(faultsOfExamples("example: {error: {}}", "example: {}")).hasSize(4);
        assertThat(faultsOfExamples("tone: High, maker", "tone: High, m"))
                .singleElement()
                .asString()
                .contains("maker");
    }

    private static List<String> faultsOfExamples(String right, String wrong) {
        return new OpenApiSchemas(new OpenApiDocument(DOCUMENT.replace(right, wrong))).faultsOfExamples();
    }

    private Optional<String> get(String path, int status, String body) {
        return fault("GET", path, "", status, body.isEmpty() ? "" : "application/json", body);
    }

    private Optional<String> submit(String body) {
        return fault("POST", "/api/bells", body, 200, "application/json; charset=utf-8", BELL);
    }

    private Optional<String> fault(String method, String uri, String sent, int status, String type, String body) {
        return check.fault(
                new Exchange(method, uri(uri), message("application/json", sent), status, message(type, body)));
    }

    private Optional<String> cast(String rows) {
        return fault("POST", "/api/bells/cast", "[{'tone':'Low'},{}]", 200, "application/json", rows);
    }

    private Optional<String> notAllowed(String allow) {
        return check.fault(new Exchange(
                "PUT",
                uri("/api/bells/1"),
                message("", ""),
                405,
                new Exchange.Message(Map.of("allow", List.of(allow)), new byte[0])));
    }

    private static Exchange.Message message(String type, String body) {
        var headers = new HashMap<String, List<String>>();
        headers.put("x-request-id", List.of("1"));
        if (!type.isEmpty()) {
            headers.put("content-type", List.of(type));
        }
        return new Exchange.Message(headers, json(body));
    }

    private static URI uri(String path) {
        return URI.create("http://bells.example" + path);
    }

    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }
}
