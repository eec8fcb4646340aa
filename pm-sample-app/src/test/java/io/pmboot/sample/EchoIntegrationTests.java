package io.pmboot.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.Await;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.MasterProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import static org.assertj.core.api.Assertions.assertThat;

/** A group that speaks a protocol of its own, by a handler. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@FullOnly
class EchoIntegrationTests {

	private static final int CONNECTIONS = 50;

	private static final int RELOADS = Boolean.getBoolean("pm.full") ? 5 : 1;

	private static MasterProcess master;

	private static int port;

	@BeforeAll
	static void start() throws Exception {
		master = Sample.ready((sample) -> sample.property("pm.groups.web.children", 1)
			.quick("echo", false)
			.property("pm.groups.echo.children", 2));
		try {
			master.awaitComplete("echo");
			port = Integer.parseInt(master.group("echo").listen().get(0));
		}
		catch (Throwable ex) {
			master.close();
			throw ex;
		}
	}

	@AfterAll
	static void close() throws Exception {
		if (master != null) {
			master.close();
		}
	}

	@Test
	void reloadAnswersEveryLineSentBeforeTheGoodbye() throws Exception {
		EchoTally tally = new EchoTally();
		List<EchoClient> clients = clients(tally);
		awaitAnswers(tally, 20 * CONNECTIONS);
		for (int i = 0; i < RELOADS; i++) {
			List<Long> before = master.pids("echo");
			assertThat(master.reload("echo").outcome()).as(tally + master.output().text()).isEqualTo("COMPLETED");
			assertThat(master.pids("echo")).hasSize(2).doesNotContainAnyElementsOf(before);
		}
		awaitAnswers(tally, tally.answers() + 20 * CONNECTIONS);
		end(clients, tally);
		System.out.println("Lines across reloads: " + tally);
		assertThat(tally.failures()).as(tally + master.output().text()).isEmpty();
		assertThat(tally.lost()).isZero();
		assertThat(tally.goodbyes()).isGreaterThanOrEqualTo(CONNECTIONS);
	}

	@Test
	void twoGroupsOfOneJarHaveDifferentBeans() throws Exception {
		assertThat(HttpConnection.once(master.port(), "GET", "/whoami", Map.of(), "", Duration.ofSeconds(30)).body())
			.contains("\"group\":\"web\"");
		// Here a request is a line like any other.
		try (EchoConnection echo = new EchoConnection(port)) {
			assertThat(echo.ask("GET /whoami HTTP/1.1")).isEqualTo("GET /whoami HTTP/1.1");
		}
	}

	@Test
	@Order(Integer.MAX_VALUE)
	void stopSaysGoodbyeToEveryConnection() throws Exception {
		List<EchoConnection> connections = new ArrayList<>();
		try {
			for (int i = 0; i < CONNECTIONS; i++) {
				EchoConnection connection = new EchoConnection(port);
				connections.add(connection);
				assertThat(connection.ask("hello")).isEqualTo("hello");
			}
			ApplicationProcess.signal(master.process().pid(), "TERM");
			for (EchoConnection connection : connections) {
				assertThat(connection.read()).isEqualTo(Echo.GOODBYE);
				assertThat(connection.ask("one more")).isEqualTo("one more");
			}
		}
		finally {
			for (EchoConnection connection : connections) {
				connection.close();
			}
		}
		assertThat(master.process().awaitExit()).as(master.output().text()).isEqualTo(143);
		assertThat(master.process().family()).isEmpty();
	}

	private static List<EchoClient> clients(EchoTally tally) {
		List<EchoClient> clients = new ArrayList<>();
		for (int i = 0; i < CONNECTIONS; i++) {
			clients.add(new EchoClient(port, tally).start("client-" + i));
		}
		return clients;
	}

	private static void awaitAnswers(EchoTally tally, int answers) throws Exception {
		Await.until(Duration.ofSeconds(90), answers + " answers",
				() -> tally.answers() >= answers || !tally.failures().isEmpty(), tally::toString);
	}

	private static void end(List<EchoClient> clients, EchoTally tally) throws Exception {
		tally.end();
		for (EchoClient client : clients) {
			client.awaitEnd();
		}
	}

}
