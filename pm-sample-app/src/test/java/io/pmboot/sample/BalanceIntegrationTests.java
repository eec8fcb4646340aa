package io.pmboot.sample;

import java.io.BufferedReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.pmboot.test.ApplicationJdk;
import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.Await;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.RequestFailedException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Who takes the next connection: whoever is free. */
@FullOnly
class BalanceIntegrationTests {

	private static final int THREADS = 4;

	private static MasterProcess master;

	private final List<HttpConnection> connections = new ArrayList<>();

	@BeforeAll
	static void start() throws Exception {
		master = Sample.ready((sample) -> sample.property("server.tomcat.threads.max", THREADS));
	}

	@AfterAll
	static void close() throws Exception {
		if (master != null) {
			master.close();
		}
	}

	@AfterEach
	void closeConnections() {
		this.connections.forEach(HttpConnection::close);
	}

	@Test
	void keepAliveConnectionsAreBalanced() throws Exception {
		Map<String, Integer> byWorker = new TreeMap<>();
		for (int i = 0; i < 64; i++) {
			byWorker.merge(open().get("/pid").body(), 1, Integer::sum);
		}
		assertThat(byWorker).hasSize(2);
		assertThat(byWorker.values()).as(byWorker.toString()).allMatch((count) -> count >= 16);
	}

	@Test
	void busyWorkerLeavesConnectionsToOthers() throws Exception {
		long busy = master.pids("web").get(0);
		long free = master.pids("web").get(1);
		List<HttpConnection> toBusy = connectionsTo(busy, THREADS);
		for (HttpConnection connection : toBusy) {
			connection.send("GET", "/slow?ms=12000", Map.of(), "");
		}
		Await.until(Duration.ofSeconds(8), "every thread of the worker is busy", () -> threadsInSlow(busy) == THREADS,
				master.output()::text);
		assertServedBy(free);
		for (HttpConnection connection : toBusy) {
			assertThat(connection.receive().status()).isEqualTo(200);
		}
	}

	@Test
	void stoppedWorkerLeavesConnectionsToOthers() throws Exception {
		long stopped = master.pids("web").get(0);
		long free = master.pids("web").get(1);
		ApplicationProcess.suspend(stopped);
		try {
			assertServedBy(free);
		}
		finally {
			ApplicationProcess.signal(stopped, "CONT");
		}
	}

	// Short requests, each on a connection of its own; the time-out of each is what
	// "without waiting" is held against.
	private void assertServedBy(long pid) throws RequestFailedException {
		for (int i = 0; i < 400; i++) {
			HttpAnswer answer = HttpConnection.once(master.port(), "GET", "/pid", Map.of("Connection", "close"), "",
					Duration.ofSeconds(3));
			assertThat(answer.body()).as("request " + i).isEqualTo(Long.toString(pid));
		}
	}

	private static long threadsInSlow(long pid) throws Exception {
		String jcmd = ApplicationJdk.java().resolveSibling("jcmd").toString();
		Process dump = new ProcessBuilder(jcmd, Long.toString(pid), "Thread.print").start();
		try (BufferedReader lines = dump.inputReader()) {
			return lines.lines().filter((line) -> line.contains("SampleController.slow(")).count();
		}
	}

	private List<HttpConnection> connectionsTo(long pid, int count) throws RequestFailedException {
		List<HttpConnection> found = new ArrayList<>();
		while (found.size() < count) {
			assertThat(this.connections).as("connections, to find " + count + " to one worker").hasSizeLessThan(500);
			HttpConnection connection = open();
			if (connection.get("/pid").body().equals(Long.toString(pid))) {
				found.add(connection);
			}
		}
		return found;
	}

	private HttpConnection open() throws RequestFailedException {
		HttpConnection connection = HttpConnection.open(master.port(), Duration.ofSeconds(20));
		this.connections.add(connection);
		return connection;
	}

}
