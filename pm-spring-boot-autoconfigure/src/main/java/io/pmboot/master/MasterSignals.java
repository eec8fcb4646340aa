package io.pmboot.master;

import java.util.concurrent.atomic.AtomicBoolean;

import io.pmboot.Initiator;
import io.pmboot.Master;
import io.pmboot.ReloadRefusedException;
import io.pmboot.event.SignalEvent;
import io.pmboot.process.JvmExit;
import io.pmboot.process.Signals;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * TERM and INT stop the master, USR1 and HUP reload all groups, TTIN and TTOU give every
 * listening group one worker more or less.
 */
public final class MasterSignals implements InitializingBean {

	private static final Log logger = LogFactory.getLog(MasterSignals.class);

	private final Signals signals;

	private final JvmExit exit;

	private final ConfigurableApplicationContext context;

	private final Master master;

	private final MasterLifecycle lifecycle;

	private final AtomicBoolean stopping = new AtomicBoolean();

	/**
	 * Creates the handlers; they are installed once all is wired.
	 * @param signals the signals of this process
	 * @param exit ends this process
	 * @param context the master's context
	 * @param master the master
	 * @param lifecycle the master's lifecycle
	 */
	public MasterSignals(Signals signals, JvmExit exit, ConfigurableApplicationContext context, Master master,
			MasterLifecycle lifecycle) {
		this.signals = signals;
		this.exit = exit;
		this.context = context;
		this.master = master;
		this.lifecycle = lifecycle;
	}

	@Override
	public void afterPropertiesSet() {
		this.signals.handle("TERM", () -> stop("TERM", 143));
		this.signals.handle("INT", () -> stop("INT", 130));
		this.signals.handle("USR1", () -> reload("USR1"));
		this.signals.handle("HUP", () -> reload("HUP"));
		this.signals.handle("TTIN", () -> adjust("TTIN", 1));
		this.signals.handle("TTOU", () -> adjust("TTOU", -1));
	}

	private void stop(String signal, int code) {
		this.lifecycle.publish(new SignalEvent(signal));
		if (!this.stopping.compareAndSet(false, true)) {
			logger.info("SIG" + signal + ": stopping already, within the time limits of the groups");
			return;
		}
		logger.info("SIG" + signal + ": stopping all groups");
		// Not on the signal's thread, a daemon: the JVM would end before the exit, with
		// another code.
		Thread shutdown = new Thread(() -> {
			this.context.close();
			this.exit.exit(this.lifecycle.killedWorkers() ? 1 : code);
		}, "pm-shutdown");
		shutdown.setDaemon(false);
		shutdown.start();
	}

	private void reload(String signal) {
		this.lifecycle.publish(new SignalEvent(signal));
		logger.info("SIG" + signal + ": reloading all groups");
		try {
			this.master.reload(Initiator.SIGNAL);
		}
		catch (ReloadRefusedException | IllegalStateException ex) {
			logger.warn("SIG" + signal + ": " + ex.getMessage());
		}
	}

	private void adjust(String signal, int more) {
		this.lifecycle.publish(new SignalEvent(signal));
		logger.info("SIG%s: one worker %s in every listening group".formatted(signal, (more > 0) ? "more" : "less"));
		try {
			this.lifecycle.running()
				.call((supervisor) -> supervisor.adjust(more))
				.join()
				.forEach((refusal) -> logger.warn("SIG" + signal + ": " + refusal));
		}
		catch (IllegalStateException ex) {
			logger.warn("SIG" + signal + ": " + ex.getMessage());
		}
	}

}
