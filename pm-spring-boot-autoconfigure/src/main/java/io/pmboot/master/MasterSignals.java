package io.pmboot.master;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.pmboot.ReloadRefusedException;
import io.pmboot.event.SignalEvent;
import io.pmboot.loop.Threads;
import io.pmboot.process.EarlySignals;
import io.pmboot.process.JvmExit;
import io.pmboot.process.Signals;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * TERM and INT stop the master, USR1 and HUP reload all groups, TTIN and TTOU give every
 * listening group one worker more or less. What comes before the master has started is
 * done then.
 */
public final class MasterSignals implements InitializingBean, ApplicationListener<ApplicationReadyEvent> {

	private static final Log logger = LogFactory.getLog(MasterSignals.class);

	private final Signals signals;

	private final JvmExit exit;

	private final ConfigurableApplicationContext context;

	private final MasterLifecycle lifecycle;

	private final EarlySignals early;

	private final AtomicBoolean stopping = new AtomicBoolean();

	/**
	 * Creates the handlers. Those of TERM and INT are installed once all is wired, the
	 * others when there is something to reload: until then these signals are remembered.
	 * @param signals the signals of this process
	 * @param early those that are remembered
	 * @param exit ends this process
	 * @param context the master's context
	 * @param lifecycle the master's lifecycle
	 */
	public MasterSignals(Signals signals, EarlySignals early, JvmExit exit, ConfigurableApplicationContext context,
			MasterLifecycle lifecycle) {
		this.signals = signals;
		this.early = early;
		this.exit = exit;
		this.context = context;
		this.lifecycle = lifecycle;
	}

	@Override
	public void afterPropertiesSet() {
		this.signals.handle("TERM", () -> stop("TERM", 143));
		this.signals.handle("INT", () -> stop("INT", 130));
	}

	// Not ordered, and so after the groups have been told to fork.
	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		if (event.getApplicationContext() == this.context) {
			for (String name : List.of("USR1", "HUP", "TTIN", "TTOU")) {
				this.signals.handle(name, () -> act(name));
			}
			this.early.take().forEach(this::act);
		}
	}

	private void act(String signal) {
		this.lifecycle.publish(new SignalEvent(signal));
		try {
			switch (signal) {
				case "TTIN" -> adjust(signal, 1);
				case "TTOU" -> adjust(signal, -1);
				default -> reload(signal);
			}
		}
		catch (ReloadRefusedException | IllegalStateException ex) {
			logger.warn("SIG" + signal + ": " + ex.getMessage());
		}
	}

	private void stop(String signal, int code) {
		this.lifecycle.publish(new SignalEvent(signal));
		if (!this.stopping.compareAndSet(false, true)) {
			logger.info("SIG" + signal + ": stopping already, within the time limits of the groups");
			return;
		}
		// Not on the signal's thread, a daemon: the JVM would end before the exit, with
		// another code.
		Threads.foreground("pm-shutdown", () -> {
			this.context.close();
			this.exit.exit(this.lifecycle.killedWorkers() ? 1 : code);
		}).start();
		// What a signal orders comes first: what reads the log may be slow.
		logger.info("SIG" + signal + ": stopping all groups");
	}

	private void reload(String signal) {
		List<String> waiting = this.lifecycle.orderReload();
		logger.info("SIG" + signal + ": reloading all groups");
		waiting.forEach((why) -> logger.info("SIG" + signal + ": " + why));
	}

	private void adjust(String signal, int more) {
		List<String> refusals = this.lifecycle.ask((supervisor) -> supervisor.adjust(more));
		logger.info("SIG%s: one worker %s in every listening group".formatted(signal, (more > 0) ? "more" : "less"));
		refusals.forEach((refusal) -> logger.warn("SIG" + signal + ": " + refusal));
	}

}
