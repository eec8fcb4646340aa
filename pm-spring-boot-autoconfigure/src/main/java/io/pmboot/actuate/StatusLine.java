package io.pmboot.actuate;

import io.pmboot.WorkerInfo;

import org.springframework.boot.json.JsonWriter;
import org.springframework.boot.json.JsonWriter.Members;

/**
 * A line of the status file: the master's pid and a colon, the group, the worker's pid,
 * and what the endpoint tells of the worker, separated by tabs.
 */
final class StatusLine {

	private static final JsonWriter<WorkerInfo> JSON = JsonWriter.of(StatusLine::members);

	private StatusLine() {
	}

	static String of(long master, WorkerInfo worker) {
		return "%d:\t%s\t%d\t%s%n".formatted(master, worker.group(), worker.pid(), JSON.writeToString(worker));
	}

	private static void members(Members<WorkerInfo> members) {
		members.add("index", WorkerInfo::index);
		members.add("pid", WorkerInfo::pid);
		members.add("generation", WorkerInfo::generation);
		members.add("copied", WorkerInfo::copied);
		members.add("state", (worker) -> worker.state().name());
		members.add("since", (worker) -> worker.since().toString());
		members.add("reason", WorkerInfo::reason).whenNotNull();
		members.add("load", (worker) -> LoadStatus.of(worker.heartbeat()))
			.whenNotNull()
			.usingMembers(StatusLine::loadMembers);
	}

	private static void loadMembers(Members<LoadStatus> members) {
		members.add("at", (load) -> load.at().toString());
		members.add("heapUsed", LoadStatus::heapUsed);
		members.add("heapMax", LoadStatus::heapMax).whenNotNull();
		members.add("nonHeapUsed", LoadStatus::nonHeapUsed);
		members.add("residentSize", LoadStatus::residentSize).whenNotNull();
		members.add("served", LoadStatus::served);
		members.add("inFlight", LoadStatus::inFlight);
		members.add("oldestInFlightMillis", LoadStatus::oldestInFlightMillis).whenNotNull();
		members.add("lagMillis", LoadStatus::lagMillis);
		members.add("collectingPercent", LoadStatus::collectingPercent);
		members.add("acceptors", LoadStatus::acceptors).whenNotNull();
		members.add("deadlockedThreads", LoadStatus::deadlockedThreads);
		members.add("scores", LoadStatus::scores);
	}

}
