package io.pmboot.server;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.SSLContext;

import io.pmboot.test.Certificates;
import io.pmboot.test.EventsClient;
import io.pmboot.test.FreePort;
import io.pmboot.test.Http2Client;
import io.pmboot.test.HttpClient;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.LoadClient;
import io.pmboot.test.LoadKind;
import io.pmboot.test.LoadResult;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.MasterStatus.ReloadPart;
import io.pmboot.test.PipelinedClient;
import io.pmboot.test.UploadClient;
import io.pmboot.test.WebSocketClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reloads an application on one server, one group that speaks plainly and one over TLS,
 * with every kind of client at once.
 *
 * @param server the server, as its jar is named
 */
record ServerReload(String server) {

	private static final boolean FULL = Boolean.getBoolean("pm.full");

	private static final int RELOADS = FULL ? 20 : 1;

	private static final int CHILDREN = FULL ? 2 : 1;

	private static final Duration SLOW = Duration.ofMillis(1500);

	private static final Duration PIECE = Duration.ofMillis(200);

	private static final Duration EVENT = Duration.ofMillis(100);

	void losesNothing() throws Exception {
		int tls = FreePort.next();
		try (MasterProcess master = MasterProcess.ready((launch) -> launch.jar(jar())
			.property("pm.groups.web.children", CHILDREN)
			.quick("tls", true)
			.property("pm.groups.tls.listen", tls)
			.property("pm.groups.tls.children", 1)
			.property("pm.groups.web.drain.spread", "2s"))) {
			master.awaitComplete("tls");
			try (LoadClient load = load(master.port(), tls).start()) {
				load.awaitAnswers(3);
				for (int i = 0; i < RELOADS; i++) {
					reload(master);
				}
				load.awaitAnswers(3);
				LoadResult result = load.stop();
				System.out.println("%d reloads on %s: %s".formatted(RELOADS, this.server, result));
				assertThat(result.failureCount()).as(result + System.lineSeparator() + master.output().text()).isZero();
				assertThat(master.output().matching("requests cut")).isEmpty();
			}
		}
	}

	static JudgedVersions judged(String server, Path configuration) {
		return new JudgedVersions(server, (launch) -> launch.jar(new ServerReload(server).jar()),
				(port) -> LoadClient.on(port).connectionPerRequest(4).keepAlive(4), configuration);
	}

	private Path jar() {
		return Path.of(System.getProperty("server.jars") + "-" + this.server + ".jar");
	}

	private static void reload(MasterProcess master) throws Exception {
		List<Long> before = pids(master);
		for (ReloadPart reload : master.reloadAll()) {
			assertThat(reload.outcome()).as(reload + master.output().text()).isEqualTo("COMPLETED");
		}
		assertThat(pids(master)).hasSameSizeAs(before).doesNotContainAnyElementsOf(before);
	}

	private static List<Long> pids(MasterProcess master) throws Exception {
		List<Long> pids = new ArrayList<>(master.pids("web"));
		pids.addAll(master.pids("tls"));
		return pids;
	}

	private static LoadClient load(int port, int tls) throws Exception {
		HttpConnection.Opener plain = HttpConnection.to(port);
		SSLContext trust = trust();
		return LoadClient.on(port)
			.connectionPerRequest(4)
			.keepAlive(4)
			.pausing(10, Duration.ofSeconds(3))
			.slow(4, SLOW)
			.add(LoadKind.PIPELINED, 2, (number) -> new PipelinedClient(plain))
			.add(LoadKind.UPLOAD, 2, (number) -> new UploadClient(plain, PIECE))
			.add(LoadKind.EVENTS, 4, (number) -> new EventsClient(plain, EVENT))
			.add(LoadKind.WEB_SOCKET, 4, (number) -> new WebSocketClient(plain))
			.add(LoadKind.H2C, 2, (number) -> new Http2Client(plain))
			.add(LoadKind.H2, 2, (number) -> new Http2Client(HttpConnection.to(tls, trust, "h2")))
			.add(LoadKind.TLS_KEEP_ALIVE, 2,
					(number) -> new HttpClient(HttpConnection.to(tls, trust, "http/1.1"), false, Duration.ZERO));
	}

	private static SSLContext trust() throws Exception {
		try (InputStream certificate = ServerReload.class.getResourceAsStream("/localhost.crt")) {
			return Certificates.trusting(certificate);
		}
	}

}
