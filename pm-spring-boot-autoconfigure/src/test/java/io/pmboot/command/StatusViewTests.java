package io.pmboot.command;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StatusView} and {@link Table}.
 */
class StatusViewTests {

	static final String STATUS = """
			{"master":{"pid":4710},"groups":{"web":{"state":"RELOADING","generation":1,"copied":true,"children":2,"listen":["8080","8081"],"workers":[\
			{"index":0,"pid":4711,"generation":1,"state":"DRAINING","since":"2026-07-01T10:00:00Z","reason":"asked to: RELOAD",\
			"load":{"at":"2026-07-01T10:00:00Z","residentSize":301989888,"served":1204,"inFlight":2,"oldestInFlightMillis":1350}},\
			{"index":0,"pid":4733,"generation":2,"state":"READY","since":"2026-07-01T09:58:29.5Z",\
			"load":{"at":"2026-07-01T10:00:00Z","residentSize":1610612736,"served":3,"inFlight":0}},\
			{"index":1,"pid":0,"generation":2,"state":"STARTING","since":"2026-07-01T10:00:01Z","reason":"try 2, after\\nexit code 1 \\u001b[2J"}]},\
			"jobs":{"state":"GIVEN_UP","reason":"5 fatal exits","generation":12,"children":1,"listen":[],"workers":[]}}}""";

	private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-07-01T10:00:01Z"), ZoneOffset.UTC);

	private static final Terminal PLAIN = new Terminal(System.out, System.err, false, false);

	@Test
	void allGroups() throws Exception {
		assertThat(new StatusView(CLOCK, PLAIN, null).lines(Json.read(STATUS))).containsExactly("""
				Master 4710

				GROUP  STATE      GEN  READY  LISTEN      REASON
				web    RELOADING    1    1/2  8080, 8081
				jobs   GIVEN_UP    12    0/1  -           5 fatal exits

				WORKER   PID  GEN  STATE        AGE  SERVED  IN FLIGHT  OLDEST  MEMORY  REASON
				web-0   4711    1  DRAINING      1s    1204          2    1.4s    288M  asked to: RELOAD
				web-0   4733    2  READY     1m 31s       3          0       -    1.5G
				web-1      -    2  STARTING      0s       -          -       -       -  try 2, after exit code 1 ?[2J
				""".split("\n"));
	}

	@Test
	void oneGroup() throws Exception {
		Json group = Json.read("""
				{"name":"jobs","state":"STOPPED","generation":1,"children":0,"listen":[],"workers":[]}""");
		assertThat(new StatusView(CLOCK, PLAIN, null).lines(group)).containsExactly(
				"GROUP  STATE    GEN  READY  LISTEN  REASON", "jobs   STOPPED    1    0/0  -", "",
				"WORKER  PID  GEN  STATE  AGE  SERVED  IN FLIGHT  OLDEST  MEMORY  REASON");
	}

	@Test
	void anOutputThatNobodyReadsIsTold() throws Exception {
		Json status = Json.read("""
				{"master":{"pid":1,"outputBlockedSince":"2026-07-01T09:59:51Z"},"groups":{}}""");
		assertThat(new StatusView(CLOCK, PLAIN, null).lines(status))
			.contains("Master 1, whose output nobody has read for 10s");
	}

	@Test
	void ratesAreShownInPlaceOfCounts() throws Exception {
		List<String> lines = new StatusView(CLOCK, PLAIN, Map.of(4711L, 12.34)).lines(Json.read(STATUS));
		assertThat(lines.get(6)).contains("REQ/S").doesNotContain("SERVED");
		assertThat(lines.get(7)).contains(" 12.3 ");
		assertThat(lines.get(8)).contains("1m 31s      -          0");
	}

	@Test
	void statesAreColouredOnATerminal() throws Exception {
		Terminal coloured = new Terminal(System.out, System.err, true, true);
		List<String> lines = new StatusView(CLOCK, coloured, null).lines(Json.read(STATUS));
		assertThat(lines.get(3)).startsWith("web    \u001b[33mRELOADING\u001b[0m    1");
		assertThat(lines.get(8)).contains("\u001b[32mREADY   \u001b[0m");
		assertThat(String.join("", lines)).doesNotContain("\u001b[2J");
	}

	@ParameterizedTest
	@CsvSource({ "2026-07-01T10:00:01Z,0s", "2026-07-01T10:00:05Z,0s", "2026-07-01T09:00:00Z,1h 0m",
			"2026-06-28T07:59:00Z,3d 2h" })
	void agesAreShort(String since, String age) throws Exception {
		Json group = Json.read("""
				{"name":"web","state":"RUNNING","generation":1,"children":1,"listen":[],"workers":[
				{"index":0,"pid":2,"generation":1,"state":"READY","since":"%s"}]}""".formatted(since));
		assertThat(new StatusView(CLOCK, PLAIN, null).lines(group).get(4)).containsPattern("READY +" + age + " ");
	}

}
