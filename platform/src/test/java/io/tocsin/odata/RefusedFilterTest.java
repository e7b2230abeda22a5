package io.tocsin.odata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusedFilterTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    # names and shapes
                    nosuch eq 'x'                          | no property 'nosuch' to filter or sort on
                    severity eq Extreme                    | no property 'Extreme' to filter or sort on; if it is a value, put it in quotes (position 13 of $filter)
                    High eq severity                       | no property 'High'
                    title eq High                          | no property 'High'
                    severity eq High Low                   | found 'Low'
                    severity eq status                     | needs a property on one side
                    (title eq 'x') gt true                 | needs a property on one side
                    (title eq 'x') eq 'true'               | needs a property on one side
                    (title eq 'x') eq null                 | needs a property on one side
                    not title                              | title is not compared with anything
                    not 'x'                                | Expected a condition
                    not                                    | found the end
                    (title or id eq 'x')                   | title is not compared with anything
                    'x' and id eq 'x'                      | Expected a condition but found 'x' (position 1
                    id eq 'x' and 'x'                      | Expected a condition but found 'x' (position 15
                    title eq 'x' or or id eq 'y'           | no property 'or'
                    title not eq 'x'                       | Expected 'in' but found 'eq'
                    title eq 'x' not in ('x')              | found 'not'
                    title                                  | title is not compared with anything (position 1 of $filter)
                    title eq                               | found the end (position 9 of $filter)
                    title eq 'x' and                       | found the end
                    eq 'x'                                 | no property 'eq'
                    title 'x'                              | title is not compared with anything
                    title eq 'x' 'y'                       | Expected 'and', 'or' or the end but found 'y' (position 14 of $filter)
                    title eq 'x' xor id eq 'y'             | found 'xor'
                    title eq id                            | 'eq' needs a property on one side and a value on the other (position 7
                    1 eq 1                                 | needs a property on one side
                    'x'                                    | Expected a condition but found 'x'
                    true                                   | Expected a condition
                    'x' in ('x')                           | Expected a property but found 'x'
                    (title eq 'x'                          | Expected ')' but found the end
                    title eq 'x')                          | found ')'
                    ()                                     | Expected a property, a function or a value but found ')'
                    title eq 'x                            | not closed by ' (position 10 of $filter)
                    title eq datetime'x                    | not closed by ' (position 18
                    title eq 'x'; drop table alert         | Cannot read '; drop table alert'
                    title = 'x'                            | Cannot read
                    machineTags/$count gt 0                | Cannot read
                    title eq 6c1f0b5f8d3e                  | text belongs in quotes (position 10
                    # values that do not fit
                    severity eq 'Extreme'                  | severity is compared with one of High, Informational, Low, Medium, not with 'Extreme'
                    incidentId eq 'abc'                    | incidentId is compared with a whole number, not with 'abc'
                    incidentId eq 1.5                      | a whole number
                    incidentId eq 99999999999999999999     | a whole number
                    generateAlert eq 'yes'                 | true or false
                    alertCreationTime gt 'yesterday'       | a time such as 2026-01-05T10:00:00Z
                    alertCreationTime gt 2026-13-01        | a time such as
                    alertCreationTime gt 5                 | a time such as
                    actionId eq '1-1-1-1-1'                | a GUID
                    actionId eq 5                          | a GUID
                    title eq true                          | text in quotes, not with 'true'
                    # what a kind does not allow
                    severity eq ns.Choice'Extreme'         | severity is compared with one of
                    alertCreationTime gt 2026-01-01T00:00:00.1234567890123Z | a time such as
                    alertCreationTime gt 2026-02-30        | a time such as
                    alertCreationTime gt 2026-01-01T24:00Z | a time such as
                    alertCreationTime gt 2026-01-01+99:00  | a time such as
                    generateAlert eq 1                     | true or false
                    severity gt 'Low'                      | severity has no order
                    generateAlert gt true                  | generateAlert has no order
                    title gt null                          | null has no order
                    machineTags eq 'x'                     | use machineTags/any(t: t eq 'x')
                    machineTags in ('x')                   | is a collection
                    contains(machineTags,'x')              | is a collection
                    contains(incidentId,'1')               | incidentId is not text
                    contains(title,null)                   | text in quotes
                    contains(title,id)                     | Expected a value but found 'id'
                    contains(title)                        | Expected ',' but found ')'
                    contains(title,'x','y')                | Expected ')' but found ','
                    contains(title,'x') gt true            | needs a property
                    tolower(incidentId) eq 1               | is not text
                    title has 'x'                          | does not allow has
                    # functions, lists and lambdas
                    substringof('x',title)                 | The function 'substringof' is not supported (position 1
                    title in ()                            | but found ')'
                    title in ('a',)                        | but found ')'
                    title in ('a']                         | Expected ')' but found ']'
                    title in 'a'                           | Expected '(' but found 'a'
                    title/any(t: t eq 'x')                 | title is not a collection
                    machineTags/all(t: t eq 'x')           | Expected 'any' but found 'all'
                    machineTags/any                        | Expected '('
                    machineTags/any(t eq 'x')              | Expected ':'
                    machineTags/any(t: id eq 'x')          | Expected the variable 't' but found 'id'
                    machineTags/any(t: t/any())            | t is not a collection
                    machineTags/any(t: t)                  | t is not compared with anything
                    machineTags/any(: t eq 'x')            | Expected a variable
                    machineTags/any(t: t eq 'x'            | Expected ')' but found the end
                    evidence eq 'x'                        | use evidence/any(t: t/… eq 'x')
                    evidence eq null                       | evidence is a collection
                    evidence in ('x')                      | evidence is a collection
                    evidence has 'x'                       | does not allow has
                    evidence/any(e: e eq 'x')              | Expected '/' but found 'eq'
                    evidence/any(e: e/nosuch eq 'x')       | evidence has no property 'nosuch'
                    evidence/any(e: e/title eq 'x')        | evidence has no property 'title'
                    evidence/any(e: sha256 eq 'x')         | Expected the variable 'e' but found 'sha256'
                    evidence/any(e: e/entityType eq Moon)  | Expected the variable 'e' but found 'Moon'
                    evidence/any(e: e/processId eq 'x')    | a whole number
                    evidence/all(e: e/sha256 eq 'x')       | Expected 'any' but found 'all'
                    evidence/sha256 eq 'x'                 | Expected 'any' but found 'sha256'
                    """)
    void shouldNameTheFaultWhenTheFilterIsRefused(String filter, String fault) {
        assertRefused(filter, fault);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                "not ",
                "tolower(",
                "contains(",
                "not(",
                "machineTags/any(t:",
                "title in ((",
                "title eq (",
                "(not "
            })
    void shouldRefuseWhenItIsNestedTooDeeply(String opening) {
        assertRefused(opening.repeat(8_192 / opening.length()), "(position");
    }

    @Test
    void shouldRefuseThirtyThreeLevels() {
        assertRefused("(".repeat(33) + "id eq 'a'" + ")".repeat(33), "nested deeper than 32 levels (position 34");
    }

    @Test
    void shouldRefuseWhenItIsTooLong() {
        assertRefused("title eq '" + "x".repeat(8_192) + "'", "longer than 8192 characters");
    }

    @Test
    void shouldRefuseANulCharacterWhichTheDatabaseCannotHold() {
        assertRefused("title eq 'a\0b'", "A NUL character is not allowed (position 12 of $filter)");
    }

    static void assertRefused(String filter, String fault) {
        // When
        var refusal = catchThrowableOfType(ProblemException.class, () -> Given.filter(filter));

        // Then
        assertThat(refusal).as(filter).isNotNull().hasMessageContaining(fault).hasMessageContaining("(position ");
        assertThat(refusal.type()).isEqualTo(CommonProblem.ODATA_ERROR);
    }
}
