package io.pmboot.command;

import java.time.ZoneOffset;
import java.util.List;
import java.util.StringJoiner;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReloadView}.
 */
class ReloadViewTests {

	private static final ReloadView VIEW = new ReloadView(new Terminal(System.out, System.err, false, false),
			ZoneOffset.UTC);

	@Test
	void stepsInLines() throws Exception {
		Json reload = reload("", step("COPIED", null, 1202), step("FAILED", 1, 45240));
		assertThat(VIEW.began(reload)).isEqualTo("10:15:30.500  web-2  group web from generation 1 to 2");
		List<Json> steps = reload.at("steps").elements();
		assertThat(VIEW.step(reload, steps.get(0)))
			.isEqualTo("10:15:31.000  web-2  web COPIED, generation 2, after 1.2 s");
		assertThat(VIEW.step(reload, steps.get(1)))
			.isEqualTo("10:15:31.000  web-2  web-1 FAILED, generation 2, after 45.2 s: exit code 1");
	}

	@Test
	void outcomes() throws Exception {
		assertThat(VIEW.ended(reload("\"endedAt\":\"2026-07-01T10:16:04.100Z\",\"outcome\":\"COMPLETED\",")))
			.isEqualTo("10:16:04.100  web-2  COMPLETED after 33.6 s");
		assertThat(VIEW
			.ended(reload("\"endedAt\":\"2026-07-01T10:16:04.100Z\",\"requestsCut\":3,\"outcome\":\"ROLLED_BACK\",")))
			.isEqualTo("10:16:04.100  web-2  ROLLED_BACK after 33.6 s, 3 requests cut");
	}

	@Test
	void aBarForEachSlot() throws Exception {
		Json reload = reload("", step("COPIED", null, 1202), step("FORKED", 0, 0), step("READY", 0, 0),
				step("ACTIVATED", 0, 0), step("DRAINING", 0, 0), step("DRAINED", 0, 0), step("FORKED", 1, 0),
				step("READY", 1, 0));
		assertThat(VIEW.bars(reload, 3)).containsExactly("10:15:30.500  web-2  group web from generation 1 to 2",
				"10:15:31.000  web-2  web COPIED, generation 2, after 1.2 s",
				"  web-0        [##################] DRAINED", "  web-1        [######............] READY",
				"  web-2        [..................]");
	}

	@Test
	void whatGoesBackBeginsAnew() throws Exception {
		Json reload = reload("", step("FORKED", 0, 0), step("READY", 0, 0), step("FAILED", 0, 0));
		assertThat(VIEW.bars(reload, 1)).last().isEqualTo("  web-0        [..................] FAILED: exit code 1");
		reload = reload("", step("FORKED", 0, 0), step("FAILED", 0, 0), step("FORKED", 0, 0));
		assertThat(VIEW.bars(reload, 1)).last().isEqualTo("  web-0        [###...............] FORKED");
	}

	@Test
	void allBarsAreFullWhenItIsCompleted() throws Exception {
		Json reload = reload("\"endedAt\":\"2026-07-01T10:16:04.100Z\",\"outcome\":\"COMPLETED\",",
				step("ACTIVATED", 0, 0));
		assertThat(VIEW.bars(reload, 1)).containsExactly("10:15:30.500  web-2  group web from generation 1 to 2",
				"  web-0        [##################] ACTIVATED", "10:16:04.100  web-2  COMPLETED after 33.6 s");
	}

	@Test
	void ofManySlotsThoseThatAreUnderWayAreShown() throws Exception {
		Json reload = reload("", step("ACTIVATED", 0, 0), step("DRAINED", 0, 0), step("FORKED", 30, 0));
		assertThat(VIEW.bars(reload, 40)).hasSize(2 + ReloadView.MAX_SLOTS)
			.contains("  web-30       [###...............] FORKED")
			.last()
			.isEqualTo("  … 40 slots, 1 of them replaced");
	}

	private static Json reload(String members, String... steps) throws Exception {
		StringJoiner all = new StringJoiner(",");
		for (String step : steps) {
			all.add(step);
		}
		return Json.read("""
				{"id":"web-2","group":"web","fromGeneration":1,"toGeneration":2,"initiator":"HTTP",\
				"startedAt":"2026-07-01T10:15:30.500Z",%s"steps":[%s]}""".formatted(members, all));
	}

	private static String step(String kind, Integer index, long millis) {
		return "{\"kind\":\"%s\",%s\"generation\":2,\"at\":\"2026-07-01T10:15:31Z\",\"tookMillis\":%d%s}".formatted(
				kind, (index != null) ? "\"index\":" + index + "," : "", millis,
				kind.equals("FAILED") ? ",\"detail\":\"exit code 1\"" : "");
	}

}
