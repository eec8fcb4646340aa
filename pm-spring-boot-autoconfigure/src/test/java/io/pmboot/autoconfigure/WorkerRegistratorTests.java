package io.pmboot.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import de.codecentric.boot.admin.client.config.ClientProperties;
import de.codecentric.boot.admin.client.config.InstanceProperties;
import de.codecentric.boot.admin.client.config.ServiceHostType;
import de.codecentric.boot.admin.client.config.SpringBootAdminClientAutoConfiguration;
import de.codecentric.boot.admin.client.registration.Application;
import de.codecentric.boot.admin.client.registration.ApplicationFactory;
import de.codecentric.boot.admin.client.registration.ApplicationRegistrator;
import de.codecentric.boot.admin.client.registration.RegistrationClient;
import io.pmboot.DrainReason;
import io.pmboot.control.Frame;
import io.pmboot.env.RunDirectory;
import io.pmboot.worker.WorkerConnection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

@ExtendWith(OutputCaptureExtension.class)
class WorkerRegistratorTests {

	@TempDir
	private Path runDirectory;

	private final ClientProperties client = new ClientProperties();

	private final InstanceProperties instance = new InstanceProperties();

	private final List<Application> registered = new ArrayList<>();

	private final List<String> deregistered = new ArrayList<>();

	private CompletableFuture<Void> activated = CompletableFuture.completedFuture(null);

	private @Nullable DrainReason draining;

	@BeforeEach
	void tellWhereTheMasterIs() throws IOException {
		endpoint("http://127.0.0.1:8079/actuator/pm/");
		this.client.setUrl(new String[] { "http://localhost:1" });
	}

	private void endpoint(String url) throws IOException {
		Files.writeString(this.runDirectory.resolve(RunDirectory.ENDPOINT_URL), url);
	}

	@Test
	void aWorkerIsAskedThroughTheMaster() {
		assertThat(registrator().register()).isTrue();
		assertThat(this.registered).singleElement().satisfies((application) -> {
			assertThat(application.getName()).isEqualTo("shop");
			assertThat(application.getServiceUrl()).isEqualTo("http://host:8080/");
			assertThat(application.getManagementUrl()).isEqualTo("http://127.0.0.1:8079/actuator/pm/workers/web/1");
			assertThat(application.getHealthUrl()).isEqualTo("http://127.0.0.1:8079/actuator/pm/workers/web/1/health");
			assertThat(application.getMetadata())
				.containsExactlyInAnyOrderEntriesOf(Map.of("zone", "a", "tags.worker", "web-1", "generation", "3"));
		});
	}

	@ParameterizedTest
	@CsvSource({ "http://192.0.2.7:9000/manage/master/, http://192.0.2.7:9000/manage/master/workers/web/1",
			"http://[0:0:0:0:0:0:0:1]:9000/actuator/pm/, http://[0:0:0:0:0:0:0:1]:9000/actuator/pm/workers/web/1" })
	void whereTheMasterIsFollowsFromWhatItSays(String endpoint, String management) throws IOException {
		endpoint(endpoint);
		this.instance.setServiceHostType(ServiceHostType.IP);
		registrator().register();
		assertThat(this.registered.get(0).getManagementUrl()).isEqualTo(management);
	}

	@Test
	void ofAMasterOnAllAddressesTheHostIsTold() throws IOException {
		endpoint("http://0.0.0.0:9000/actuator/pm/");
		this.instance.setServiceHostType(ServiceHostType.IP);
		registrator().register();
		assertThat(this.registered.get(0).getManagementUrl()).isEqualTo(
				"http://%s:9000/actuator/pm/workers/web/1".formatted(InetAddress.getLocalHost().getHostAddress()));
	}

	@Test
	void whereTheMasterIsCanBeSaid() {
		this.instance.setManagementBaseUrl("https://shop.example/ops");
		registrator().register();
		assertThat(this.registered.get(0).getManagementUrl())
			.isEqualTo("https://shop.example/ops/actuator/pm/workers/web/1");
	}

	@Test
	void ofAMasterOnAllAddressesTheNameIsOneThatItAnswersTo() throws IOException {
		endpoint("http://0.0.0.0:9000/actuator/pm/");
		this.instance.setServiceHostType(ServiceHostType.CANONICAL_HOST_NAME);
		registrator().register();
		assertThat(this.registered.get(0).getManagementUrl())
			.isEqualTo("http://%s:9000/actuator/pm/workers/web/1".formatted(InetAddress.getLocalHost().getHostName()));
	}

	@Test
	void whereTheMasterHasNoPortAllAreOneInstance(CapturedOutput output) throws IOException {
		Files.delete(this.runDirectory.resolve(RunDirectory.ENDPOINT_URL));
		assertThatAllAreOneInstance();
		assertThat(output).containsOnlyOnce("All workers here are one instance for Spring Boot Admin")
			.contains("has no port (pm.master.port=-1)");
	}

	@Test
	void whereAServerElsewhereCannotAskTheMasterAllAreOneInstance(CapturedOutput output) {
		this.client.setUrl(new String[] { "http://localhost:1", "http://192.0.2.9:8080/admin" });
		assertThatAllAreOneInstance();
		assertThat(output)
			.containsOnlyOnce("is on loopback (pm.master.actuator-address), and the server on 192.0.2.9.");
	}

