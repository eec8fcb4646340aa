package io.pmboot.sample;

import io.pmboot.ReloadInfo;
import io.pmboot.WorkerInfo;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.ReloadStartedEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerForkedEvent;
import io.pmboot.event.WorkerReadyEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Hears everything that the master publishes: a line for each. */
@Component
@Profile("master")
class AuditLog {

	private static final Logger logger = LoggerFactory.getLogger(AuditLog.class);

	@EventListener
	void forked(WorkerForkedEvent event) {
		logger.info("Audit: {} forked", name(event.worker()));
	}

	@EventListener
	void ready(WorkerReadyEvent event) {
		logger.info("Audit: {} ready", name(event.worker()));
	}

	@EventListener
	void exited(WorkerExitedEvent event) {
		logger.info("Audit: {} exited, {}, {}", name(event.worker()), event.kind(), event.status());
	}

	@EventListener
	void gaveUp(GiveupEvent event) {
		logger.info("Audit: {} gave up for {} s", event.group(), event.pause().toSeconds());
	}

	@EventListener
	void reloadStarted(ReloadStartedEvent event) {
		ReloadInfo reload = event.reload();
		logger.info("Audit: reload {} of {} started", reload.id(), reload.group());
	}

	@EventListener
	void reloadFinished(ReloadFinishedEvent event) {
		ReloadInfo reload = event.reload();
		logger.info("Audit: reload {} of {} finished, {}", reload.id(), reload.group(), reload.outcome());
	}

	private static String name(WorkerInfo worker) {
		return "%s-%d pid %d".formatted(worker.group(), worker.index(), worker.pid());
	}

}
