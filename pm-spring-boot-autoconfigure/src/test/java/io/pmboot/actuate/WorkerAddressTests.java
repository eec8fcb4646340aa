package io.pmboot.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import io.pmboot.master.WorkerActuator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WorkerAddress}.
 */
class WorkerAddressTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", textBlock = """
			web/0/health                    | -                     | web | 0 | - | /m/health
			web/0/health/                   | -                     | web | 0 | - | /m/health/
			web/12/loggers/a.B%2FC          | -                     | web | 12 | - | /m/loggers/a.B%2FC
			web/*/metrics/x                 | tag=a:b&generation=3  | web | - | 3 | /m/metrics/x?tag=a:b
			web/%2A/metrics                 | generation=3          | web | - | 3 | /m/metrics
			a%2Db/0/metrics                 | generations=1&x       | a-b | 0 | - | /m/metrics?generations=1&x
			""")
	void whatIsAsked(String path, @Nullable String query, String group, @Nullable Integer index,
			@Nullable Integer generation, String target) {
		WorkerAddress address = WorkerAddress.of(path, query);
		assertThat(address.group()).isEqualTo(group);
		assertThat(address.index()).isEqualTo(index);
		assertThat(address.generation()).isEqualTo(generation);
		assertThat(address.target(worker(0, 1, WorkerState.READY, "health", "loggers", "metrics"))).isEqualTo(target);
	}

	@ParameterizedTest
	@ValueSource(strings = { "web/0/health/../../api", "web/0/health/%2e%2E/api", "web/0/health/..%2f..%2fapi",
			"web/0/health/x%5c..%5capi", "web/0/health/..;a=b/api", "web/0/./health", "web/0/health/.." })
	void noWayLeadsOutOfTheEndpoint(String path) {
		assertRefused(() -> WorkerAddress.of(path, null), HttpStatus.BAD_REQUEST, "no '.' or '..'");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", textBlock = """
			web           | -                | 404 | {endpoint}
			web/*         | -                | 404 | {endpoint}
			web/*/        | -                | 404 | {endpoint}
			web/0//x      | -                | 404 | {endpoint}
			web/x/health  | -                | 400 | 'x'
			web/-1/health | -                | 400 | '-1'
			web/0/health  | generation=new   | 400 | 'new'
			web/0/he%zz   | -                | 400 | he%zz
			""")
	void whatIsNotUnderstoodIsRefused(String path, @Nullable String query, int status, String reason) {
		assertRefused(() -> WorkerAddress.of(path, query), HttpStatus.valueOf(status), reason);
	}

	@Test
	void ofTwoInASlotTheFirstIsMeantUnlessAnotherGenerationIs() {
		List<WorkerActuator> workers = List.of(worker(0, 2, WorkerState.READY), worker(0, 1, WorkerState.DRAINING),
				worker(1, 1, WorkerState.READY));
		assertThat(WorkerAddress.of("web/0/x", null).among(workers)).containsExactly(workers.get(0));
		assertThat(WorkerAddress.of("web/0/x", "generation=1").among(workers)).containsExactly(workers.get(1));
		assertThat(WorkerAddress.of("web/*/x", null).among(workers)).isEqualTo(workers);
		assertThat(WorkerAddress.of("web/*/x", "generation=1").among(workers)).isEqualTo(workers.subList(1, 3));
		assertRefused(() -> WorkerAddress.of("web/2/x", null).among(workers), HttpStatus.NOT_FOUND,
				"Group 'web' has no worker 2; it has: 0 (generation 2, READY), 0 (generation 1, DRAINING), 1 (generation 1, READY)");
		assertRefused(() -> WorkerAddress.of("web/1/x", "generation=2").among(workers), HttpStatus.NOT_FOUND,
				"has no worker 1 of generation 2");
		assertRefused(() -> WorkerAddress.of("web/*/x", null).among(List.of()), HttpStatus.NOT_FOUND, "it has: none");
	}

	@Test
	void whatAWorkerDoesNotHaveIsSaid() {
		WorkerAddress address = WorkerAddress.of("web/0/heapdump", null);
		assertRefused(() -> address.target(worker(0, 1, WorkerState.READY, "health", "info")), HttpStatus.NOT_FOUND,
				"Worker web-0 (generation 1) exposes no endpoint 'heapdump' (management.endpoints.web.exposure.include); it exposes: health, info");
		assertRefused(() -> address.target(worker(0, 1, WorkerState.STARTING)), HttpStatus.SERVICE_UNAVAILABLE,
				"is starting");
		assertRefused(() -> address.target(worker(0, 1, WorkerState.READY)), HttpStatus.NOT_FOUND, "has no Actuator");
	}

	private static void assertRefused(ThrowingCallable call, HttpStatus status, String reason) {
		assertThatExceptionOfType(ResponseStatusException.class).isThrownBy(call)
			.satisfies((refused) -> assertThat(refused.getStatusCode()).isEqualTo(status))
			.satisfies((refused) -> assertThat(refused.getReason()).contains(reason));
	}

	private static WorkerActuator worker(int index, int generation, WorkerState state, String... endpoints) {
		WorkerInfo info = new WorkerInfo("web", index, generation, false, 4711, state, false, FakeMaster.SINCE, null,
				null);
		Map<String, String> paths = new LinkedHashMap<>();
		for (String endpoint : endpoints) {
			paths.put(endpoint, "/m/" + endpoint);
		}
		return new WorkerActuator(info, paths);
	}

}
