package io.pmboot.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import de.codecentric.boot.admin.client.config.ClientProperties;
import de.codecentric.boot.admin.client.config.InstanceProperties;
import de.codecentric.boot.admin.client.config.ServiceHostType;
import de.codecentric.boot.admin.client.registration.Application;
import de.codecentric.boot.admin.client.registration.RegistrationClient;
import io.pmboot.DrainReason;
import io.pmboot.control.Frame;
import io.pmboot.env.RunDirectory;
import io.pmboot.event.WorkerDrainingEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class WorkerRegistratorTests {

	@TempDir
	private Path runDirectory;

	private final InstanceProperties instance = new InstanceProperties();

	private final List<Application> registered = new ArrayList<>();

	private final List<String> deregistered = new ArrayList<>();

	@BeforeEach
	void tellWhereTheMasterIs() throws IOException {
		endpoint("http://127.0.0.1:8079/actuator/pm/");
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
			assertThat(application.getManagementUrl()).isEqualTo("http://localhost:8079/actuator/pm/workers/web/1");
			assertThat(application.getHealthUrl()).isEqualTo("http://localhost:8079/actuator/pm/workers/web/1/health");
			assertThat(application.getMetadata())
				.containsExactlyInAnyOrderEntriesOf(Map.of("zone", "a", "tags.worker", "web-1", "generation", "3"));
		});
	}

	@ParameterizedTest
	@CsvSource({ "http://192.0.2.7:9000/manage/master/, http://192.0.2.7:9000/manage/master/workers/web/1",
			"http://[0:0:0:0:0:0:0:1]:9000/actuator/pm/, http://localhost:9000/actuator/pm/workers/web/1" })
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
	void ofAMasterWithoutAPortNothingIsRegistered(CapturedOutput output) throws IOException {
		Files.delete(this.runDirectory.resolve(RunDirectory.ENDPOINT_URL));
		WorkerRegistrator registrator = registrator();
		assertThat(registrator.register()).isFalse();
		assertThat(registrator.register()).isFalse();
		assertThat(this.registered).isEmpty();
		assertThat(output).containsOnlyOnce("This worker is not registered at Spring Boot Admin");
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

	private void drain(DrainReason reason) {
		WorkerRegistrator registrator = registrator();
		registrator.register();
		registrator.onDraining(new WorkerDrainingEvent(reason));
		assertThat(registrator.register()).isFalse();
		assertThat(this.registered).hasSize(1);
		registrator.deregister();
	}

	private WorkerRegistrator registrator() {
		ClientProperties client = new ClientProperties();
		client.setUrl(new String[] { "http://admin" });
		Frame.Welcome self = new Frame.Welcome(1, "web", 1, 3, List.of(), Duration.ZERO, 2, Duration.ZERO, 1,
				List.of());
		return new WorkerRegistrator(new WorkerInstance(() -> Application.create("shop")
			.serviceUrl("http://host:8080/")
			.managementUrl("http://host:8080/actuator")
			.healthUrl("http://host:8080/actuator/health")
			.metadata("zone", "a")
			.build(), this.instance, self, this.runDirectory), new RegistrationClient() {

				@Override
				public String register(String adminUrl, Application self) {
					WorkerRegistratorTests.this.registered.add(self);
					return "id";
				}

				@Override
				public void deregister(String adminUrl, String id) {
					WorkerRegistratorTests.this.deregistered.add(id);
				}

			}, client);
	}

}
