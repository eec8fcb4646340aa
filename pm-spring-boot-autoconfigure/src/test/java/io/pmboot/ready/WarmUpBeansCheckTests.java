package io.pmboot.ready;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.pmboot.WarmUp;
import io.pmboot.worker.ReadyCheck.ReadyCheckException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ReadyChecks#warmUpBeans}.
 */
class WarmUpBeansCheckTests {

	private final List<String> seen = new ArrayList<>();

	private final Map<String, WarmUp> beans = new LinkedHashMap<>();

	@Test
	void callsOneAfterTheOther() throws Exception {
		this.beans.put("cache", () -> this.seen.add("cache is filled"));
		this.beans.put("pool", () -> this.seen.add("pool is filled"));
		ReadyChecks.warmUpBeans(this.beans).pass(this.seen::add);
		assertThat(this.seen).containsExactly("bean 'cache' warms up", "cache is filled", "bean 'pool' warms up",
				"pool is filled");
	}

	@Test
	void whatABeanThrowsNamesIt() {
		this.beans.put("cache", () -> {
			throw new IllegalStateException("no cache");
		});
		this.beans.put("pool", () -> this.seen.add("pool"));
		assertThatExceptionOfType(ReadyCheckException.class)
			.isThrownBy(() -> ReadyChecks.warmUpBeans(this.beans).pass((waiting) -> {
			}))
			.withMessageContaining(
					"Bean 'cache' failed to warm this worker up: java.lang.IllegalStateException: no cache");
		assertThat(this.seen).isEmpty();
	}

}