	@Test
	void whatTheApplicationSaysOfItselfIsTold(CapturedOutput output) {
		this.instance.setHealthUrl("http://host:8080/actuator/health");
		assertThatAllAreOneInstance();
		assertThat(output).doesNotContain("one instance");
	}

	private void assertThatAllAreOneInstance() {
		WorkerRegistrator registrator = registrator();
		assertThat(registrator.register()).isTrue();
		assertThat(registrator.register()).isTrue();
		assertThat(this.registered).allSatisfy((application) -> {
			assertThat(application.getManagementUrl()).isEqualTo("http://host:8080/actuator");
			assertThat(application.getHealthUrl()).isEqualTo("http://host:8080/actuator/health");
			assertThat(application.getMetadata()).doesNotContainKey("tags.worker");
		});
	}

	@Test
	void whoDoesNotServeYetLeavesTheInstanceToThePredecessor() {
		this.activated = new CompletableFuture<>();
		WorkerRegistrator registrator = registrator();
		assertThat(registrator.register()).isFalse();
		this.draining = DrainReason.STOP;
		registrator.deregister();
		assertThat(this.registered).isEmpty();
		assertThat(this.deregistered).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "RELOAD", "HANDOVER", "REPLACED", "RESTART", "DISCONNECTED", "CONTEXT_CLOSED" })
	void whoIsFollowedLeavesTheInstanceToTheNext(DrainReason reason) {
		drain(reason);
		assertThat(this.deregistered).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE,
			names = { "RELOAD", "HANDOVER", "REPLACED", "RESTART", "DISCONNECTED", "CONTEXT_CLOSED" })
	void whoIsNotFollowedTakesItAway(DrainReason reason) {
		drain(reason);
		assertThat(this.deregistered).containsExactly("id");
	}

	// As where a jar of all jars has lost what filters auto-configurations beforehand.
	@Test
	void anApplicationWithoutItsClientStarts() {
		new WebApplicationContextRunner().withClassLoader(new FilteredClassLoader("de.codecentric"))
			.withConfiguration(AutoConfigurations.of(PmWorkerAdminAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void theClientRegistersAsTheWorkerSays() {
		notExcluded(client()).run((context) -> assertThat(context).hasSingleBean(ApplicationRegistrator.class)
			.getBean(ApplicationRegistrator.class)
			.isInstanceOf(WorkerRegistrator.class));
	}

	@Test
	void anApplicationsOwnRegistratorWins() {
		notExcluded(client().withBean("own", ApplicationRegistrator.class, () -> mock(ApplicationRegistrator.class)))
			.run((context) -> assertThat(context).hasSingleBean(ApplicationRegistrator.class)
				.doesNotHaveBean(WorkerRegistrator.class));
	}

	@Test
	void anApplicationWhoseClientIsExcludedStarts() {
		client().run((context) -> assertThat(context).hasNotFailed());
	}

	private static WebApplicationContextRunner notExcluded(WebApplicationContextRunner runner) {
		return runner.withBean(ApplicationFactory.class, () -> mock(ApplicationFactory.class))
			.withBean(RegistrationClient.class, () -> mock(RegistrationClient.class))
			.withConfiguration(AutoConfigurations.of(SpringBootAdminClientAutoConfiguration.class));
	}

	private static WebApplicationContextRunner client() {
		return new WebApplicationContextRunner()
			.withPropertyValues("spring.boot.admin.client.url=http://localhost:1",
					"spring.boot.admin.client.auto-registration=false")
			.withBean(WorkerConnection.class, () -> mock(WorkerConnection.class))
			.withConfiguration(
					AutoConfigurations.of(EndpointAutoConfiguration.class, WebEndpointAutoConfiguration.class))
			.withUserConfiguration(PmWorkerAdminAutoConfiguration.RegistratorConfiguration.class);
	}

	private void drain(DrainReason reason) {
		WorkerRegistrator registrator = registrator();
		registrator.register();
		this.draining = reason;
		assertThat(registrator.register()).isFalse();
		assertThat(this.registered).hasSize(1);
		registrator.deregister();
	}

	private WorkerRegistrator registrator() {
		Frame.Welcome self = new Frame.Welcome(1, "web", 1, 3, List.of(), Duration.ZERO, 2, Duration.ZERO, 1,
				List.of());
		return new WorkerRegistrator(new WorkerInstance(() -> Application.create("shop")
			.serviceUrl("http://host:8080/")
			.managementUrl("http://host:8080/actuator")
			.healthUrl("http://host:8080/actuator/health")
			.metadata("zone", "a")
			.build(), this.client, this.instance, self, this.runDirectory), new RegistrationClient() {

				@Override
				public String register(String adminUrl, Application self) {
					WorkerRegistratorTests.this.registered.add(self);
					return "id";
				}

				@Override
				public void deregister(String adminUrl, String id) {
					WorkerRegistratorTests.this.deregistered.add(id);
				}

			}, this.client, this.activated, () -> this.draining);
	}

}
