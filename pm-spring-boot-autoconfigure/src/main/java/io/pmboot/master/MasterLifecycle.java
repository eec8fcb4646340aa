package io.pmboot.master;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import io.pmboot.Finding;
import io.pmboot.control.ControlServer;
import io.pmboot.loop.EventLoop;
import io.pmboot.loop.EventPublisher;
import io.pmboot.loop.LoopLog;
import io.pmboot.message.JsonPayloads;
import io.pmboot.process.Emergency;
import io.pmboot.process.GenerationCopies;
import io.pmboot.process.MasterOutput;
import io.pmboot.process.ProcessLauncher;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;

/**
 * Begins and ends the master with its context: binds and opens the control socket while
 * the context refreshes, forks when the application is ready, and drains all workers
 * before anything of the context is closed, not cut by a time limit for its phases.
 */
public final class MasterLifecycle
		implements SmartLifecycle, ApplicationListener<ApplicationEvent>, Ordered, DisposableBean {

	private static final Log logger = LogFactory.getLog(MasterLifecycle.class);

	/** Beyond the longest stop: for processes that the kernel is slow to end. */
	private static final Duration STOP_SLACK = Duration.ofSeconds(15);

	private static final Duration LAST_LINES = Duration.ofSeconds(1);

	private final MasterSettings settings;

	private final ProcessLauncher launcher;

	private final GenerationCopies copies;

	private final GroupConfigurations configurations;

	private final ApplicationContext context;

	private final @Nullable JsonPayloads json;

	private final MasterOutput output;

	private volatile @Nullable Running running;

	private volatile boolean killed;

	private volatile List<Finding> hostFindings = List.of();

	/**
	 * Creates the lifecycle; nothing happens before {@link #start()}.
	 * @param settings the settings
	 * @param launcher forks workers
	 * @param copies keeps a copy of the application for each generation
	 * @param configurations makes settings of what a new version says
	 * @param context the master's context, to which events are published
	 * @param json writes and reads objects in messages, or {@code null}
	 * @param output where the output goes
	 */
	public MasterLifecycle(MasterSettings settings, ProcessLauncher launcher, GenerationCopies copies,
			GroupConfigurations configurations, ApplicationContext context, @Nullable JsonPayloads json,
			MasterOutput output) {
		this.settings = settings;
		this.launcher = launcher;
		this.copies = copies;
		this.configurations = configurations;
		this.context = context;
		this.json = json;
		this.output = output;
	}

	@Override
	public void start() {
		MasterLog.started(ProcessHandle.current().pid());
		this.hostFindings = new HostCheck()
			.look(this.settings.groups(),
					Objects.requireNonNull(this.settings.controlSocket().toAbsolutePath().getParent()))
			.stream()
			.filter((finding) -> !this.settings.ignored().contains(finding.id()))
			.toList();
		this.hostFindings.forEach(MasterLog::found);
		// First, because it says whether Netty's native transport can be loaded.
		ControlServer server = new ControlServer(this.settings.controlSocket());
		try {
			Set<String> copied = Generations.copyFirst(this.settings.groups(), this.copies);
			this.running = start(server, BoundListeners.bind(this.settings), copied);
		}
		catch (RuntimeException ex) {
			server.close();
			throw ex;
		}
	}

	private Running start(ControlServer server, BoundListeners listeners, Set<String> copied) {
		EventPublisher events = new EventPublisher(this::logAndPublish);
		EventLoop loop = EventLoop.of(server.eventLoop(), "master");
		boolean asked = this.settings.environment().containsKey(SystemdNotifier.SOCKET);
		SystemdNotifier systemd = asked ? SystemdNotifier.open(this.settings.environment(), loop) : null;
		Seams seams = new Seams(loop, this.launcher, this.copies,
				(systemd != null) ? systemd.before(events::publish) : events::publish, listeners, this.configurations,
				new Random());
		Supervisor supervisor = new Supervisor(this.settings.groups(), seams, this.settings.messages(), copied);
		MasterMessages messages = new MasterMessages(loop, supervisor.messages(), this.context, this.json);
		try {
			server.start(supervisor);
			this.launcher.beforeEachFork(server::ensureReachable);
		}
		catch (IOException ex) {
			listeners.close();
			throw new UncheckedIOException(ex.getMessage(), ex);
		}
		catch (RuntimeException ex) {
			listeners.close();
			throw ex;
		}
		Emergency emergency = Emergency.watch(() -> !server.eventLoop().isShutdown());
		Running running = new Running(listeners, server, events, loop, supervisor, messages, emergency, systemd);
		running.begin();
		return running;
	}

	// On one thread, because what reads the log may be slow as well.
	private void logAndPublish(Object event) {
		MasterLog.log(event);
		this.context.publishEvent(event);
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof ApplicationReadyEvent ready && ready.getApplicationContext() == this.context) {
			Running running = this.running;
			if (running != null) {
				running.loop().execute(running::started);
			}
		}
		else if (event instanceof ContextClosedEvent closed && closed.getApplicationContext() == this.context) {
			stopWorkers();
		}
	}

	private void stopWorkers() {
		Running running = this.running;
		if (running == null) {
			return;
		}
		this.output.stopWaiting();
		try {
			Duration bound = running.call(Supervisor::terminateTimeout)
				.get(STOP_SLACK.toMillis(), TimeUnit.MILLISECONDS)
				.plus(STOP_SLACK)
				.plus(ChildProcess.GRACE);
			running.stopping(bound);
			this.killed = running.call(Supervisor::stop)
				.thenCompose(Function.identity())
				.get(bound.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			this.killed = true;
			logger.error("Workers did not end in time, even killed");
		}
		catch (ExecutionException ex) {
			this.killed = true;
			logger.error("Workers could not be stopped; they will end with this process", ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void stop() {
		Running running = this.running;
		this.running = null;
		if (running != null) {
			running.close();
		}
	}

	/** For a context whose refresh failed after {@link #start()}. */
	@Override
	public void destroy() {
		stop();
	}

	@Override
	public boolean isRunning() {
		return this.running != null;
	}

	/**
	 * The master that others see.
	 * @return a view, which answers while this runs
	 */
	public InitiatedMaster master() {
		return new DefaultMaster(this, this.output);
	}

	/**
	 * Reloads all groups for a signal.
	 * @return as {@link Supervisor#order()}
	 */
	List<String> orderReload() {
		Running running = running();
		return ask((supervisor) -> running.orderReload());
	}

	/** Whether a worker had to be killed in the stop of this master. */
	boolean killedWorkers() {
		return this.killed;
	}

	/**
	 * Before the web server, so that the endpoint never answers without a master behind
	 * it; to be released after it.
	 */
	@Override
	public int getPhase() {
		return DEFAULT_PHASE - 4096;
	}

	/** The close of the context waits for the workers, whoever multicasts its event. */
	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	/**
	 * Publishes an event, after those that wait already; not where the master does not
	 * run.
	 * @param event the event
	 */
	void publish(Object event) {
		Running running = this.running;
		if (running != null) {
			running.events().publish(event);
		}
	}

	/**
	 * Asks the event loop, and waits for the answer: not to be called there.
	 * @param <T> what it answers
	 * @param question what to ask
	 * @return the answer
	 */
	<T> T ask(Function<Supervisor, T> question) {
		try {
			return running().call(question).join();
		}
		catch (CompletionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : ex;
		}
	}

	/** What the host lacked at the start. */
	List<Finding> hostFindings() {
		return this.hostFindings;
	}

	Running running() {
		Running running = this.running;
		if (running == null) {
			throw new IllegalStateException("The master has not started, or has ended");
		}
		return running;
	}

	/**
	 * What exists between start and stop.
	 *
	 * @param listeners the listeners
	 * @param server the control socket, whose thread is the event loop
	 * @param events publishes events
	 * @param loop the event loop
	 * @param supervisor the state, for the event loop only
	 * @param messages the master's own messages
	 * @param emergency ends this process where the event loop has
	 * @param systemd tells systemd how the master is, or {@code null} where it does not
	 * ask
	 */
	record Running(BoundListeners listeners, ControlServer server, EventPublisher events, EventLoop loop,
			Supervisor supervisor, MasterMessages messages, Emergency emergency, @Nullable SystemdNotifier systemd) {

		// What systemd needs is in this class, so that nobody who looks at the other, as
		// Spring does, loads it without need.
		void begin() {
			SystemdNotifier systemd = this.systemd;
			if (systemd != null) {
				this.loop.execute(() -> systemd.start(this.supervisor::infos));
			}
		}

		void started() {
			this.supervisor.start();
			if (this.systemd != null) {
				this.systemd.started();
			}
		}

		List<String> orderReload() {
			try {
				return this.supervisor.order();
			}
			finally {
				if (this.systemd != null) {
					this.systemd.reloadOrdered();
				}
			}
		}

		void stopping(Duration bound) {
			SystemdNotifier systemd = this.systemd;
			if (systemd != null) {
				this.loop.execute(() -> systemd.stopping(bound));
			}
		}

		<T> CompletableFuture<T> call(Function<Supervisor, T> call) {
			return CompletableFuture.supplyAsync(() -> call.apply(this.supervisor), this.loop::execute);
		}

		void close() {
			this.emergency.close();
			this.listeners.close();
			this.messages.close();
			this.events.close();
			this.server.close();
			if (this.systemd != null) {
				this.systemd.close();
			}
			LoopLog.flush(LAST_LINES);
		}

	}

}
