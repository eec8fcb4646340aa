package io.pmboot.master;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * Which process is which worker. A worker may speak before the master learns its pid:
 * then it has to wait for the forks that are under way.
 */
final class WorkerRegistry {

	private final Map<Long, WorkerHandle> byPid = new HashMap<>();

	private final Set<WorkerHandle> forking = new HashSet<>();

	private final List<Waiting> waiting = new ArrayList<>();

	void forking(WorkerHandle worker) {
		this.forking.add(worker);
	}

	void forked(WorkerHandle worker) {
		this.forking.remove(worker);
		if (worker.pid() != 0) {
			this.byPid.put(worker.pid(), worker);
		}
		List<Waiting> waiting = List.copyOf(this.waiting);
		this.waiting.clear();
		waiting.forEach(this::answer);
	}

	void exited(WorkerHandle worker) {
		this.byPid.remove(worker.pid(), worker);
	}

	@Nullable WorkerHandle worker(long pid) {
		return this.byPid.get(pid);
	}

	/**
	 * Whether a process is one of this master's living workers.
	 * @param pid the process
	 * @return the answer, as soon as it is known
	 */
	CompletionStage<Boolean> contains(long pid) {
		Waiting candidate = new Waiting(pid, new CompletableFuture<>());
		answer(candidate);
		return candidate.answer();
	}

	private void answer(Waiting candidate) {
		if (this.byPid.containsKey(candidate.pid())) {
			candidate.answer().complete(true);
		}
		else if (this.forking.isEmpty()) {
			candidate.answer().complete(false);
		}
		else {
			this.waiting.add(candidate);
		}
	}

	private record Waiting(long pid, CompletableFuture<Boolean> answer) {
	}

}
