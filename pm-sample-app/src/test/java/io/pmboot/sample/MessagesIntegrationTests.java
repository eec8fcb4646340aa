package io.pmboot.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.pmboot.test.Await;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.MasterStatus.WorkerPart;
import io.pmboot.test.RequestFailedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Messages between the sample's workers: two of group {@code web}, two of group
 * {@code mail}.
 */
@Timeout(600)
@FullOnly
class MessagesIntegrationTests {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static MasterProcess master;

	@BeforeAll
	static void start() throws Exception {
		master = Sample.ready((launch) -> launch.quick("mail", false)
			.property("pm.groups.mail.children", 2)
			.property("pm.message.max-payload", "1KB"));
		master.awaitComplete("mail");
	}

	@AfterAll
	static void stop() throws Exception {
		master.close();
	}

	@Test
	void aMessageReachesItsReceiverWhichShowsTheSender() throws Exception {
		for (int i = 0; i < 10; i++) {
			assertThat(send("web?index=0", "in order " + i)).singleElement()
				.satisfies((receipt) -> assertThat(receipt.outcome()).isEqualTo("HANDLED"));
		}
		WorkerPart receiver = master.group("web").workers().get(0);
		List<Long> web = master.pids("web");
		List<Entry> received = received(receiver.pid());
		assertThat(received).extracting(Entry::text)
			.containsSubsequence(IntStream.range(0, 10).mapToObj((i) -> "in order " + i).toList());
		assertThat(received).allSatisfy((entry) -> {
			assertThat(entry.group()).isEqualTo("web");
			assertThat(web.get(entry.index())).isEqualTo(entry.pid());
		});
	}

	@Test
	void aMessageToAGroupReachesAllOfIt() throws Exception {
		List<Receipt> receipts = send("mail", "to all");
		assertThat(receipts).extracting(Receipt::outcome).containsExactly("HANDLED", "HANDLED");
		assertThat(receipts).extracting(Receipt::pid).containsExactlyInAnyOrderElementsOf(master.pids("mail"));
		assertThat(send("master", "to the master")).extracting(Receipt::pid).containsExactly(master.process().pid());
	}

	@Test
	void whatCannotBeDeliveredIsRefusedAndSaysWhy() throws Exception {
		assertThat(send("nobody", "x")).singleElement().satisfies((receipt) -> {
			assertThat(receipt.outcome()).isEqualTo("REFUSED");
			assertThat(receipt.reason()).startsWith("there is no group 'nobody'");
		});
		assertThat(send("mail", "x".repeat(1025))).singleElement().satisfies((receipt) -> {
			assertThat(receipt.outcome()).isEqualTo("REFUSED");
			assertThat(receipt.reason()).contains("pm.message.max-payload allows 1024");
		});
	}

	@Test
	void aReloadOfTheReceivingGroupLosesNothingUnseenAndHandlesNothingTwice() throws Exception {
		AtomicBoolean over = new AtomicBoolean();
		List<CompletableFuture<List<Sent>>> senders = Stream.of("a", "b")
			.map((name) -> CompletableFuture.supplyAsync(() -> stream(name, over)))
			.toList();
		assertThat(master.reload("mail").outcome()).isEqualTo("COMPLETED");
		over.set(true);
		List<Sent> sent = new ArrayList<>();
		for (CompletableFuture<List<Sent>> sender : senders) {
			sent.addAll(sender.get(60, TimeUnit.SECONDS));
		}
		// Each slot always has a worker that is ready.
		assertThat(sent).extracting(Sent::outcome).containsOnly("HANDLED");
		List<String> handled = sent.stream().map(Sent::text).toList();
		Await.until(Duration.ofSeconds(60), "the output of all that were handled", () -> logged().containsAll(handled),
				master.output()::text);
		assertThat(logged()).doesNotHaveDuplicates();
	}

	// What the workers have written of the streams.
	private static List<String> logged() {
		return master.output()
			.matching(": stream-")
			.stream()
			.map((line) -> line.substring(line.indexOf("stream-")))
			.toList();
	}

	// In turn to each slot, one after the other was answered.
	private static List<Sent> stream(String name, AtomicBoolean over) {
		List<Sent> sent = new ArrayList<>();
		for (int i = 0; !over.get(); i++) {
			String text = "stream-%s-%d".formatted(name, i);
			try {
				sent.add(new Sent(text, send("mail?index=" + i % 2, text).get(0).outcome()));
			}
			catch (RequestFailedException ex) {
				throw new IllegalStateException(ex);
			}
		}
		return sent;
	}

	private static List<Receipt> send(String target, String text) throws RequestFailedException {
		HttpAnswer answer = HttpConnection.once(master.port(), "POST", "/messages/" + target,
				Map.of("Content-Type", "text/plain"), text, Duration.ofSeconds(60));
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		return JSON.readValue(answer.body(), Delivery.class).receipts();
	}

	// Whoever takes the connection answers: asked until it was this worker.
	private static List<Entry> received(long pid) throws Exception {
		List<Entry> entries = new ArrayList<>();
		Await.until(Duration.ofSeconds(120), "worker " + pid + " answers", () -> {
			try (HttpConnection connection = HttpConnection.open(master.port(), Duration.ofSeconds(60))) {
				if (!connection.get("/pid").body().equals(Long.toString(pid))) {
					return false;
				}
				entries.addAll(List.of(JSON.readValue(connection.get("/messages").body(), Entry[].class)));
				return true;
			}
		}, master.output()::text);
		return entries;
	}

	record Delivery(List<Receipt> receipts) {
	}

	record Receipt(String group, int index, long pid, String outcome, @Nullable String reason) {
	}

	record Entry(String text, String group, int index, long pid) {
	}

	private record Sent(String text, String outcome) {
	}

}
