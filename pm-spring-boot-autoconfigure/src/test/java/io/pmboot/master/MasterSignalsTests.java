package io.pmboot.master;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.pmboot.GroupInfo;
import io.pmboot.Initiator;
import io.pmboot.ReloadInfo;
import io.pmboot.event.SignalEvent;
import io.pmboot.process.EarlySignals;
import io.pmboot.process.JvmExit;
import io.pmboot.process.MasterOutput;
import io.pmboot.process.Signals;
import io.pmboot.settings.MessageSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What each signal does, the signals themselves and the processes faked.
 */
@ExtendWith(OutputCaptureExtension.class)
class MasterSignalsTests {

	@TempDir
	private Path directory;

	private final Map<String, Runnable> handlers = new HashMap<>();

	private final BlockingQueue<Integer> exits = new LinkedBlockingQueue<>();

	private final BlockingQueue<SignalEvent> events = new LinkedBlockingQueue<>();

	private final GenericApplicationContext context = new GenericApplicationContext();

	private MasterLifecycle lifecycle;

	private InitiatedMaster master;

	private MasterSignals signals;

	@BeforeEach
	void start() throws Exception {
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwx------"));
		GroupSettings listening = TestGroup.named("web").listen("127.0.0.1:0").settings();
		this.lifecycle = new MasterLifecycle(
				new MasterSettings(List.of(listening, FakeWorld.settings("jobs", 1)), null,
						this.directory.resolve("control.sock"), false, new MessageSettings(DataSize.ofBytes(1000), 10),
						Map.of(), Set.of()),
				(launch) -> new CompletableFuture<>(), new FakeWorld().copies, FakeConfigurations.same(), this.context,
				null, MasterOutput.current());
		this.context.addApplicationListener((event) -> {
			if (event instanceof PayloadApplicationEvent<?> payload
					&& payload.getPayload() instanceof SignalEvent signal) {
				this.events.add(signal);
			}
		});
		// A bean, as in a master: its end publishes what waits before the context is
		// gone.
		this.context.getBeanFactory().registerSingleton("lifecycle", this.lifecycle);
		this.context.refresh();
		this.master = this.lifecycle.master();
		install();
	}

	private void install() {
		this.signals = new MasterSignals(new RecordingSignals(), EarlySignals.current(), new RecordingExit(),
				this.context, this.lifecycle);
		this.signals.afterPropertiesSet();
	}

	private void ready() {
		this.signals.onApplicationEvent(
				new ApplicationReadyEvent(new SpringApplication(), new String[0], this.context, Duration.ZERO));
	}

	@AfterEach
	void close() {
		this.lifecycle.stop();
		this.context.close();
	}

	@Test
	void handledSignals() {
		assertThat(this.handlers).containsOnlyKeys("TERM", "INT");
		ready();
		assertThat(this.handlers).containsOnlyKeys("TERM", "INT", "USR1", "HUP", "TTIN", "TTOU");
	}

	@ParameterizedTest
	@ValueSource(strings = { "TERM", "INT", "USR1", "HUP", "TTIN", "TTOU" })
	void everySignalIsPublished(String signal) throws Exception {
		ready();
		this.handlers.get(signal).run();
		assertThat(this.events.poll(30, TimeUnit.SECONDS)).isEqualTo(new SignalEvent(signal));
		if (signal.equals("TERM") || signal.equals("INT")) {
			assertThat(this.exits.poll(30, TimeUnit.SECONDS)).isEqualTo(signal.equals("TERM") ? 143 : 130);
		}
	}

	@Test
	void ttinAndTtouChangeTheNumberOfWorkersInListeningGroups(CapturedOutput output) {
		ready();
		this.handlers.get("TTIN").run();
		this.handlers.get("TTIN").run();
		assertThat(this.master.groups()).extracting(GroupInfo::children).containsExactly(3, 1);
		this.handlers.get("TTOU").run();
		this.handlers.get("TTOU").run();
		assertThat(this.master.groups()).extracting(GroupInfo::children).containsExactly(1, 1);
		this.handlers.get("TTOU").run();
		assertThat(this.master.groups()).extracting(GroupInfo::children).containsExactly(1, 1);
		assertThat(output).contains("WARN")
			.containsOnlyOnce("SIGTTOU: Group 'web' cannot be scaled from 1 to 0 workers: it keeps 1");
	}

	@Test
	void signalDuringAReloadIsRemembered() {
		ready();
		this.handlers.get("HUP").run();
		this.handlers.get("USR1").run();
		this.handlers.get("HUP").run();
		this.handlers.get("TTIN").run();
		assertThat(this.master.groups()).extracting(GroupInfo::children).containsExactly(1, 1);
		assertThat(this.master.groups()).extracting(GroupInfo::reason)
			.allMatch((reason) -> reason.endsWith("and another one was ordered by a signal"));
		assertThat(this.master.reloads()).extracting(ReloadInfo::initiator)
			.containsExactly(Initiator.SIGNAL, Initiator.SIGNAL);
	}

	@Test
	void signalsBeforeTheMasterHasStartedAreActedOnOnceItHas() {
		// Before there was anybody to act on it.
		System.setProperty("io.pmboot.early-signals", "TTIN HUP");
		install();
		assertThat(this.master.reloads()).isEmpty();
		assertThat(this.events).isEmpty();
		ready();
		assertThat(this.master.groups()).extracting(GroupInfo::children).containsExactly(2, 1);
		assertThat(this.master.reloads()).extracting(ReloadInfo::group).containsExactly("jobs", "web");
	}

	@Test
	void signalAfterTheMasterHasEndedIsAWarning(CapturedOutput output) {
		ready();
		this.lifecycle.stop();
		this.handlers.get("TTIN").run();
		this.handlers.get("HUP").run();
		assertThat(output).contains("SIGTTIN: The master has not started, or has ended")
			.contains("SIGHUP: The master has not started, or has ended");
	}

	/**
	 * Keeps the handlers instead of installing them.
	 */
	private final class RecordingSignals extends Signals {

		@Override
		public Object handle(String name, Runnable action) {
			MasterSignalsTests.this.handlers.put(name, action);
			return "before";
		}

	}

	/**
	 * Keeps the code instead of exiting.
	 */
	private final class RecordingExit extends JvmExit {

		@Override
		public void exit(int code) {
			MasterSignalsTests.this.exits.add(code);
		}

	}

}
