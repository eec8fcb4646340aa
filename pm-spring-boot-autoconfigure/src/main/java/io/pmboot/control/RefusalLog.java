package io.pmboot.control;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.pmboot.loop.LoopLog;

/**
 * Says which connections are refused, once a second at most: anybody's program may
 * connect as often as it likes. On the event loop only.
 */
final class RefusalLog {

	private static final LoopLog logger = LoopLog.of(ControlPeer.class);

	private boolean said;

	private int unsaid;

	private String last = "";

	void add(ScheduledExecutorService loop, String refusal) {
		if (this.said) {
			this.unsaid++;
			this.last = refusal;
			return;
		}
		this.said = true;
		logger.warn(refusal);
		loop.schedule(() -> say(loop), 1, TimeUnit.SECONDS);
	}

	private void say(ScheduledExecutorService loop) {
		this.said = false;
		if (this.unsaid > 0) {
			String refusals = "%d more since. %s".formatted(this.unsaid, this.last);
			this.unsaid = 0;
			add(loop, refusals);
		}
	}

}
