package io.pmboot.master;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

import io.pmboot.Delivery;
import io.pmboot.DeliveryOutcome;
import io.pmboot.Finding;
import io.pmboot.GroupInfo;
import io.pmboot.Initiator;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOptions;
import io.pmboot.WorkerLog;
import io.pmboot.loop.Threads;
import io.pmboot.process.MasterOutput;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The {@link io.pmboot.Master} that others see: asks the event loop.
 */
final class DefaultMaster implements InitiatedMaster {

	private static final Log logger = LogFactory.getLog(DefaultMaster.class);

	/**
	 * Completes futures for whoever waits: not the event loop, and not the common pool,
	 * whose threads do not see the classes of an executable jar.
	 */
	private final Executor answers = Threads.many("pm-answers");

	private final MasterLifecycle lifecycle;

	private final MasterOutput output;

	DefaultMaster(MasterLifecycle lifecycle, MasterOutput output) {
		this.lifecycle = lifecycle;
		this.output = output;
	}

	@Override
	public long pid() {
		return ProcessHandle.current().pid();
	}

	@Override
	public @Nullable Instant outputBlockedSince() {
		return this.output.blockedSince();
	}

	@Override
	public List<Finding> findings() {
		List<Finding> all = new ArrayList<>(this.lifecycle.hostFindings());
		all.addAll(this.lifecycle.ask(Supervisor::findings));
		return all;
	}

	@Override
	public List<GroupInfo> groups() {
		return this.lifecycle.ask(Supervisor::infos);
	}

	@Override
	public GroupInfo group(String name) {
		return this.lifecycle.ask((supervisor) -> supervisor.info(name));
	}

	@Override
	public WorkerLog log(String group, int index, @Nullable Integer generation) {
		return this.lifecycle.ask((supervisor) -> supervisor.log(group, index, generation)).get();
	}

	@Override
	public List<ReloadInfo> reloads() {
		return this.lifecycle.ask(Supervisor::reloads);
	}

	@Override
	public List<PendingReload> reload(Initiator initiator, ReloadOptions options) {
		return this.lifecycle.ask((supervisor) -> supervisor.reload(supervisor.reloadable(), initiator, options))
			.stream()
			.map(this::offTheLoop)
			.toList();
	}

	@Override
	public PendingReload reload(String group, Initiator initiator, ReloadOptions options) {
		return offTheLoop(
				this.lifecycle.ask((supervisor) -> supervisor.reload(List.of(group), initiator, options)).get(0));
	}

	@Override
	public PendingReload rollback(String group, Initiator initiator) {
		return offTheLoop(this.lifecycle.ask((supervisor) -> supervisor.operations(group).rollback(initiator)));
	}

	@Override
	public PendingReload cancel(String id) {
		PendingReload cancelled = offTheLoop(this.lifecycle.ask((supervisor) -> supervisor.cancel(id)));
		logger.info("Reload %s is cancelled".formatted(id));
		return cancelled;
	}

	@Override
	public PendingReload promote(String id) {
		PendingReload promoted = offTheLoop(this.lifecycle.ask((supervisor) -> supervisor.promote(id)));
		logger.info("Reload %s is promoted".formatted(id));
		return promoted;
	}

	private PendingReload offTheLoop(PendingReload reload) {
		return new PendingReload(reload.started(), reload.finished().thenApplyAsync(Function.identity(), this.answers));
	}

	@Override
	public List<WorkerActuator> actuators(String group) {
		return this.lifecycle.ask((supervisor) -> supervisor.actuators(group));
	}

	@Override
	public @Nullable Integer waiting(String group, String address) {
		return this.lifecycle.running().listeners().waiting(group, address);
	}

	@Override
	public long messages(DeliveryOutcome outcome) {
		return this.lifecycle.running().supervisor().messages().count(outcome);
	}

	@Override
	public long outputLost() {
		return this.output.lost();
	}

	@Override
	public Duration eventLoopLag() {
		long asked = System.nanoTime();
		return Duration.ofNanos(this.lifecycle.ask((supervisor) -> System.nanoTime()) - asked);
	}

	@Override
	public GroupInfo scale(String group, int children) {
		return operate(group, (operations) -> operations.scale(children),
				"is scaled to %d workers".formatted(children));
	}

	@Override
	public GroupInfo restart(String group) {
		return operate(group, (operations) -> operations.restart(null), "restarts all its workers");
	}

	@Override
	public GroupInfo restart(String group, int index) {
		return operate(group, (operations) -> operations.restart(index), "restarts its worker " + index);
	}

	@Override
	public GroupInfo stop(String group) {
		return operate(group, GroupOperations::stop, "is stopped");
	}

	private GroupInfo operate(String group, Consumer<GroupOperations> operation, String done) {
		GroupInfo info = this.lifecycle.ask((supervisor) -> {
			operation.accept(supervisor.operations(group));
			return supervisor.info(group);
		});
		logger.info("Group '%s' %s".formatted(group, done));
		return info;
	}

	@Override
	public CompletableFuture<GroupInfo> start(String group) {
		CompletableFuture<Void> start = this.lifecycle.ask((supervisor) -> supervisor.operations(group).start());
		logger.info("Group '%s' is being started".formatted(group));
		return start.handleAsync((started, failure) -> {
			if (failure != null) {
				logger.warn("Group '%s' is not started: %s".formatted(group, failure.getMessage()));
				throw new CompletionException(failure);
			}
			return group(group);
		}, this.answers);
	}

	@Override
	public CompletableFuture<Delivery> send(String group, Object payload) {
		return this.lifecycle.running().messages().sender().send(group, payload);
	}

	@Override
	public CompletableFuture<Delivery> send(String group, int index, Object payload) {
		return this.lifecycle.running().messages().sender().send(group, index, payload);
	}

}
