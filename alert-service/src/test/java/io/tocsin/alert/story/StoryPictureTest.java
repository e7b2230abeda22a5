package io.tocsin.alert.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.wire.WireTime;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class StoryPictureTest {

    private static final WireTime NOON = WireTime.parse("2026-02-03T12:00:00Z");
    private static final String MACHINE = "5".repeat(40);

    @Test
    void shouldBeWellFormedWhateverTextsHold() throws Exception {
        String odd = "\u0000\u001b]]><script>&\"'\ud800\u202egpj.exe\u2069\ufffe\r\n\ud83d\ude00";

        Element svg =
                parse(StoryPicture.of(story(odd, List.of(process(1, odd, List.of("da1"), List.of())), List.of())));

        assertThat(svg.getElementsByTagName("script").getLength()).isZero();
        assertThat(svg.getTextContent()).doesNotContain("\u202e").contains("<script>");
    }

    @Test
    void shouldHaveATitleAndADescriptionForWhoCannotSeeIt() throws Exception {
        Element svg = parse(StoryPicture.of(story("Beacon", List.of(), List.of())));

        assertThat(svg.getAttribute("aria-labelledby")).isEqualTo("title desc");
        assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("Beacon on ws5");
        assertThat(svg.getElementsByTagName("desc").item(0).getTextContent())
                .isEqualTo("Incident 12, severity High: 1 alert on 1 machine. Tactics: Lateral movement.");
    }

    @Test
    void shouldSayEachSeverityByShapeAndLetterToo() {
        var shapes = IntStream.range(0, SeverityMark.values().length)
                .mapToObj(i -> {
                    var svg = new Svg();
                    SeverityMark.values()[i].draw(svg, 0, 0, "t");
                    return svg.toString().replaceAll("#[0-9a-f]{6}", "").replaceAll("aria-label.*?</title>", "");
                })
                .toList();

        assertThat(shapes).doesNotHaveDuplicates();
    }

    @Test
    void shouldStayBoundedAndSayWhatIsMissingWhenTheStoryIsLarge() throws Exception {
        var children = IntStream.range(0, 999)
                .mapToObj(i -> process(i + 2, "child.exe " + i, i == 900 ? List.of("da1") : List.of(), List.of()))
                .toList();
        var moments = IntStream.range(0, 500)
                .mapToObj(i -> new IncidentStory.Moment(
                        NOON.plusSeconds(i), "FileCreated", MACHINE, "ws5", null, "1:1", "wrote file " + i))
                .toList();

        String picture = StoryPicture.of(story("Loop", List.of(process(1, "loop.exe", List.of(), children)), moments));

        assertThat(picture.length()).isLessThan(400_000);
        assertThat(picture).contains("child.exe 900").contains("more process").contains("more entries");
        assertThat(Integer.parseInt(parse(picture).getAttribute("height"))).isLessThan(15_000);
    }

    @Test
    void shouldCutALongCommandLineAndTellAllOfItWhenPointedAt() throws Exception {
        String line = "powershell.exe -enc " + "A".repeat(2000);

        Element svg =
                parse(StoryPicture.of(story("Shell", List.of(process(1, line, List.of("da1"), List.of())), List.of())));

        var titles = svg.getElementsByTagName("title");
        assertThat(IntStream.range(0, titles.getLength())
                        .mapToObj(i -> titles.item(i).getTextContent()))
                .anyMatch(line::equals);
    }

    private static Element parse(String svg) throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg)))
                .getDocumentElement();
    }

    private static IncidentStory.Process process(
            long id, String commandLine, List<String> alerts, List<IncidentStory.Process> children) {
        return new IncidentStory.Process(
                id + ":1",
                id,
                NOON,
                "tool.exe",
                "C:\\",
                commandLine,
                "CORP\\ann",
                null,
                null,
                true,
                alerts,
                List.of(),
                List.of(),
                children,
                null);
    }

    private static IncidentStory story(
            String title, List<IncidentStory.Process> roots, List<IncidentStory.Moment> moments) {
        var alert = new IncidentStory.Alert(
                "da1",
                title,
                "High",
                "New",
                "LateralMovement",
                "ThirdPartySensors",
                "ids",
                true,
                MACHINE,
                "ws5",
                NOON,
                NOON,
                List.of("T1021.006"),
                List.of(new IncidentStory.Why("First", null, "the earliest alert of the incident")));
        return new IncidentStory(
                12L,
                title + " on ws5",
                "High",
                "Active",
                NOON,
                NOON,
                List.of(new IncidentStory.Machine(
                        MACHINE, "ws5", "Windows11", null, "Active", "High", "Finance", "10.1.2.3", NOON, NOON)),
                List.of(),
                List.of(new IncidentStory.Tactic("LateralMovement", List.of("T1021.006"), List.of("da1"))),
                List.of(alert),
                null,
                List.of(),
                List.of(),
                new ArrayList<>(moments),
                null,
                roots.isEmpty() ? List.of() : List.of(new IncidentStory.MachineTrees(MACHINE, "ws5", roots)));
    }
}
