package io.pmboot.autoconfigure;

import java.util.List;

import io.pmboot.control.WorkerVariables;
import io.pmboot.env.OwnApplication;
import io.pmboot.process.JvmExit;
import io.pmboot.process.Signals;
import io.pmboot.worker.WorkerConnection;
import io.pmboot.worker.WorkerStartListener;

import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.event.ApplicationStartingEvent;
import org.springframework.context.ApplicationEvent;

/**
 * The first that happens in a worker: it leaves to its master the signals that a terminal
 * sends to the whole process group, and an operator to every process of the application,
 * and connects to it.
 */
class PmWorkerStartListener extends WorkerStartListener {

	private static final List<String> LEFT_TO_THE_MASTER = List.of("INT", "HUP", "USR1", "TTIN", "TTOU");

	PmWorkerStartListener() {
		super(new WorkerConnection.Exit(new JvmExit()::exit, new JvmExit()::halt));
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof ApplicationStartingEvent && System.getProperty(WorkerVariables.CONTROL_SOCKET) != null) {
			Signals signals = new Signals();
			LEFT_TO_THE_MASTER.forEach(signals::ignore);
		}
		if (!(event instanceof ApplicationEnvironmentPreparedEvent prepared)
				|| OwnApplication.is(prepared.getSpringApplication())) {
			super.onApplicationEvent(event);
		}
	}

}
