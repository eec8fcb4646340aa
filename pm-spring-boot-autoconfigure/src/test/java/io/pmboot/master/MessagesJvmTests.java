package io.pmboot.master;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.pmboot.Delivery;
import io.pmboot.DeliveryOutcome;
import io.pmboot.Receipt;
import io.pmboot.ReloadOutcome;
import io.pmboot.WorkerInfo;
import io.pmboot.event.MessageEvent;
import io.pmboot.event.WorkerReadyEvent;
import io.pmboot.process.JvmLauncher;
import io.pmboot.process.MasterOutput;
import io.pmboot.process.OwnLaunch;
import io.pmboot.process.WorkerLaunch;
import io.pmboot.settings.MessageSettings;
import io.pmboot.worker.MessageProgram;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Messages between real JVMs, by a real master: some that send and as many that receive.
 */
@Timeout(300)
class MessagesJvmTests {

	private static final boolean FULL = Boolean.getBoolean("pm.full");

	private static final int WORKERS = FULL ? 4 : 2;

	private static final int MESSAGES = FULL ? 25_000 : 10_000;

	private static final int LAST = WORKERS - 1;

	@TempDir
	private static Path directory;

	private static final BlockingQueue<MessageEvent> received = new LinkedBlockingQueue<>();

	private static final BlockingQueue<WorkerReadyEvent> ready = new LinkedBlockingQueue<>();

	private static MasterLifecycle lifecycle;

	private static InitiatedMaster master;

	@BeforeAll
	static void start() throws Exception {
		GenericApplicationContext context = new GenericApplicationContext();
		context.addApplicationListener((event) -> {
			if (event instanceof MessageEvent message) {
				received.add(message);
			}
		});
		context.addApplicationListener((event) -> {
			if (event instanceof PayloadApplicationEvent<?> payload
					&& payload.getPayload() instanceof WorkerReadyEvent worker) {
				ready.add(worker);
			}
		});
		context.refresh();
		Path runDirectory = Files.createTempDirectory("pm");
		Path socket = runDirectory.resolve("control");
		OwnLaunch own = new OwnLaunch(Path.of(System.getProperty("java.home"), "bin", "java"), List.of(),
				List.of("-cp", System.getProperty("java.class.path")), List.of(MessageProgram.class.getName()),
				List.of(), List.of("master"), System.getenv());
		JvmLauncher launcher = new JvmLauncher(own, runDirectory, socket, MasterOutput.current());
		lifecycle = new MasterLifecycle(
				new MasterSettings(List.of(group("senders"), group("receivers")), null, socket, false,
						new MessageSettings(DataSize.ofBytes(1000), 10_000), Map.of(), Set.of()),
				launcher, launcher.copies(), FakeConfigurations.same(group("senders"), group("receivers")), context,
				null, MasterOutput.current());
		lifecycle.start();
		master = lifecycle.master();
		lifecycle.running().loop().execute(lifecycle.running().supervisor()::start);
		awaitReady(2 * WORKERS);
	}

	private static GroupSettings group(String name) {
		WorkerLaunch.Program program = new WorkerLaunch.Program(List.of(), List.of("-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-Xmx128m", "-D" + MessageProgram.DIRECTORY + "=" + directory), List.of(),
				Map.of());
		return TestGroup.named(name)
			.children(WORKERS)
			.program(program)
			.restartIntensity(50, Duration.ofSeconds(60))
			.heartbeats(Duration.ofSeconds(2), 15, 95)
			.settings();
	}

	@AfterAll
	static void stop() throws Exception {
		lifecycle.running().call(Supervisor::stop).thenCompose((stopped) -> stopped).get(60, TimeUnit.SECONDS);
		lifecycle.stop();
	}

	@BeforeEach
	void clear() {
		received.clear();
		ready.clear();
	}

	private static void awaitReady(int workers) throws InterruptedException {
		for (int i = 0; i < workers; i++) {
			assertThat(ready.poll(120, TimeUnit.SECONDS)).isNotNull();
		}
	}

