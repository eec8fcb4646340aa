package io.pmboot.event;

import java.time.Duration;
import java.util.List;

/**
 * The workers of a group exited fatally too often: the group forks nothing for a while.
 * Workers of it that still live serve on. Published in the master, off its event loop.
 *
 * @param group the group's name
 * @param fatalExits the exits that were too many, oldest first; never empty
 * @param pause how long the group waits before it forks again
 * @since 0.1
 */
public record GiveupEvent(String group, List<WorkerExitedEvent> fatalExits, Duration pause) {

	public GiveupEvent {
		fatalExits = List.copyOf(fatalExits);
	}

}
