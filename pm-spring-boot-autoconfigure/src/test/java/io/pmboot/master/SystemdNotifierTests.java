package io.pmboot.master;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.pmboot.Initiator;
import io.pmboot.ReloadOptions;
import io.pmboot.event.GiveupEvent;
import io.pmboot.loop.EventLoop;
import io.pmboot.master.FakeWorker.Script;
import io.pmboot.socket.NotifyPeer;
import io.pmboot.socket.NotifySocket;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What systemd is told of a master on virtual time, on a real socket.
 */
@Timeout(60)
class SystemdNotifierTests {

	private static final String READY = "READY=1\nMAINPID=" + ProcessHandle.current().pid();

	private final FakeWorld world = world("web", "api");

	@TempDir
	private Path folder;

	private @Nullable NotifyPeer peer;

	private @Nullable SystemdNotifier notifier;

	@AfterEach
	void close() throws IOException {
		if (this.peer != null) {
			this.peer.close();
		}
		if (this.notifier != null) {
			this.notifier.close();
		}
	}

	private static FakeWorld world(String... listening) {
		List<GroupSettings> groups = new ArrayList<>();
		for (String name : listening) {
			groups.add(FakeWorld.listening(FakeWorld.settings(name, 2)));
		}
		groups.add(FakeWorld.settings("jobs", 1));
		return new FakeWorld(groups.toArray(GroupSettings[]::new));
	}

	@Test
	void isReadyWhenEveryGroupThatListensServes() throws Exception {
		this.world.script((launch) -> switch (launch.group()) {
			case "web" -> Script.good();
			case "api" -> Script.good().connecting(Duration.ofSeconds(21));
			default -> Script.good().connecting(Duration.ofDays(1));
		});
		start(this.world, null);
		advance(20);
		assertThat(read())
			.startsWith("EXTEND_TIMEOUT_USEC=30000000",
					"STATUS=web: 0 of 2 ready; api: 0 of 2 ready; jobs: 0 of 1 ready")
			.contains("STATUS=web: 2 of 2 ready; api: 0 of 2 ready; jobs: 0 of 1 ready")
			.filteredOn((message) -> !message.startsWith("STATUS="))
			.containsOnly("EXTEND_TIMEOUT_USEC=30000000")
			.hasSize(3);
		advance(10);
		assertThat(read()).filteredOn((message) -> !message.startsWith("STATUS=")).containsExactly(READY);
		advance(60);
		assertThat(read()).isEmpty();
	}

	@Test
	void tellsOfAReloadFromItsBeginningToItsEnd() throws Exception {
		ready();
		this.world.reload("web");
		advance(30);
		assertThat(read()).startsWith(
				"RELOADING=1\nMONOTONIC_USEC=%d\nEXTEND_TIMEOUT_USEC=30000000".formatted(10_000_000L),
				"STATUS=web: 2 of 2 ready, RELOADING (reload web-2 is under way); api: 2 of 2 ready; jobs: 1 of 1 ready")
			.endsWith("READY=1", "STATUS=web: 2 of 2 ready; api: 2 of 2 ready; jobs: 1 of 1 ready")
			.containsOnlyOnce("READY=1");
	}

	@Test
	void tellsOfAReloadThatFailedUntilTheNext() throws Exception {
		ready();
		this.world.script((launch) -> Script.good().failing(3, Duration.ofSeconds(1)));
		this.world.reload("web");
		advance(30);
		assertThat(read()).endsWith("READY=1",
				"STATUS=web: 2 of 2 ready, reload web-2 FAILED: web-0 (generation 2, pid 105) exited before it was ready: "
						+ "exit code 3; its last output: last words of 105; api: 2 of 2 ready; jobs: 1 of 1 ready");
		this.world.script((launch) -> Script.good());
		this.world.reload("web");
		advance(30);
		assertThat(read()).endsWith("READY=1", "STATUS=web: 2 of 2 ready; api: 2 of 2 ready; jobs: 1 of 1 ready");
	}

	@Test
	void answersASignalThatFindsNothingToReload() throws Exception {
		ready();
		this.world.supervisor().operations("api").stop();
		this.world.supervisor().operations("web").stop();
		this.world.supervisor().operations("jobs").stop();
		advance(10);
		read();
		notifier().reloadOrdered();
		advance(1);
		List<String> messages = read();
		assertThat(messages.get(0)).startsWith("RELOADING=1\nMONOTONIC_USEC=");
		assertThat(messages).element(1).isEqualTo("READY=1");
	}