	@Test
	void messagesOfAllSendersToAllReceiversAreAllHandledInOrder() throws Exception {
		stream(MESSAGES, 2_000);
		Outcomes outcomes = outcomes();
		assertThat(outcomes.handled()).hasSize(WORKERS * MESSAGES);
		assertThat(outcomes.others()).isEmpty();
		assertThat(handledOnceAndInOrder().containsAll(outcomes.handled())).isTrue();
	}

	@Test
	void aReceiverThatDiesLosesNothingUnseen() throws Exception {
		CompletableFuture<Void> streamed = CompletableFuture.runAsync(() -> stream(10_000, 500));
		long victim = master.group("receivers").workers().get(1).pid();
		awaitLines(victim, 100);
		ProcessHandle.of(victim).orElseThrow().destroyForcibly();
		streamed.get(240, TimeUnit.SECONDS);
		Outcomes outcomes = outcomes();
		assertThat(outcomes.handled().size() + outcomes.others().size()).isEqualTo(WORKERS * 10_000);
		assertThat(outcomes.others()).containsValue(DeliveryOutcome.REFUSED);
		Set<String> handled = handledOnceAndInOrder();
		assertThat(handled.containsAll(outcomes.handled())).isTrue();
		outcomes.others().forEach((id, outcome) -> {
			if (outcome == DeliveryOutcome.REFUSED) {
				assertThat(handled.contains(id)).as(id).isFalse();
			}
		});
		awaitReady(1);
	}

	@Test
	void aReloadOfTheReceiversLosesNothing() throws Exception {
		CompletableFuture<Void> streamed = CompletableFuture.runAsync(() -> stream(MESSAGES, 500));
		awaitLines(master.group("receivers").workers().get(0).pid(), 100);
		assertThat(master.reload("receivers").finished().get(240, TimeUnit.SECONDS).outcome())
			.isEqualTo(ReloadOutcome.COMPLETED);
		streamed.get(240, TimeUnit.SECONDS);
		Outcomes outcomes = outcomes();
		assertThat(outcomes.handled()).hasSize(WORKERS * MESSAGES);
		assertThat(outcomes.others()).isEmpty();
		assertThat(handledOnceAndInOrder().containsAll(outcomes.handled())).isTrue();
	}

	@Test
	void aWorkerHearsFromAnotherGroupWhatItAsked() throws Exception {
		assertThat(send("senders", 0, "ask receivers 100").handled()).isTrue();
		WorkerInfo sender = master.group("senders").workers().get(0);
		List<String> answers = awaitLines(sender.pid(), 100).subList(0, 100);
		for (int i = 0; i < 100; i++) {
			assertThat(answers.get(i)).isEqualTo("receivers-0 answer to echo " + i);
		}
	}

	@Test
	void theMasterSendsAndReceives() throws Exception {
		assertThat(send("receivers", LAST, "echo hello").receipts()).containsExactly(new Receipt("receivers", LAST,
				master.group("receivers").workers().get(LAST).pid(), DeliveryOutcome.HANDLED, null));
		MessageEvent event = received.poll(60, TimeUnit.SECONDS);
		assertThat(event.payload(String.class)).isEqualTo("answer to echo hello");
		assertThat(event.sender())
			.isEqualTo(new MessageEvent.Sender("receivers", LAST, master.group("receivers").workers().get(LAST).pid()));
	}

	@Test
	void aMessageToAGroupReachesEachOfItsWorkers() throws Exception {
		Delivery delivery = master.send("receivers", "to all").get(60, TimeUnit.SECONDS);
		assertThat(delivery.handled()).isTrue();
		assertThat(delivery.receipts()).extracting(Receipt::index)
			.containsExactlyInAnyOrderElementsOf(IntStream.range(0, WORKERS).boxed().toList());
	}

	@Test
	void aListenerThatThrowsFailsItsMessageAlone() throws Exception {
		Receipt receipt = send("receivers", 0, "fail 1").receipts().get(0);
		assertThat(receipt.outcome()).isEqualTo(DeliveryOutcome.FAILED);
		assertThat(receipt.reason()).contains("IllegalStateException: no luck with fail 1");
		assertThat(send("receivers", 0, "next").handled()).isTrue();
	}

