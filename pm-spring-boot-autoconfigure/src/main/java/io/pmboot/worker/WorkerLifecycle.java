package io.pmboot.worker;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;
import io.pmboot.event.ListenEvent;
import io.pmboot.event.WorkerDrainingEvent;
import io.pmboot.loop.EventPublisher;
import io.pmboot.loop.Threads;
import io.pmboot.worker.ReadyCheck.ReadyCheckException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.AvailabilityState;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;

/**
 * Ties the application's context to the state of this worker: it is READY when the
 * context is ready and accepts traffic, accepts nothing while that refuses it, is to be
 * replaced when that is broken, and closing the context drains first.
 */
public final class WorkerLifecycle
		implements ApplicationListener<ApplicationEvent>, Ordered, SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(WorkerLifecycle.class);

	/** What the loop may be late before it is no longer waited for. */
	private static final int LATE_SECONDS = 5;

	private final WorkerConnection connection;

	private final Iterable<Serving> servings;

	private final Iterable<ReadyCheck> checks;

	private final ConfigurableApplicationContext context;

	private volatile @Nullable ReadinessState readiness;

	/**
	 * Creates the lifecycle.
	 * @param connection the connection to the master
	 * @param servings what works while this worker serves; asked for once, when the
	 * context is ready
	 * @param checks what must be so before this worker is ready; asked for then as well
	 * @param context the application's context
	 */
	public WorkerLifecycle(WorkerConnection connection, Iterable<Serving> servings, Iterable<ReadyCheck> checks,
			ConfigurableApplicationContext context) {
		this.connection = connection;
		this.servings = servings;
		this.checks = checks;
		this.context = context;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.context.addApplicationListener(new ReadinessListener());
	}

	/**
	 * SIGTERM was received: drains and exits with code 0. A second one, or one long after
	 * the master ordered a drain, means that the time is up. Returns at once; may be
	 * called on any thread.
	 */
	public void terminate() {
		tell(WorkerStateMachine::terminate);
	}

	private void tell(Consumer<WorkerStateMachine> what) {
		this.connection.loop().execute(() -> what.accept(this.connection.states()));
	}

	// The first to hear of an event: of a close before anything is stopped, and of each
	// change of the readiness in the order in which they happen.
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	/**
	 * Drains while the context closes, before anything in it is stopped: Boot's graceful
	 * shutdown and its time-outs come later, when there is nothing left to wait for.
	 */
	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof ContextClosedEvent closed && closed.getApplicationContext() == this.context) {
			tell(WorkerStateMachine::contextClosed);
			refuseTraffic();
			awaitDrained();
		}
		ReadinessState changed = stateOf(event, ReadinessState.class);
		if (changed != null) {
			this.readiness = changed;
		}
	}

	@Override
	public boolean supportsAsyncExecution() {
		// The context would go on closing.
		return false;
	}

	private void awaitDrained() {
		long end = System.nanoTime() + this.connection.welcome().terminateTimeout().toNanos()
				+ TimeUnit.SECONDS.toNanos(LATE_SECONDS);
		boolean interrupted = false;
		try {
			while (true) {
				try {
					// Never without a time limit: a second close of the context
					// interrupts a thread that waits for ever.
					this.connection.states().drained().get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
					return;
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.error("The drain has not ended in time, closing the context all the same", ex);
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private void passChecks(Application application) {
		Iterator<ReadyCheck> checks = this.checks.iterator();
		if (checks.hasNext()) {
			Threads.start("pm-ready-checks", () -> passChecks(checks, application));
		}
		else {
			started(application);
		}
	}

	// One after the other, while the application is up and serves nobody.
	private void passChecks(Iterator<ReadyCheck> checks, Application application) {
		try {
			while (checks.hasNext()) {
				checks.next().pass(this.connection::waits);
			}
			started(application);
		}
		catch (ReadyCheckException ex) {
			fail(String.valueOf(ex.getMessage()), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			fail("It was interrupted before it was ready", ex);
		}
		catch (RuntimeException | Error ex) {
			fail("It cannot be told whether this worker may serve: " + ex, ex);
		}
	}

	private void started(Application application) {
		tell((states) -> states.started(application));
	}

	private void fail(String why, Throwable cause) {
		logger.error("This worker does not get ready, and exits: " + why, cause.getCause());
		this.connection.failStart(why);
	}

	private void refuseTraffic() {
		if (this.readiness != ReadinessState.REFUSING_TRAFFIC) {
			AvailabilityChangeEvent.publish(this.context, ReadinessState.REFUSING_TRAFFIC);
		}
	}

	private <S extends AvailabilityState> @Nullable S stateOf(ApplicationEvent event, Class<S> type) {
		boolean foreign = event.getSource() instanceof ApplicationContext source && source != this.context;
		return (!foreign && event instanceof AvailabilityChangeEvent<?> change && type.isInstance(change.getState()))
				? type.cast(change.getState()) : null;
	}

	/**
	 * Follows the context to READY, and its availability from then on. The last to hear
	 * of an event, when the application's own listeners may have changed the readiness
	 * again: the events of a change within a change arrive here in the wrong order.
	 */
	private final class ReadinessListener implements ApplicationListener<ApplicationEvent> {

		@Override
		public void onApplicationEvent(ApplicationEvent event) {
			WorkerLifecycle lifecycle = WorkerLifecycle.this;
			if (event instanceof ApplicationReadyEvent ready && ready.getApplicationContext() == lifecycle.context) {
				lifecycle.passChecks(new Application());
			}
			else if (stateOf(event, ReadinessState.class) != null) {
				boolean accepting = lifecycle.readiness == ReadinessState.ACCEPTING_TRAFFIC;
				tell((states) -> states.accepting(accepting));
			}
			LivenessState liveness = stateOf(event, LivenessState.class);
			if (liveness != null) {
				tell((states) -> states.broken(liveness == LivenessState.BROKEN));
			}
		}

		@Override
		public boolean supportsAsyncExecution() {
			return false;
		}

	}

	/**
	 * The application of the context.
	 */
	private final class Application implements WorkerStateMachine.Application {

		private final List<Serving> servings = new ArrayList<>();

		private final Events events;

		Application() {
			WorkerLifecycle lifecycle = WorkerLifecycle.this;
			lifecycle.servings.forEach(this.servings::add);
			this.events = new Events(lifecycle.context, lifecycle.connection.welcome().listeners());
		}

		@Override
		public List<Serving> servings() {
			return this.servings;
		}

		@Override
		public void activated() {
			this.events.activated();
		}

		@Override
		public CompletionStage<Void> draining(DrainReason reason) {
			return this.events.draining(reason);
		}

		@Override
		public void refuseTraffic() {
			WorkerLifecycle.this.refuseTraffic();
		}

		@Override
		public void close() {
			WorkerLifecycle.this.context.close();
		}

	}

	/**
	 * Tells the application's listeners when this worker begins to accept and when it
	 * begins to drain, in this order and off the control event loop.
	 */
	static final class Events {

		/** What a listener of an earlier event may hold up the drain. */
		private static final int BUSY_SECONDS = 1;

		private final EventPublisher publisher;

		private final List<String> addresses;

		Events(ApplicationEventPublisher publisher, List<String> addresses) {
			this.publisher = new EventPublisher(publisher);
			this.addresses = addresses;
		}

		/** Publishes where this worker accepts. */
		void activated() {
			this.addresses.forEach((address) -> this.publisher.publish(new ListenEvent(address)));
		}

		/**
		 * Publishes that the drain begins.
		 * @param reason why
		 * @return completes when that is under way, since the context may close next,
		 * which ends all listening; not when the listeners have returned
		 */
		CompletionStage<Void> draining(DrainReason reason) {
			return this.publisher.publish(new WorkerDrainingEvent(reason))
				.completeOnTimeout(null, BUSY_SECONDS, TimeUnit.SECONDS);
		}

	}

}
