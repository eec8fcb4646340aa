package io.pmboot.master;

import java.time.Duration;
import java.util.List;

import io.pmboot.process.WorkerLaunch;
import io.pmboot.socket.ListenAddress;

/**
 * One group as configured.
 *
 * @param name the group's name
 * @param listen where its workers listen; empty where they do not
 * @param children how many workers it has, from 0
 * @param program what its workers have beyond what the master has
 * @param maxFatalRestart how many fatal exits within the pause make the group give up,
 * from 1
 * @param pauseAfterFatal how long it then waits before it forks again
 * @param startTimeout how long a worker may take from its fork until it is ready
 * @param terminateTimeout how long requests in flight may run in a stop
 * @param drainTimeout how long a predecessor may take to empty in a reload
 */
public record GroupSettings(String name, List<ListenAddress> listen, int children, WorkerLaunch.Program program,
		int maxFatalRestart, Duration pauseAfterFatal, Duration startTimeout, Duration terminateTimeout,
		Duration drainTimeout) {

	public GroupSettings {
		listen = List.copyOf(listen);
	}

}
