package io.pmboot.actuate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.pmboot.Initiator;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOptions;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadStep;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.ReloadProgressEvent;
import org.json.JSONException;
import org.junit.jupiter.api.Test;
import org.skyscreamer.jsonassert.JSONAssert;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The list of reloads, and what a terminal shows of one that runs.
 */
class ReloadListTests extends AbstractMasterHttpTests {

	private static final String RELOADS = "/actuator/pm/reloads";

	private static final ReloadStep READY = new ReloadStep(ReloadStep.Kind.READY, 0, 2,
			Instant.parse("2026-07-01T10:15:34Z"), Duration.ofMillis(3540), null);

	private static final ReloadStep FAILED = new ReloadStep(ReloadStep.Kind.FAILED, 1, 2,
			Instant.parse("2026-07-01T10:15:40Z"), Duration.ofSeconds(6), "exit code 1");

	@Test
	void listsTheLastReloadsWithTheirSteps() throws JSONException {
		ReloadInfo web = master().reload("web", Initiator.HTTP, ReloadOptions.NONE).started();
		master().remember(FakeMaster.ended(with(web, READY, FAILED), ReloadOutcome.FAILED, "no luck", READY.at()));
		master().reload("jobs", Initiator.SIGNAL, ReloadOptions.NONE);
		JSONAssert.assertEquals("""
				{"reloads":[
				{"id":"reload-2","group":"jobs","fromGeneration":1,"toGeneration":2,"initiator":"SIGNAL",
				"startedAt":"2026-07-01T10:15:30.500Z","steps":[],"requestsCut":0},
				{"id":"reload-1","group":"web","fromGeneration":1,"toGeneration":2,"initiator":"HTTP",
				"startedAt":"2026-07-01T10:15:30.500Z","endedAt":"2026-07-01T10:15:34Z","requestsCut":0,"steps":[
				{"kind":"READY","index":0,"generation":2,"at":"2026-07-01T10:15:34Z","tookMillis":3540},
				{"kind":"FAILED","index":1,"generation":2,"at":"2026-07-01T10:15:40Z","tookMillis":6000,
				"detail":"exit code 1"}],"outcome":"FAILED","cause":"no luck"}]}""",
				RawRequest.get(RELOADS).send(port()).body(), true);
	}

	@Test
	void aTerminalSeesEachStepWhenItHappensAndTheOutcome() throws Exception {
		ReloadInfo reload = master().reload("web", Initiator.HTTP, ReloadOptions.NONE).started();
		master().remember(with(reload, READY));
		try (Follower follower = new Follower(port())) {
			assertThat(follower.next()).endsWith("  reload-1  group web from generation 1 to 2, asked for by HTTP");
			assertThat(follower.next()).endsWith("  reload-1  web-0 READY, generation 2, after 3.5 s");
			// Told in the list already.
			publish(new ReloadProgressEvent(reload, READY));
			publish(new ReloadProgressEvent(reload, FAILED));
			assertThat(follower.next()).endsWith("  reload-1  web-1 FAILED, generation 2, after 6.0 s: exit code 1");
			publish(new ReloadFinishedEvent(FakeMaster.ended(reload, ReloadOutcome.FAILED, "no luck\nat all",
					FakeMaster.SINCE.plusSeconds(10))));
			assertThat(follower.next()).endsWith("  reload-1  FAILED after 10.0 s");
			assertThat(follower.rest()).containsExactly("    no luck", "    at all");
		}
	}

	@Test
	void whereNoneIsUnderWayATerminalSeesTheLastOne() {
		RawRequest request = RawRequest.get(RELOADS).header("Accept", "text/plain");
		assertThat(request.send(port()).body()).isEqualTo("No reload since the master started.\n");
		ReloadInfo reload = master().reload("jobs", Initiator.CODE, ReloadOptions.NONE).started();
		master().remember(
				FakeMaster.ended(with(reload, READY), ReloadOutcome.COMPLETED, null, FakeMaster.SINCE.plusSeconds(1)));
		assertThat(request.send(port()).body().lines()).hasSize(3)
			.last()
			.asString()
			.endsWith("  reload-1  COMPLETED after 1.0 s");
	}

	@Test
	void whoGoesMakesRoomAndThereIsRoomForSoMany() throws Exception {
		ReloadInfo reload = master().reload("web", Initiator.HTTP, ReloadOptions.NONE).started();
		List<Follower> followers = new ArrayList<>();
		try {
			for (int i = 0; i < Followers.MAX; i++) {
				Follower follower = new Follower(port());
				followers.add(follower);
				assertThat(follower.next()).contains("reload-1");
			}
			try (Follower tooMany = new Follower(port())) {
				assertThat(tooMany.next()).startsWith("16 clients follow reloads already");
			}
		}
		finally {
			publish(new ReloadFinishedEvent(FakeMaster.ended(reload, ReloadOutcome.CANCELLED, null, FakeMaster.SINCE)));
			for (Follower follower : followers) {
				follower.rest();
				follower.close();
			}
		}
		try (Follower follower = new Follower(port())) {
			assertThat(follower.next()).contains("reload-1");
			publish(new ReloadFinishedEvent(FakeMaster.ended(reload, ReloadOutcome.CANCELLED, null, FakeMaster.SINCE)));
		}
	}

	private static ReloadInfo with(ReloadInfo reload, ReloadStep... steps) {
		return new ReloadInfo(reload.id(), reload.group(), reload.fromGeneration(), reload.toGeneration(),
				reload.initiator(), reload.startedAt(), null, List.of(steps), 0, null, null);
	}

	/**
	 * A terminal that reads line by line.
	 */
	private static final class Follower implements AutoCloseable {

		private final Socket socket;

		private final BufferedReader lines;

		Follower(int port) throws IOException {
			this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
			this.socket.setSoTimeout(30_000);
			// HTTP/1.0: the body ends with the connection, and is not chunked.
			this.socket.getOutputStream()
				.write("GET %s HTTP/1.0\r\nHost: localhost:%d\r\nAccept: text/plain\r\n\r\n".formatted(RELOADS, port)
					.getBytes(StandardCharsets.US_ASCII));
			this.lines = new BufferedReader(
					new InputStreamReader(this.socket.getInputStream(), StandardCharsets.UTF_8));
			while (!next().isEmpty()) {
				// The head of the response.
			}
		}

		String next() throws IOException {
			String line = this.lines.readLine();
			assertThat(line).isNotNull();
			return line;
		}

		List<String> rest() {
			return this.lines.lines().toList();
		}

		@Override
		public void close() throws IOException {
			this.socket.close();
		}

	}

}
