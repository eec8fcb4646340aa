package io.pmboot.discovery;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

import de.codecentric.boot.admin.server.config.EnableAdminServer;
import de.codecentric.boot.admin.server.domain.entities.Instance;
import de.codecentric.boot.admin.server.domain.entities.InstanceRepository;
import de.codecentric.boot.admin.server.eventstore.InstanceEventPublisher;
import io.pmboot.test.Await;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.MasterProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/** What Spring Boot Admin sees of a group, whose workers are all behind one port. */
class AdminIntegrationTests {

	private static final String LOGGER = "com.example.shop";

	@TempDir
	private Path directory;

	@Test
	void eachWorkerIsAnInstanceOfItsOwn() throws Exception {
		try (ConfigurableApplicationContext admin = new SpringApplicationBuilder(AdminServer.class).run(
				"--server.port=0", "--spring.cloud.consul.enabled=false", "--eureka.client.enabled=false",
				"--spring.boot.admin.monitor.status-interval=3s")) {
			int port = ((WebServerApplicationContext) admin).getWebServer().getPort();
			InstanceRepository instances = admin.getBean(InstanceRepository.class);
			try (MasterProcess master = MasterProcess.ready((launch) -> launch
				.classPath(System.getProperty("java.class.path"), DiscoveryApplication.class.getName(),
						this.directory.resolve("arguments"))
				.property("spring.application.name", "shop")
				.property("spring.cloud.consul.enabled", false)
				.property("eureka.client.enabled", false)
				.property("management.endpoints.web.exposure.include", "health,loggers")
				.property("spring.boot.admin.client.url", "http://localhost:" + port)
				.property("spring.boot.admin.client.period", "1s")
				.property("spring.boot.admin.client.auto-deregistration", true)
				.property("pm.groups.web.children", 2))) {
				await("two that are up", instances, master, 1, 2);
				Map<String, Instance> before = up(instances);
				assertThat(before.get("web-0").getRegistration().getServiceUrl()).contains(":" + master.port());

				HttpAnswer set = HttpConnection.once(port, "POST",
						"/instances/%s/actuator/loggers/%s".formatted(before.get("web-1").getId(), LOGGER),
						Map.of("Content-Type", "application/json"), "{\"configuredLevel\":\"TRACE\"}",
						MasterProcess.TIMEOUT);
				assertThat(set.status()).as(set.body()).isEqualTo(204);
				assertThat(level(master, 1)).contains("TRACE");
				assertThat(level(master, 0)).doesNotContain("TRACE");

				List<String> events = new CopyOnWriteArrayList<>();
				Disposable watch = Flux.from(admin.getBean(InstanceEventPublisher.class))
					.subscribe((event) -> events.add(event.getType()));
				assertThat(master.reload("web").outcome()).as(master.output().text()).isEqualTo("COMPLETED");
				await("two of the next generation that are up", instances, master, 2, 2);
				Map<String, Instance> after = up(instances);
				watch.dispose();
				// Not taken away and registered again: the same ones all the time.
				assertThat(after.get("web-0").getId()).isEqualTo(before.get("web-0").getId());
				assertThat(after.get("web-0").getRegistration().getMetadata()).containsEntry("generation", "2");
				assertThat(events).isNotEmpty().doesNotContain("DEREGISTERED", "REGISTERED");

				assertThat(master.post("/actuator/pm/scale", "{\"group\":\"web\",\"children\":1}").status())
					.isEqualTo(202);
				await("the one that is left", instances, master, 2, 1);
			}
		}
	}

	private static void await(String what, InstanceRepository instances, MasterProcess master, int generation,
			int count) throws Exception {
		Await.until(MasterProcess.TIMEOUT, what, () -> {
			Map<String, Instance> up = up(instances);
			return up.size() == count && up.values()
				.stream()
				.allMatch((instance) -> instance.getEndpoints().isPresent("loggers") && String.valueOf(generation)
					.equals(instance.getRegistration().getMetadata().get("generation")));
		}, () -> instances.findAll().collectList().block() + "\n" + master.output().text());
	}

	// By the names of the workers.
	private static Map<String, Instance> up(InstanceRepository instances) {
		Map<String, Instance> up = new TreeMap<>();
		for (Instance instance : instances.findAll().collectList().block()) {
			if (instance.isRegistered() && instance.getStatusInfo().isUp()) {
				up.put(instance.getRegistration().getMetadata().get("tags.worker"), instance);
			}
		}
		return up;
	}

	private static String level(MasterProcess master, int index) throws Exception {
		HttpAnswer answer = master.request("GET", "/actuator/pm/workers/web/%d/loggers/%s".formatted(index, LOGGER),
				Map.of(), "");
		return answer.body();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAdminServer
	static class AdminServer {

	}

}
