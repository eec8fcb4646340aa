package io.pmboot.discovery;

import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;

import io.pmboot.test.ApplicationLaunch;
import io.pmboot.test.Await;
import io.pmboot.test.MasterProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a service registry knows of a group of one worker while that is reloaded, by the
 * clients that Spring Cloud has for it.
 */
class DiscoveryIntegrationTests {

	@TempDir
	private Path directory;

	@Test
	void eurekaHasAnInstanceAtEachMoment() throws Exception {
		staysRegistered((launch, port) -> launch.property("spring.cloud.consul.enabled", false)
			.property("eureka.client.fetch-registry", false)
			.property("eureka.client.service-url.defaultZone", "http://localhost:%d/eureka/".formatted(port)));
	}

	@Test
	void consulHasAnInstanceAtEachMoment() throws Exception {
		staysRegistered((launch, port) -> launch.property("eureka.client.enabled", false)
			.property("spring.cloud.consul.host", "localhost")
			.property("spring.cloud.consul.port", port));
	}

	private void staysRegistered(Client client) throws Exception {
		try (StubRegistry registry = new StubRegistry()) {
			Consumer<ApplicationLaunch> launch = (application) -> client.configure(application
				.classPath(System.getProperty("java.class.path"), DiscoveryApplication.class.getName(),
						this.directory.resolve("arguments"))
				.property("spring.application.name", "shop")
				// Its default, which is the time that a successor has to be registered.
				.property("pm.groups.web.reload.observe", null)
				.property("pm.groups.web.children", 1), registry.port());
			try (MasterProcess master = MasterProcess.ready(launch)) {
				Await.until(MasterProcess.TIMEOUT, "the worker is registered", () -> !registry.instances().isEmpty(),
						master.output()::text);
				Set<String> before = registry.instances();
				long pid = master.pids("web").get(0);
				// And nobody else: the master is no instance.
				assertThat(before).singleElement().satisfies((id) -> assertThat(id).endsWith("web-0-" + pid));
				registry.count();
				assertThat(master.reload("web").outcome()).as(master.output().text()).isEqualTo("COMPLETED");
				long successor = master.pids("web").get(0);
				assertThat(registry.history()).contains("-" + before.iterator().next());
				assertThat(registry.instances()).as(registry.history().toString())
					.singleElement()
					.satisfies((id) -> assertThat(id).endsWith("web-0-" + successor));
				assertThat(registry.least()).as(registry.history().toString()).isOne();
			}
		}
	}

	/** Points an application to a registry. */
	private interface Client {

		void configure(ApplicationLaunch launch, int port);

	}

}