	@Test
	void answersASignalThatComesDuringAReload() throws Exception {
		ready();
		this.world.reload("web");
		advance(1);
		notifier().reloadOrdered();
		this.world.supervisor().order();
		advance(1);
		assertThat(reloading(read())).hasSize(2);
		advance(120);
		List<String> messages = read();
		// The one that waited has begun.
		assertThat(reloading(messages)).isNotEmpty();
		assertThat(messages).containsOnlyOnce("READY=1");
		assertThat(this.world.info("web").generation()).isEqualTo(3);
	}

	private static List<String> reloading(List<String> messages) {
		return messages.stream().filter((message) -> message.startsWith("RELOADING=1\n")).toList();
	}

	@Test
	void extendsTheTimeOfALongReload() throws Exception {
		ready();
		this.world.script((launch) -> Script.good().connecting(Duration.ofSeconds(100)));
		this.world.reload("web");
		advance(95);
		assertThat(read()).filteredOn("EXTEND_TIMEOUT_USEC=30000000"::equals).hasSizeGreaterThanOrEqualTo(9);
	}

	@Test
	void tellsOfTheStop() throws Exception {
		ready();
		notifier().stopping(Duration.ofSeconds(50));
		this.world.supervisor().stop();
		advance(10);
		assertThat(read()).startsWith("STOPPING=1\nEXTEND_TIMEOUT_USEC=50000000")
			.last()
			.asString()
			.startsWith("STATUS=web: 0 of 2 ready, STOPPED (the master is stopping); api: ");
	}

	@Test
	void isReadyThoughAGroupHasGivenUpAtItsStart() throws Exception {
		this.world.script((launch) -> launch.group().equals("api") ? Script.good().failing(1, Duration.ofSeconds(1))
				: Script.good());
		start(this.world, null);
		advance(50);
		assertThat(this.world.events(GiveupEvent.class)).isNotEmpty();
		List<String> messages = read();
		assertThat(messages).containsOnlyOnce(READY);
		assertThat(messages).last().asString().contains("api: 0 of 2 ready, GIVEN_UP (5 fatal exits, forks again at ");
	}

	@Test
	void isNotReadyWhereEveryGroupHasGivenUpUntilOneServes() throws Exception {
		FakeWorld world = world("web");
		world.script((launch) -> Script.good().failing(1, Duration.ofSeconds(1)));
		start(world, null);
		world.loop().advance(Duration.ofSeconds(30));
		assertThat(world.events(GiveupEvent.class)).isNotEmpty();
		read();
		world.loop().advance(Duration.ofSeconds(25));
		// So that systemd's own time limit ends the start.
		assertThat(read()).isEmpty();
		world.script((launch) -> Script.good());
		world.loop().advance(Duration.ofSeconds(60));
		assertThat(read()).containsOnlyOnce(READY);
	}

	@Test
	void isNotReadyBeforeTheMasterHasStarted() throws Exception {
		notifier(this.world.loop(), null).start(List::of);
		advance(30);
		assertThat(read()).doesNotContain(READY).contains("EXTEND_TIMEOUT_USEC=30000000");
		notifier().started();
		advance(1);
		assertThat(read()).contains(READY);
	}

	@Test
	void isReadyAtOnceWhereNobodyListens() throws Exception {
		FakeWorld world = world();
		world.script((launch) -> Script.good().connecting(Duration.ofDays(1)));
		start(world, null);
		world.loop().advance(Duration.ofSeconds(1));
		assertThat(read()).contains(READY);
	}

	@Test
	void waitsForNobodyWhoIsNotToServe() throws Exception {
		FakeWorld world = new FakeWorld(FakeWorld.listening(FakeWorld.settings("web", 1)),
				FakeWorld.listening(FakeWorld.settings("spare", 0)));
		start(world, null);
		world.loop().advance(Duration.ofSeconds(10));
		assertThat(read()).contains(READY);
	}

	@Test
	void givesASignOfLifeTwiceInTheTimeThatSystemdWaits() throws Exception {
		start(this.world, Duration.ofSeconds(4));
		advance(10);
		read();
		advance(10);
		assertThat(read()).hasSize(5).containsOnly("WATCHDOG=1");
		this.world.loop().stall(Duration.ofSeconds(20));
		this.world.loop().step();
		assertThat(read()).isEmpty();
	}

