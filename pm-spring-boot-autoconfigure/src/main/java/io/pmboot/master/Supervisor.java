package io.pmboot.master;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Supplier;

import io.netty.channel.unix.FileDescriptor;
import io.pmboot.Finding;
import io.pmboot.GroupInfo;
import io.pmboot.Initiator;
import io.pmboot.OperationRefusedException;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOptions;
import io.pmboot.ReloadRefusedException;
import io.pmboot.UnknownGroupException;
import io.pmboot.UnknownReloadException;
import io.pmboot.WorkerLog;
import io.pmboot.control.ControlConnection;
import io.pmboot.control.ControlHandler;
import io.pmboot.control.Frame;
import io.pmboot.settings.GroupProperties.Reload;
import io.pmboot.settings.MessageSettings;
import org.jspecify.annotations.Nullable;

/**
 * All groups of the master, and what arrives for their workers at the control socket.
 * Used on the event loop only.
 */
final class Supervisor implements ControlHandler {

	/** A frame has no room for any length. */
	private static final int MAX_CAUSE = 16 * 1024;

	private final Map<String, Group> groups = new LinkedHashMap<>();

	private final WorkerRegistry registry = new WorkerRegistry();

	private final ReloadLog.History history = new ReloadLog.History();

	private final Findings findings = new Findings();

	private final GroupListeners listeners;

	private final MessageRouter messages;

	/**
	 * Creates the groups; nothing is forked yet.
	 * @param settings the groups
	 * @param seams the world
	 * @param messages the limits of messages
	 * @param copied the groups whose first generation has a copy of its own
	 */
	Supervisor(List<GroupSettings> settings, Seams seams, MessageSettings messages, Set<String> copied) {
		this.listeners = seams.listeners();
		this.messages = new MessageRouter(this.groups, messages, seams.loop());
		for (GroupSettings group : settings) {
			this.groups.put(group.name(),
					new Group(group, seams, this.registry, this.history, messages, copied.contains(group.name())));
		}
	}

	void start() {
		this.groups.values().forEach(Group::reconcile);
	}

	/**
	 * Stops all groups for good.
	 * @return completes when the last worker has exited, with whether one of them had to
	 * be killed
	 */
	CompletableFuture<Boolean> stop() {
		List<CompletableFuture<Boolean>> ends = this.groups.values().stream().map(Group::end).toList();
		return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
			.thenApply((done) -> ends.stream().anyMatch(CompletableFuture::join));
	}

	List<PendingReload> reload(Collection<String> names, Initiator initiator, ReloadOptions options) {
		Map<GroupOperations, Reload> groups = new LinkedHashMap<>();
		names.stream().map(this::operations).forEach((group) -> groups.put(group, group.reloadSettings(options)));
		groups.keySet().forEach(GroupOperations::checkReload);
		return groups.entrySet().stream().map((group) -> group.getKey().reload(initiator, group.getValue())).toList();
	}

	/**
	 * A signal orders a reload of all groups that are not stopped, each as soon as it may
	 * be.
	 * @return for each group that has to wait, why
	 */
	List<String> order() {
		List<Group> groups = reloadable().stream().map(this::group).toList();
		groups.forEach((group) -> group.operations().checkReloadLater());
		return groups.stream().map((group) -> group.operations().orderReload()).filter(Objects::nonNull).toList();
	}

	/**
	 * Cancels a reload.
	 * @param id its id
	 * @return the reload
	 * @throws UnknownReloadException where there is none of this id
	 * @throws OperationRefusedException where it has ended, or goes back already
	 */
	PendingReload cancel(String id) {
		return find(id, "cancelled", GroupOperations::cancel);
	}

	/**
	 * Has a reload that holds go on.
	 * @param id its id
	 * @return the reload
	 * @throws UnknownReloadException where there is none of this id
	 * @throws OperationRefusedException where it does not hold
	 */
	PendingReload promote(String id) {
		return find(id, "promoted", GroupOperations::promote);
	}

	private PendingReload find(String id, String done,
			BiFunction<GroupOperations, String, @Nullable PendingReload> action) {
		for (Group group : this.groups.values()) {
			PendingReload found = action.apply(group.operations(), id);
			if (found != null) {
				return found;
			}
		}
		throw reloads().stream()
			.filter((reload) -> reload.id().equals(id))
			.findFirst()
			.<RuntimeException>map((ended) -> new OperationRefusedException(
					"Reload '%s' cannot be %s: it has ended (%s)".formatted(id, done, ended.outcome()), null))
			.orElseGet(() -> new UnknownReloadException(id));
	}

	List<ReloadInfo> reloads() {
		return this.history.infos();
	}

