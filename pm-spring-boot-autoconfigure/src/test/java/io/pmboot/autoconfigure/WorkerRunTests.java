package io.pmboot.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.example.app.ShopApplication;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.pmboot.env.WorkerDefaults;
import io.pmboot.event.ListenEvent;
import io.pmboot.event.WorkerDrainingEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the environment and the warnings of a worker, with real runs.
 */
@ExtendWith(OutputCaptureExtension.class)
class WorkerRunTests {

	private static final List<Class<?>> WORKER_EVENTS = List.of(ListenEvent.class, WorkerDrainingEvent.class);

	private static final String SECURITY = "org.springframework.boot.security.autoconfigure.";

	@TempDir
	private Path temporary;

	@Test
	void aWorkerIsTheWholeApplicationAndLogsToItsOwnFile() {
		// Logging is set up once for a JVM, until a context that was alone in it is
		// closed.
		LoggingSystem.get(getClass().getClassLoader()).cleanUp();
		Path log = this.temporary.resolve("app.log");
		try (ConfigurableApplicationContext context = worker("--logging.file.name=" + log,
				"--logging.config=classpath:file-logging.xml", "--spring.devtools.restart.enabled=true")) {
			assertThat(context.getBeanDefinitionNames()).contains("shopApplication", "shopName", "shopController")
				.doesNotContain("pmProperties", "pmRunDirectory");
			assertThat(context.getEnvironment().getProperty("spring.application.group")).isEqualTo("web-0");
			assertThat(context.getEnvironment().getProperty("spring.devtools.restart.enabled")).isEqualTo("false");
			assertThat(log).doesNotExist();
			assertThat(this.temporary.resolve("app-web-0.log")).content().contains("Started ");
		}
	}

	@Test
	void aGroupThatListensNowhereKeepsItsWebContextAndOpensNoPort() {
		SpringApplication application = new SpringApplication(ShopApplication.class);
		application.addInitializers((context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(WorkerDefaults.listeners(List.of(), context.getEnvironment())));
		try (ConfigurableApplicationContext context = application.run(arguments("--management.server.port=0"))) {
			assertThat(context.containsBean("requestMappingHandlerMapping")).isTrue();
			assertThat(context.getEnvironment().getProperty("local.server.port")).isIn(null, "-1");
			assertThat(context.getEnvironment().getProperty("local.management.port")).isIn(null, "-1");
		}
	}

	@Test
	void theActuatorOfAWorkerNeitherOpensItsOwnPortNorMoves() throws Exception {
		try (ConfigurableApplicationContext context = worker("--management.server.port=0")) {
			assertThat(context.getEnvironment().getProperty("local.management.port")).isIn(null, "-1");
			assertThat(get(context, "/actuator/health").statusCode()).isEqualTo(404);
		}
		try (ConfigurableApplicationContext context = worker()) {
			assertThat(get(context, "/actuator/health").statusCode()).isEqualTo(200);
		}
	}

	@Test
	void aListenerForTheMastersEventsIsWarnedOf(CapturedOutput output) {
		try (ConfigurableApplicationContext context = worker()) {
			assertThat(context.isActive()).isTrue();
		}
		assertThat(output.getOut().lines().filter((line) -> line.contains("only the master publishes"))).hasSize(2)
			.anySatisfy((line) -> assertThat(line).contains("giveupCounter")
				.contains("onGiveup(io.pmboot.event.GiveupEvent)")
				.contains("listens for GiveupEvent"))
			.anySatisfy((line) -> assertThat(line).contains("giveupCounter").contains("listens for WorkerReadyEvent"));
	}

	@Test
	void aSessionInMemoryIsWarnedOfOnce(CapturedOutput output) throws Exception {
		try (ConfigurableApplicationContext context = worker()) {
			get(context, "/shop");
			assertThat(output).doesNotContain("HttpSession");
			get(context, "/basket");
			get(context, "/basket");
			assertThat(output.getOut().lines().filter((line) -> line.contains("uses an HttpSession"))).hasSize(1);
		}
	}

	@Test
	void everyMasterEventIsKnownToTheWarning() {
		List<String> events = new ClassFileImporter().importPackages("io.pmboot.event")
			.stream()
			.filter((type) -> type.isRecord() && !type.isNestedClass())
			.map(JavaClass::getName)
			.filter((name) -> WORKER_EVENTS.stream().noneMatch((event) -> event.getName().equals(name)))
			.toList();
		assertThat(MasterEventListenerWarning.MASTER_EVENTS).extracting(Class::getName)
			.containsExactlyInAnyOrderElementsOf(events);
	}

	private ConfigurableApplicationContext worker(String... arguments) {
		return SpringApplication.run(ShopApplication.class, arguments(arguments));
	}

	private String[] arguments(String... more) {
		List<String> arguments = new ArrayList<>(List.of("--spring.profiles.active=worker,web",
				"--pm.worker.control-socket=/nowhere", "--PM_WORKER_GROUP=web", "--PM_WORKER_INDEX=0",
				"--server.port=0", "--pm.worker.run-directory=" + this.temporary,
				"--spring.autoconfigure.exclude=" + PmWorkerAutoConfiguration.class.getName() + "," + SECURITY
						+ "web.servlet.ServletWebSecurityAutoConfiguration," + SECURITY
						+ "web.servlet.SecurityFilterAutoConfiguration," + SECURITY
						+ "actuate.web.servlet.ManagementWebSecurityAutoConfiguration"));
		arguments.addAll(Arrays.asList(more));
		return arguments.toArray(String[]::new);
	}

	private static HttpResponse<String> get(ConfigurableApplicationContext context, String path) throws Exception {
		String port = context.getEnvironment().getProperty("local.server.port");
		URI uri = URI.create("http://127.0.0.1:" + port + path);
		return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
	}

}
