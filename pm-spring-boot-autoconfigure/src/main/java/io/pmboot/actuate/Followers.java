package io.pmboot.actuate;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

import io.pmboot.loop.Threads;

/**
 * Those who are told of what happens as it does, each on a thread of its own, because
 * writing to one may block.
 */
final class Followers {

	/** How many there may be. */
	static final int MAX = 16;

	private final String thread;

	private final Set<Follower> all = ConcurrentHashMap.newKeySet();

	Followers(String thread) {
		this.thread = thread;
	}

	/** Tells all of them that something has happened. */
	void tell(Object event) {
		this.all.forEach((follower) -> follower.events.add(event));
	}

	/**
	 * Adds one. Returns at once, {@code false} where there is no room for one more.
	 * @param following what it does with what happens, until it returns or fails
	 * @param end called then
	 */
	boolean add(Following following, Runnable end) {
		Follower follower = new Follower(following, end);
		this.all.add(follower);
		if (this.all.size() > MAX) {
			this.all.remove(follower);
			return false;
		}
		Threads.start(this.thread, follower);
		return true;
	}

	/**
	 * What one does.
	 */
	@FunctionalInterface
	interface Following {

		/**
		 * Follows what happens.
		 * @param events has what has happened since it was added
		 * @throws IOException where nobody reads any more
		 */
		void follow(BlockingQueue<Object> events) throws IOException, InterruptedException;

	}

	/**
	 * Where lines go.
	 */
	@FunctionalInterface
	interface Lines {

		/**
		 * Writes a line, which comes without its end, and waits until it is written.
		 * Throws where nobody reads any more.
		 */
		void write(String line) throws IOException;

	}

	/**
	 * What can be followed.
	 */
	@FunctionalInterface
	interface Source {

		/**
		 * Writes lines as they come, and returns at once: {@code false} where there is no
		 * room for one more.
		 * @param end called when there are no more
		 */
		boolean follow(Lines lines, Runnable end);

	}

	private final class Follower implements Runnable {

		private final Following following;

		private final Runnable end;

		private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

		Follower(Following following, Runnable end) {
			this.following = following;
			this.end = end;
		}

		@Override
		public void run() {
			try {
				this.following.follow(this.events);
			}
			catch (IOException | IllegalStateException ex) {
				// Whoever looked has gone, or the master has.
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			finally {
				Followers.this.all.remove(this);
				end();
			}
		}

		private void end() {
			try {
				this.end.run();
			}
			catch (IllegalStateException ex) {
				// The server has ended it before.
			}
		}

	}

}
