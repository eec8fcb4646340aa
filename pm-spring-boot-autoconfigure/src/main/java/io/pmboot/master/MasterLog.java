package io.pmboot.master;

import java.util.List;

import io.pmboot.ExitKind;
import io.pmboot.Finding;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadStep;
import io.pmboot.WorkerInfo;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.ReloadProgressEvent;
import io.pmboot.event.ReloadStartedEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerForkedEvent;
import io.pmboot.event.WorkerHungEvent;
import io.pmboot.event.WorkerReadyEvent;
import io.pmboot.event.WorkerRestartEvent;
import io.pmboot.event.WorkerUnfitEvent;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * One line for each thing that happened, for whoever reads the master's log.
 */
final class MasterLog {

	private static final Log logger = LogFactory.getLog(MasterLog.class);

	private MasterLog() {
	}

	/**
	 * Tells of what a master lacks that is the first process of its system.
	 * @param pid its process id
	 */
	static void started(long pid) {
		if (pid == 1) {
			logger
				.warn("This master is process 1, and nothing reaps what workers start and leave behind when they exit: "
						+ "such processes stay as zombies. Start it under an init (docker run --init, init: true in Compose, tini)");
		}
	}

	static void found(Finding finding) {
		logger.warn("%s (pm.doctor.ignore=%s silences this)".formatted(finding.text(), finding.id()));
	}

	static void log(Object event) {
		if (event instanceof WorkerForkedEvent forked) {
			logger.info("Forked " + name(forked.worker()));
		}
		else if (event instanceof WorkerReadyEvent ready) {
			logger.info(name(ready.worker()) + " is ready");
		}
		else if (event instanceof WorkerHungEvent hung) {
			logger.error("%s is hung, and is replaced: %s".formatted(name(hung.worker()), hung.symptom()));
		}
		else if (event instanceof WorkerUnfitEvent unfit) {
			logger.error("%s is to be replaced: %s".formatted(name(unfit.worker()), unfit.symptom()));
		}
		else if (event instanceof WorkerRestartEvent restart) {
			restarted(restart);
		}
		else if (event instanceof WorkerExitedEvent exit) {
			exited(exit);
		}
		else if (event instanceof GiveupEvent giveup) {
			List<WorkerExitedEvent> exits = giveup.fatalExits();
			logger.error("Group '%s' gives up for %s after %d fatal exits, the last: %s".formatted(giveup.group(),
					Text.of(giveup.pause()), exits.size(), exits.get(exits.size() - 1).worker().reason()));
		}
		else if (event instanceof ReloadStartedEvent started) {
			ReloadInfo reload = started.reload();
			logger.info("Reload %s: group '%s' from generation %d to %d".formatted(reload.id(), reload.group(),
					reload.fromGeneration(), reload.toGeneration()));
		}
		else if (event instanceof ReloadProgressEvent progress) {
			progress(progress.reload().id(), progress.step());
		}
		else if (event instanceof ReloadFinishedEvent finished) {
			finished(finished.reload());
		}
	}

	private static void restarted(WorkerRestartEvent restart) {
		String line = "%s is replaced (%s): %s".formatted(name(restart.worker()), restart.reason(), restart.why());
		if (restart.failure() == null) {
			logger.info(line);
		}
		else {
			logger.warn(line + ". Its successor failed: " + restart.failure());
		}
	}

	private static void exited(WorkerExitedEvent exit) {
		String line = "%s exited: %s, %s".formatted(name(exit.worker()), exit.kind(), exit.worker().reason());
		if (exit.kind() == ExitKind.REQUESTED || exit.kind() == ExitKind.VOLUNTARY) {
			logger.info(line);
		}
		else {
			logger.warn(line);
		}
	}

	// Not what the lines on its workers say already.
	private static void progress(String id, ReloadStep step) {
		if (step.kind() == ReloadStep.Kind.FAILED) {
			logger.warn("Reload %s: %s".formatted(id, step.detail()));
		}
		else if (step.kind() == ReloadStep.Kind.COPIED && step.detail() != null) {
			logger.info("Reload %s: generation %d: %s".formatted(id, step.generation(), step.detail()));
		}
		else if (step.kind() == ReloadStep.Kind.HOLDING) {
			logger.info("Reload %s: HOLDING, %s; it waits for promote or cancel".formatted(id, step.detail()));
		}
		else if (step.kind() == ReloadStep.Kind.ROLLED_BACK) {
			logger.info("Reload %s: slot %d went back to generation %d".formatted(id, step.index(), step.generation()));
		}
	}

	private static void finished(ReloadInfo reload) {
		String cut = (reload.requestsCut() > 0) ? " (requests cut: %d)".formatted(reload.requestsCut()) : "";
		if (reload.outcome() == ReloadOutcome.COMPLETED) {
			logger.info("Reload %s: COMPLETED%s".formatted(reload.id(), cut));
		}
		else {
			logger.error("Reload %s: %s%s, %s".formatted(reload.id(), reload.outcome(), cut, reload.cause()));
		}
	}

	private static String name(WorkerInfo worker) {
		return "%s-%d (generation %d, pid %d)".formatted(worker.group(), worker.index(), worker.generation(),
				worker.pid());
	}

}