	/**
	 * The groups that a reload of all is about.
	 * @return the names of those that are not stopped; of all, to be refused, where every
	 * group is stopped
	 */
	Collection<String> reloadable() {
		List<String> running = this.groups.values()
			.stream()
			.filter((group) -> !group.isStopped())
			.map(Group::name)
			.toList();
		return running.isEmpty() ? this.groups.keySet() : running;
	}

	/**
	 * What can be done to a group beside a reload.
	 * @param name the group's name
	 * @return the operations
	 */
	GroupOperations operations(String name) {
		return group(name).operations();
	}

	/**
	 * Gives every listening group that runs more workers, or fewer; one that is being
	 * reloaded as soon as it may be.
	 * @param more how many more, or fewer where negative
	 * @return why a group was left as it is, for each that was
	 */
	List<String> adjust(int more) {
		List<String> refusals = new ArrayList<>();
		for (Group group : this.groups.values()) {
			try {
				if (group.isListening() && !group.isStopped()) {
					group.operations().orderMore(more);
				}
			}
			catch (OperationRefusedException ex) {
				refusals.add(ex.getMessage());
			}
		}
		return refusals;
	}

	List<Finding> findings() {
		return this.findings.of(infos());
	}

	List<GroupInfo> infos() {
		return this.groups.values().stream().map(Group::info).toList();
	}

	GroupInfo info(String name) {
		return group(name).info();
	}

	Supplier<WorkerLog> log(String group, int index, @Nullable Integer generation) {
		return this.registry.log(group(group).name(), index, generation);
	}

	List<WorkerActuator> actuators(String name) {
		return group(name).actuators();
	}

	private Group group(String name) {
		Group group = this.groups.get(name);
		if (group == null) {
			throw new UnknownGroupException(name, this.groups.keySet());
		}
		return group;
	}

	/**
	 * How long the workers of any group may take in a stop.
	 * @return the longest time
	 */
	Duration terminateTimeout() {
		return this.groups.values()
			.stream()
			.map(Group::terminateTimeout)
			.max(Comparator.naturalOrder())
			.orElse(Duration.ZERO);
	}

	@Override
	public CompletionStage<Boolean> admits(long pid) {
		return this.registry.contains(pid);
	}

	@Override
	public void connected(long pid, ControlConnection connection) {
		WorkerHandle worker = this.registry.worker(pid);
		if (worker == null || worker.isConnected()) {
			connection.close();
			return;
		}
		group(worker.launch.group()).connected(worker, connection);
		this.messages.connected(worker, connection);
	}

	@Override
	public void received(long pid, Frame frame) {
		if (this.messages.received(pid, frame)) {
			return;
		}
		WorkerHandle worker = this.registry.worker(pid);
		if (worker != null && worker.isConnected()) {
			Group group = group(worker.launch.group());
			if (frame instanceof Frame.Found found) {
				this.findings.found(worker, found, group.generation());
			}
			else if (frame instanceof Frame.RequestReload request) {
				reload(worker, request);
			}
			else {
				group.received(worker, frame);
			}
		}
		// Otherwise it has ended, or is about to.
	}

	/** A worker asks for a reload, and hears what becomes of it while it can. */
	private void reload(WorkerHandle worker, Frame.RequestReload request) {
		try {
			checkMayReload(group(worker.launch.group()), request.group());
			PendingReload reload = reload(List.of(request.group()), Initiator.WORKER, ReloadOptions.NONE).get(0);
			reload.finished()
				.thenAccept((ended) -> worker.send(new Frame.ReloadAnswer(request.id(), ended.id(), ended.outcome(),
						Text.beginning(ended.cause(), MAX_CAUSE))));
		}
		catch (ReloadRefusedException ex) {
			worker.send(new Frame.ReloadAnswer(request.id(), ex.runningId(), null, ex.getMessage()));
		}
	}

	private static void checkMayReload(Group own, String name) {
		List<String> allowed = own.settings().properties().mayReload();
		if (!allowed.contains(name)) {
			throw new ReloadRefusedException(
					"A worker of group '%s' may not reload '%s': pm.groups.%s.may-reload lists %s".formatted(own.name(),
							name, own.name(), allowed.isEmpty() ? "no group" : String.join(", ", allowed)),
					null);
		}
	}

	@Override
	public void disconnected(long pid, @Nullable String fault) {
		this.messages.disconnected(pid);
		WorkerHandle worker = this.registry.worker(pid);
		if (worker != null && worker.isConnected()) {
			worker.disconnected(fault);
		}
	}

	@Override
	public List<FileDescriptor> listeners(long pid) {
		WorkerHandle worker = this.registry.worker(pid);
		return (worker != null) ? this.listeners.descriptors(worker.launch.group(), worker.generation()) : List.of();
	}

	MessageRouter messages() {
		return this.messages;
	}

}
