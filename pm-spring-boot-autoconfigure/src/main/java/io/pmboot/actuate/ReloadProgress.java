package io.pmboot.actuate;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.BlockingQueue;

import io.pmboot.Master;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadStep;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.ReloadProgressEvent;

import org.springframework.context.event.EventListener;

/**
 * Tells those who look of the steps of reloads as they come.
 */
class ReloadProgress {

	/** What is told to somebody for whom there is no room. */
	static final String CROWDED = "%d clients follow reloads already; GET without Accept: text/plain lists them"
		.formatted(Followers.MAX);

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS")
		.withZone(ZoneId.systemDefault());

	private final Master master;

	private final Followers followers = new Followers("pm-progress");

	ReloadProgress(Master master) {
		this.master = master;
	}

	@EventListener({ ReloadProgressEvent.class, ReloadFinishedEvent.class })
	void onEvent(Object event) {
		this.followers.tell(event);
	}

	/**
	 * Writes the steps of the reloads that are under way, from their first to their
	 * outcome; of the last one where there is none. Returns at once, {@code false} where
	 * there is no room for one more: the lines are written on a thread of its own, and
	 * then the end.
	 */
	boolean follow(Followers.Lines lines, Runnable end) {
		return this.followers.add((events) -> new Follower(lines).follow(events), end);
	}

	/**
	 * Somebody who looks.
	 */
	private final class Follower {

		private final Followers.Lines lines;

		private final Set<String> running = new HashSet<>();

		private final Set<ReloadStep> written = new HashSet<>();

		Follower(Followers.Lines lines) {
			this.lines = lines;
		}

		void follow(BlockingQueue<Object> events) throws IOException, InterruptedException {
			begin();
			while (!this.running.isEmpty()) {
				follow(events.take());
			}
		}

		// What has happened may be told by an event as well: that one is not written.
		private void begin() throws IOException {
			List<ReloadInfo> reloads = ReloadProgress.this.master.reloads();
			List<ReloadInfo> underWay = reloads.stream().filter((reload) -> reload.outcome() == null).toList();
			if (reloads.isEmpty()) {
				this.lines.write("No reload since the master started.");
			}
			for (ReloadInfo reload : underWay.isEmpty() ? reloads.stream().limit(1).toList() : underWay) {
				this.running.add(reload.id());
				write(reload, reload.startedAt(), "group %s from generation %d to %d, asked for by %s"
					.formatted(reload.group(), reload.fromGeneration(), reload.toGeneration(), reload.initiator()));
				for (ReloadStep step : reload.steps()) {
					step(reload, step);
				}
				end(reload);
			}
		}

		private void follow(Object event) throws IOException {
			if (event instanceof ReloadProgressEvent progress && this.running.contains(progress.reload().id())) {
				step(progress.reload(), progress.step());
			}
			else if (event instanceof ReloadFinishedEvent finished && this.running.contains(finished.reload().id())) {
				end(finished.reload());
			}
		}

		private void step(ReloadInfo reload, ReloadStep step) throws IOException {
			if (this.written.add(step)) {
				String who = (step.index() != null) ? reload.group() + "-" + step.index() : reload.group();
				String detail = (step.detail() != null) ? ": " + step.detail() : "";
				write(reload, step.at(), "%s %s, generation %d, after %s%s".formatted(who, step.kind(),
						step.generation(), seconds(step.took()), detail));
			}
		}

		private void end(ReloadInfo reload) throws IOException {
			if (reload.outcome() == null) {
				return;
			}
			this.running.remove(reload.id());
			Instant end = (reload.endedAt() != null) ? reload.endedAt() : reload.startedAt();
			String cut = (reload.requestsCut() > 0) ? ", %d requests cut".formatted(reload.requestsCut()) : "";
			write(reload, end, "%s after %s%s".formatted(reload.outcome(),
					seconds(Duration.between(reload.startedAt(), end)), cut));
			for (String line : (reload.cause() != null) ? reload.cause().lines().toList() : List.<String>of()) {
				this.lines.write("    " + line);
			}
		}

		private void write(ReloadInfo reload, Instant at, String what) throws IOException {
			this.lines.write("%s  %s  %s".formatted(TIME.format(at), reload.id(), what));
		}

		private static String seconds(Duration duration) {
			return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
		}

	}

}
