package io.pmboot.actuate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

import io.pmboot.Master;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadStep;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.ReloadProgressEvent;
import io.pmboot.loop.Threads;

import org.springframework.context.event.EventListener;

/**
 * Tells those who look of the steps of reloads as they come.
 */
class ReloadProgress {

	/** Each has a thread, as long as it follows. */
	static final int MAX_FOLLOWERS = 16;

	private final Master master;

	private final Set<Follower> followers = ConcurrentHashMap.newKeySet();

	ReloadProgress(Master master) {
		this.master = master;
	}

	@EventListener
	void onProgress(ReloadProgressEvent event) {
		this.followers.forEach((follower) -> follower.events.add(event));
	}

	@EventListener
	void onFinished(ReloadFinishedEvent event) {
		this.followers.forEach((follower) -> follower.events.add(event));
	}

	/**
	 * Writes the steps of the reloads that are under way, from their first to their
	 * outcome; of the last one where there is none. Returns at once.
	 * @param lines where to, on a thread of its own
	 * @return whether there is room for one more
	 */
	boolean follow(Lines lines) {
		Follower follower = new Follower(lines);
		this.followers.add(follower);
		if (this.followers.size() > MAX_FOLLOWERS) {
			this.followers.remove(follower);
			return false;
		}
		Threads.start("pm-progress", follower);
		return true;
	}

	/**
	 * Where lines go.
	 */
	interface Lines {

		/**
		 * Writes a line, and waits until it is written.
		 * @param line the line, without its end
		 * @throws IOException where nobody reads any more
		 */
		void write(String line) throws IOException;

		/** Nothing follows. */
		void end();

	}

	/**
	 * Somebody who looks.
	 */
	private final class Follower implements Runnable {

		private final Lines lines;

		private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

		private final Set<String> running = new HashSet<>();

		private final Set<ReloadStep> written = new HashSet<>();

		Follower(Lines lines) {
			this.lines = lines;
		}

		@Override
		public void run() {
			try {
				begin();
				while (!this.running.isEmpty()) {
					follow(this.events.take());
				}
			}
			catch (IOException ex) {
				// Whoever looked has gone.
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			finally {
				ReloadProgress.this.followers.remove(this);
				this.lines.end();
			}
		}

		// What has happened may be told by an event as well: that one is not written.
		private void begin() throws IOException {
			List<ReloadInfo> reloads = ReloadProgress.this.master.reloads();
			List<ReloadInfo> shown = new ArrayList<>(
					reloads.stream().filter((reload) -> reload.outcome() == null).toList());
			if (shown.isEmpty() && !reloads.isEmpty()) {
				shown.add(reloads.get(0));
			}
			if (shown.isEmpty()) {
				this.lines.write("No reload since the master started.");
			}
			for (ReloadInfo reload : shown) {
				this.running.add(reload.id());
				this.lines.write(ReloadText.begun(reload));
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
				this.lines.write(ReloadText.step(reload, step));
			}
		}

		private void end(ReloadInfo reload) throws IOException {
			if (reload.outcome() != null) {
				this.running.remove(reload.id());
				for (String line : ReloadText.ended(reload)) {
					this.lines.write(line);
				}
			}
		}

	}

}