	@Test
	void aReceiverThatSleepsDelaysItselfAlone() throws Exception {
		CompletableFuture<Delivery> slow = master.send("receivers", 0, "sleep 2000");
		CompletableFuture<Delivery> behind = master.send("receivers", 0, "behind");
		assertThat(send("receivers", 1, "quick").handled()).isTrue();
		assertThat(slow).isNotDone();
		assertThat(behind.get(60, TimeUnit.SECONDS).handled()).isTrue();
		// Handled before, and perhaps told on another thread.
		assertThat(slow.get(60, TimeUnit.SECONDS).handled()).isTrue();
	}

	@Test
	void aDrainHandlesFirstWhatIsQueued() throws Exception {
		WorkerInfo receiver = master.group("receivers").workers().get(LAST);
		List<CompletableFuture<Delivery>> sent = new ArrayList<>();
		sent.add(master.send("receivers", LAST, "sleep 500"));
		for (int i = 0; i < 1000; i++) {
			sent.add(master.send("receivers", LAST, "queued " + i));
		}
		// So that all of them are on their way.
		lifecycle.running().call(Supervisor::infos).get(60, TimeUnit.SECONDS);
		ProcessHandle.of(receiver.pid()).orElseThrow().destroy();
		for (CompletableFuture<Delivery> message : sent) {
			assertThat(message.get(60, TimeUnit.SECONDS).handled()).isTrue();
		}
		awaitReady(1);
	}

	private static Delivery send(String group, int index, String text) throws Exception {
		return master.send(group, index, text).get(60, TimeUnit.SECONDS);
	}

	private static void stream(int count, int window) {
		try {
			for (int i = 0; i < WORKERS; i++) {
				assertThat(send("senders", i, "stream receivers %d %d %d".formatted(WORKERS, count, window)).handled())
					.isTrue();
			}
			for (int i = 0; i < WORKERS; i++) {
				assertThat(received.poll(240, TimeUnit.SECONDS)).isNotNull();
			}
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static List<String> awaitLines(long pid, int count) throws Exception {
		Path file = directory.resolve("handled-" + pid);
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
		while (true) {
			List<String> lines = Files.readAllLines(file);
			if (lines.size() >= count) {
				return lines;
			}
			assertThat(System.nanoTime()).isLessThan(deadline);
			Thread.onSpinWait();
		}
	}

	private static Outcomes outcomes() throws IOException {
		Set<String> handled = new HashSet<>();
		Map<String, DeliveryOutcome> others = new HashMap<>();
		for (int sender = 0; sender < WORKERS; sender++) {
			for (String line : Files.readAllLines(directory.resolve("sent-" + sender))) {
				String[] words = line.split(" ");
				String id = "senders-%d %s".formatted(sender, words[0]);
				DeliveryOutcome outcome = DeliveryOutcome.valueOf(words[1]);
				if (outcome == DeliveryOutcome.HANDLED) {
					assertThat(handled.add(id)).isTrue();
				}
				else {
					assertThat(others.put(id, outcome)).isNull();
				}
			}
		}
		return new Outcomes(handled, others);
	}

	/**
	 * Reads what the receivers have handled in the last stream, and forgets it.
	 * @return all of it
	 * @throws IOException if it cannot be read
	 */
	private static Set<String> handledOnceAndInOrder() throws IOException {
		Set<String> handled = new HashSet<>();
		try (var files = Files.newDirectoryStream(directory, "handled-*")) {
			for (Path file : files) {
				Map<String, Integer> last = new HashMap<>();
				for (String line : Files.readAllLines(file)) {
					String[] words = line.split(" ");
					if (words.length == 2 && words[1].matches("[0-9]+")) {
						assertThat(handled.add(line)).as(line).isTrue();
						int sequence = Integer.parseInt(words[1]);
						Integer before = last.put(words[0], sequence);
						assertThat(before == null || before < sequence).as("%s after %s", line, before).isTrue();
					}
				}
				Files.write(file, new byte[0]);
			}
		}
		return handled;
	}

	private record Outcomes(Set<String> handled, Map<String, DeliveryOutcome> others) {
	}

}
