package io.pmboot.master;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.pmboot.UnknownWorkerException;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerLog;
import io.pmboot.process.WorkerProcess;
import io.pmboot.process.WorkerProcess.Output;
import org.jspecify.annotations.Nullable;

/**
 * Which process is which worker, and which one was it last. A worker may speak before the
 * master learns its pid: then it has to wait for the forks that are under way.
 */
final class WorkerRegistry {

	private final Map<Long, WorkerHandle> byPid = new HashMap<>();

	/** The last of each group and slot. */
	private final Map<String, WorkerHandle> exited = new HashMap<>();

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
		this.exited.put(slot(worker.launch.group(), worker.index()), worker);
	}

	private static String slot(String group, int index) {
		return group + "-" + index;
	}

	/**
	 * What a worker has written last: the one that accepts in a slot, otherwise the
	 * newest that lives there, or the one that has exited there last.
	 * @param group the group
	 * @param index the slot
	 * @param generation of which generation, or {@code null}
	 * @return reads it, on any thread
	 * @throws UnknownWorkerException where there is no such worker
	 */
	Supplier<WorkerLog> log(String group, int index, @Nullable Integer generation) {
		String slot = slot(group, index);
		WorkerHandle worker = Stream.concat(this.byPid.values()
			.stream()
			.filter((living) -> slot.equals(slot(living.launch.group(), living.index())))
			.sorted(Comparator.comparing(WorkerHandle::isActive).thenComparing(WorkerHandle::generation).reversed()),
				Stream.ofNullable(this.exited.get(slot)))
			.filter((known) -> generation == null || known.generation() == generation)
			.findFirst()
			.orElseThrow(() -> new UnknownWorkerException(group, index, generation));
		WorkerInfo info = worker.info();
		WorkerProcess process = worker.process();
		return () -> {
			Output output = (process != null) ? process.lastOutput(WorkerProcess.KEPT_LINES) : new Output(0, List.of());
			return new WorkerLog(info, output.first(), output.lines());
		};
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
