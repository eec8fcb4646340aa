package io.pmboot.actuate;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import javax.management.MBeanException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import io.pmboot.GroupStartFailedException;
import io.pmboot.Initiator;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOptions;
import io.pmboot.ReloadOutcome;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Endpoint {@code pm} over JMX.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PmEndpointJmxTests {

	private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

	private MasterApplication application;

	private ObjectName name;

	@BeforeAll
	void start() throws Exception {
		this.application = MasterApplication.start(WebApplicationType.NONE, Map.of("spring.jmx.enabled", true,
				"management.endpoints.jmx.exposure.include", "pm", "management.endpoints.jmx.domain", "pm.test"));
		this.name = new ObjectName("pm.test:type=Endpoint,name=Pm");
	}

	@AfterAll
	void stop() {
		this.application.close();
	}

	@BeforeEach
	void reset() {
		this.application.master().reset();
	}

	@Test
	void status() throws Exception {
		assertThat(invoke("status")).extractingByKey("master")
			.asInstanceOf(InstanceOfAssertFactories.MAP)
			.containsEntry("pid", 4710L)
			.containsEntry("outputBlockedSince", null);
		assertThat(invoke("group", "web")).containsEntry("name", "web").containsEntry("state", "RUNNING");
	}

	@Test
	void unknownGroupIsNamed() {
		assertThatExceptionOfType(MBeanException.class).isThrownBy(() -> invoke("group", "wep"))
			.withMessageContaining("There is no group 'wep'; there are: web, jobs");
	}

	@Test
	void reload() throws Exception {
		assertThat(invoke("reload", null, null, null, null, null, null)).containsOnlyKeys("reloads");
		assertThat(this.application.master().asked()).containsExactly("web", "jobs");
	}

	@Test
	void reloadOfOneGroupAndWait() throws Exception {
		CompletableFuture<Map<String, Object>> result = CompletableFuture.supplyAsync(() -> {
			try {
				return invoke("reload", "jobs", true, "3s", "", "1", null);
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
		FakeMaster.finish(this.application.master().awaitReload(), ReloadOutcome.FAILED, "exit code 1");
		assertThat(this.application.master().options())
			.isEqualTo(new ReloadOptions(Duration.ofSeconds(3), null, "1", null));
		assertThat(result.get(30, TimeUnit.SECONDS)).extractingByKey("reloads")
			.asInstanceOf(InstanceOfAssertFactories.list(Map.class))
			.singleElement()
			.isEqualTo(Map.of("id", "reload-1", "group", "jobs", "fromGeneration", 1, "toGeneration", 2, "outcome",
					"FAILED", "cause", "exit code 1"));
	}

	@Test
	void rollbackAndCancel() throws Exception {
		assertThat(invoke("rollback", "web", null)).containsOnlyKeys("reloads");
		assertThat(this.application.master().awaitReload().started())
			.extracting(ReloadInfo::toGeneration, ReloadInfo::initiator)
			.containsExactly(0, Initiator.JMX);
		assertThat(invoke("promote", "rollback-1", null)).containsOnlyKeys("reloads");
		assertThat(invoke("cancel", "rollback-1")).containsOnlyKeys("reloads");
		assertThat(this.application.master().operations()).containsExactly("promote rollback-1", "cancel rollback-1");
		assertThatExceptionOfType(MBeanException.class).isThrownBy(() -> invoke("cancel", "web-9"))
			.withMessageContaining("There is no reload 'web-9' among the last 20");
	}

	@Test
	void operationsOnOneGroup() throws Exception {
		assertThat(invoke("scale", "web", "3")).containsEntry("name", "web").containsEntry("state", "RUNNING");
		invoke("scale", "jobs", "auto");
		invoke("restart", "web", null);
		invoke("restart", "web", 1);
		invoke("stop", "web");
		assertThat(invoke("start", "web")).containsEntry("name", "web");
		assertThat(this.application.master().operations()).containsExactly("scale web 3",
				"scale jobs " + Runtime.getRuntime().availableProcessors(), "restart web", "restart web 1", "stop web",
				"start web");
	}

	@Test
	void refusedOperationSaysWhy() {
		assertThatExceptionOfType(MBeanException.class).isThrownBy(() -> invoke("scale", "web", "many"))
			.withMessageContaining("'children' must be 'auto' or a number from 0 to 1000, not 'many'");
		this.application.master()
			.startsWith(CompletableFuture
				.failedFuture(new GroupStartFailedException("web", "Group 'web' cannot listen on 8080", null)));
		assertThatExceptionOfType(MBeanException.class).isThrownBy(() -> invoke("start", "web"))
			.withMessageContaining("Group 'web' cannot listen on 8080");
	}

	@SuppressWarnings("unchecked")
	private Map<String, Object> invoke(String operation, Object... arguments) throws Exception {
		return (Map<String, Object>) this.server.invoke(this.name, operation, arguments, new String[arguments.length]);
	}

}
