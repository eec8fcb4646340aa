package io.pmboot.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import com.example.reach.grpc.GrpcApplication;
import io.pmboot.test.ApplicationLaunch;
import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.Client;
import io.pmboot.test.FreePort;
import io.pmboot.test.FullOnly;
import io.pmboot.test.GrpcClient;
import io.pmboot.test.HttpClient;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.LoadClient;
import io.pmboot.test.LoadKind;
import io.pmboot.test.LoadResult;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.RequestFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/** What clients of gRPC see of a reload. */
@EnabledIf(value = "hasGrpcServer", disabledReason = "Boot has a gRPC server since 4.1")
@FullOnly
class GrpcReloadIntegrationTests {

	private static final int RELOADS = 20;

	private static final String ABSENT = "jetty|reactor-netty|spring-(boot-)?security|spring-boot-devtools|";

	private static final String SHADED = "grpc-netty-shaded";

	private static final String NOT_SHADED = "grpc-netty-\\d";

	@TempDir
	private Path directory;

	static boolean hasGrpcServer() {
		return ClassUtils.isPresent("org.springframework.boot.grpc.server.autoconfigure.GrpcServerAutoConfiguration",
				null);
	}

	@Test
	void reloadLosesNoCallBesideAWebServer() throws Exception {
		int port = FreePort.next();
		try (MasterProcess master = MasterProcess.ready(application().andThen((launch) -> launch
			.property("pm.groups.web.listen", launch.property("pm.groups.web.listen") + "," + port)
			.property("spring.grpc.server.port", port)))) {
			reloads(master, load(port).add(LoadKind.KEEP_ALIVE, 4,
					(number) -> new HttpClient(HttpConnection.to(master.port()), false, Duration.ZERO)));
			assertThat(master.output().matching("A bean of the application in " + master.process().pid())).isEmpty();
			ApplicationProcess.signal(master.process().pid(), "TERM");
			assertThat(master.process().awaitExit()).isEqualTo(143);
		}
	}

	@Test
	void reloadLosesNoCallWithoutAWebServer() throws Exception {
		try (MasterProcess master = MasterProcess.ready(application().andThen((launch) -> launch
			.property("pm.groups.web.arguments[0]", "--spring.main.web-application-type=none")))) {
			reloads(master, load(master.port()));
		}
	}

	@Test
	void versionsThatAnswerWorseAreTakenBack() throws Exception {
		new JudgedVersions("gRPC", application().andThen(
				(launch) -> launch.property("pm.groups.web.arguments[0]", "--spring.main.web-application-type=none")),
				GrpcReloadIntegrationTests::briefly, this.directory)
			.areTakenBack();
	}

	@Test
	void aPortThatTheGroupDoesNotListenOnFailsTheStart() throws Exception {
		try (MasterProcess master = MasterProcess.launch(application())) {
			master.output().await("none of the group's listeners has this port", MasterProcess.TIMEOUT);
			master.output().await("Add it to pm.groups.web.listen", MasterProcess.TIMEOUT);
		}
	}

	@Test
	void aShadedNettyFailsTheStart() throws Exception {
		try (MasterProcess master = MasterProcess.launch(application(NOT_SHADED))) {
			master.output().await("cannot accept on shared listeners", MasterProcess.TIMEOUT);
			master.output().await("Replace the dependency io.grpc:grpc-netty-shaded", MasterProcess.TIMEOUT);
		}
	}

	private Consumer<ApplicationLaunch> application() {
		return application(SHADED);
	}

	private Consumer<ApplicationLaunch> application(String absent) {
		return (launch) -> launch
			.classPath(ReachIntegrationTests.without(List.of(ABSENT + absent)), GrpcApplication.class.getName(),
					this.directory.resolve("arguments"))
			.property("pm.groups.web.children", 2);
	}

	private static LoadClient load(int port) {
		return LoadClient.on(port)
			.add(LoadKind.GRPC, 6, (number) -> new GrpcClient(HttpConnection.to(port), "/load/Echo"));
	}

	// With connections that last, a successor would get no calls before its predecessor
	// drains.
	private static LoadClient briefly(int port) {
		return LoadClient.on(port).add(LoadKind.GRPC, 6, (number) -> {
			GrpcClient client = new GrpcClient(HttpConnection.to(port), "/load/Echo");
			return new Client() {

				@Override
				public void act(String id) throws RequestFailedException {
					client.act(id);
					client.disconnect();
				}

				@Override
				public void disconnect() {
					client.disconnect();
				}

			};
		});
	}

	private static void reloads(MasterProcess master, LoadClient clients) throws Exception {
		try (LoadClient load = clients.start()) {
			load.awaitAnswers(10);
			for (int i = 0; i < RELOADS; i++) {
				List<Long> before = master.pids("web");
				assertThat(master.reload("web").outcome()).as(master.output().text()).isEqualTo("COMPLETED");
				assertThat(master.pids("web")).hasSize(2).doesNotContainAnyElementsOf(before);
			}
			load.awaitAnswers(10);
			LoadResult result = load.stop();
			System.out.println("%d reloads on gRPC: %s".formatted(RELOADS, result));
			assertThat(result.failureCount()).as(result + System.lineSeparator() + master.output().text()).isZero();
		}
	}

}
