package io.pmboot.master;

import java.time.Duration;
import java.util.List;

import io.pmboot.control.Message;
import io.pmboot.process.WorkerLaunch;
import io.pmboot.socket.ListenAddress;
import io.pmboot.socket.SocketAccess;

/**
 * What a group is to be, as its properties say, validated.
 *
 * @param name the group's name
 * @param listen where it listens; empty for a group without listeners
 * @param children how many workers it has, at least 0
 * @param program what its workers have beyond what the master has
 * @param maxFatalRestart so many fatal exits make the group give up, at least 1
 * @param pauseAfterFatal how long a group that gave up forks nothing
 * @param startTimeout from the fork until the worker is ready
 * @param terminateTimeout how long a worker may take to drain in a stop
 * @param reload how it is reloaded
 * @param socketAccess who may connect to its unix sockets
 * @param heartbeats when a worker is judged hung
 */
public record GroupSettings(String name, List<ListenAddress> listen, int children, WorkerLaunch.Program program,
		int maxFatalRestart, Duration pauseAfterFatal, Duration startTimeout, Duration terminateTimeout,
		ReloadSettings reload, SocketAccess socketAccess, boolean serialStart, HeartbeatSettings heartbeats) {

	public GroupSettings {
		listen = List.copyOf(listen);
	}

	/**
	 * What one of the group's workers is told first.
	 * @param index its slot
	 * @param generation its generation
	 * @param listeners where the group listens
	 * @param messages the limits of messages
	 * @param masterProfiles the profiles of the master, where the worker is asked for its
	 * configuration
	 * @return the message
	 */
	Message.Welcome welcome(int index, int generation, List<String> listeners, MessageSettings messages,
			List<String> masterProfiles) {
		return new Message.Welcome(Message.VERSION, this.name, index, generation, listeners, this.terminateTimeout,
				this.children, this.heartbeats.interval(), messages.maxPayload(), masterProfiles);
	}

}