	@Test
	void aLoopThatHangsGivesNoSignOfLife() throws Exception {
		ScheduledExecutorService executor = Executors.newScheduledThreadPool(1);
		ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
		try {
			EventLoop loop = EventLoop.of(executor, "test");
			SystemdNotifier notifier = notifier(loop, Duration.ofMillis(20));
			loop.execute(() -> {
				notifier.start(List::of);
				notifier.started();
			});
			Awaitility.await().until(() -> read().contains("WATCHDOG=1"));
			CountDownLatch hangs = new CountDownLatch(1);
			CountDownLatch goesOn = new CountDownLatch(1);
			loop.execute(() -> {
				hangs.countDown();
				awaitUninterruptibly(goesOn);
			});
			hangs.await();
			read();
			// Ten times as long as systemd would wait, by a clock that does not hang.
			clock.schedule(() -> {
			}, 200, TimeUnit.MILLISECONDS).get();
			assertThat(read()).isEmpty();
			goesOn.countDown();
			Awaitility.await().until(() -> read().contains("WATCHDOG=1"));
		}
		finally {
			executor.shutdownNow();
			clock.shutdownNow();
			executor.awaitTermination(10, TimeUnit.SECONDS);
		}
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void whatSystemdDoesNotReadForAWhileComesLaterInOrder() throws Exception {
		start(this.world, null);
		advance(10);
		for (int i = 0; i < 8; i++) {
			this.world.supervisor().reload(List.of("web", "api"), Initiator.CODE, ReloadOptions.NONE);
			advance(60);
		}
		assertThat(this.world.loop().pendingTimers()).isEqualTo(2);
		List<String> messages = read();
		for (List<String> more = List.of("any"); !more.isEmpty(); messages.addAll(more)) {
			this.world.loop().advance(Duration.ofMillis(100));
			more = read();
		}
		assertThat(messages.stream().filter((message) -> message.matches("(?s)(READY|RELOADING).*")).toList())
			.hasSize(17)
			.first()
			.isEqualTo(READY);
		assertThat(messages).last().isEqualTo("STATUS=web: 2 of 2 ready; api: 2 of 2 ready; jobs: 1 of 1 ready");
	}

	@Test
	void whatNobodyWasThereToReadIsToldLater() throws Exception {
		this.notifier = new SystemdNotifier(this.world.loop(), NotifySocket.open(path()), null);
		begin(this.world);
		advance(20);
		this.peer = new NotifyPeer(path());
		advance(10);
		assertThat(read()).contains(READY);
	}

	@Test
	void statusIsOneLineOfBoundedLength() throws Exception {
		ready();
		this.world.script((launch) -> Script.noJvm("why\nthat is\n" + "so ".repeat(2000)));
		this.world.reload("web");
		advance(30);
		assertThat(read()).last()
			.asString()
			.startsWith("STATUS=web: 2 of 2 ready, reload web-2 FAILED: ")
			.doesNotContain("\n")
			.hasSizeLessThan(1100)
			.endsWith("…");
	}

	@Test
	void readsWhetherSystemdWaitsForASignOfLifeOfThisProcess() {
		assertThat(SystemdNotifier.watchdog(Map.of(), 7)).isNull();
		assertThat(SystemdNotifier.watchdog(Map.of("WATCHDOG_USEC", "30000000"), 7)).isEqualTo(Duration.ofSeconds(30));
		assertThat(SystemdNotifier.watchdog(Map.of("WATCHDOG_USEC", "1500", "WATCHDOG_PID", "7"), 7))
			.isEqualTo(Duration.ofNanos(1_500_000));
		assertThat(SystemdNotifier.watchdog(Map.of("WATCHDOG_USEC", "1500", "WATCHDOG_PID", "8"), 7)).isNull();
		assertThat(SystemdNotifier.watchdog(Map.of("WATCHDOG_USEC", "0"), 7)).isNull();
		assertThat(SystemdNotifier.watchdog(Map.of("WATCHDOG_USEC", "soon"), 7)).isNull();
	}

	@Test
	void doesWithoutASocketThatItDoesNotKnow() {
		assertThat(SystemdNotifier.open(Map.of("NOTIFY_SOCKET", "vsock:2:1234"), this.world.loop())).isNull();
	}

	private void ready() throws IOException {
		start(this.world, null);
		advance(10);
		assertThat(read()).contains(READY);
	}

	private void start(FakeWorld world, @Nullable Duration watchdog) throws IOException {
		notifier(world.loop(), watchdog);
		begin(world);
	}

	private SystemdNotifier notifier(EventLoop loop, @Nullable Duration watchdog) throws IOException {
		this.peer = new NotifyPeer(path());
		this.notifier = new SystemdNotifier(loop, NotifySocket.open(path()), watchdog);
		return this.notifier;
	}

	private void begin(FakeWorld world) {
		world.hears(notifier()::before);
		notifier().start(world.supervisor()::infos);
		world.supervisor().start();
		notifier().started();
	}

	private SystemdNotifier notifier() {
		SystemdNotifier notifier = this.notifier;
		assertThat(notifier).isNotNull();
		return notifier;
	}

	private void advance(int seconds) {
		this.world.loop().advance(Duration.ofSeconds(seconds));
	}

	private List<String> read() {
		NotifyPeer peer = this.peer;
		assertThat(peer).isNotNull();
		return peer.read();
	}

	private String path() {
		return this.folder.resolve("notify").toString();
	}

}
