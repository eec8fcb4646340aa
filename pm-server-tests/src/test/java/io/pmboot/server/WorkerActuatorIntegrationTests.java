package io.pmboot.server;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import io.pmboot.test.FreePort;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.MasterProcess;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A worker's Actuator on each server: through the master, with a server of its own or
 * without.
 */
class WorkerActuatorIntegrationTests {

	private static final String WORKER = "/actuator/pm/workers/web/0/health";

	@FullOnly
	@ParameterizedTest
	@CsvSource({ "tomcat,false", "tomcat,true", "jetty,false", "jetty,true", "reactor-netty,false",
			"reactor-netty,true" })
	void isAskedThroughTheMaster(String server, boolean ownServer) throws Exception {
		int port = FreePort.next();
		try (MasterProcess master = MasterProcess.ready((launch) -> {
			launch.jar(Path.of(System.getProperty("server.jars") + "-" + server + ".jar"))
				.property("pm.groups.web.children", 1);
			if (ownServer) {
				launch.property("management.server.port", port).property("management.server.base-path", "/own");
			}
		})) {
			HttpAnswer health = master.request("GET", WORKER, Map.of(), "");
			assertThat(health.status()).as(health.body() + master.output().text()).isEqualTo(200);
			assertThat(health.body()).contains("\"UP\"");
			HttpAnswer absent = master.request("GET", "/actuator/pm/workers/web/0/heapdump", Map.of(), "");
			assertThat(absent.status()).isEqualTo(404);
			assertThat(absent.body()).contains("exposes no endpoint 'heapdump'");
			assertThat(publicly(master, "/actuator/health")).isEqualTo(ownServer ? 404 : 200);
			assertThat(publicly(master, "/own/actuator/health")).isEqualTo(404);
			try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
				assertThat(free.isBound()).isTrue();
			}
		}
	}

	private static int publicly(MasterProcess master, String path) throws Exception {
		return HttpConnection.once(master.port(), "GET", path, Map.of(), "", Duration.ofSeconds(30)).status();
	}

}
