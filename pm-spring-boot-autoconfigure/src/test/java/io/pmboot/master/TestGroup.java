package io.pmboot.master;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.pmboot.process.WorkerLaunch.Program;
import io.pmboot.settings.Children;
import io.pmboot.settings.GroupProperties;
import io.pmboot.settings.GroupProperties.Drain;
import io.pmboot.settings.GroupProperties.Recycle;
import io.pmboot.settings.GroupProperties.Reload;
import io.pmboot.settings.GroupProperties.Reload.Order;
import io.pmboot.settings.GroupProperties.WarmUp;
import io.pmboot.settings.Increase;
import io.pmboot.settings.Surge;
import io.pmboot.socket.ListenAddress;
import io.pmboot.socket.SocketAccess;
import io.pmboot.socket.SocketMode;
import io.pmboot.socket.SocketOwner;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * The settings of a group in tests: those of another, but for what a test says.
 */
final class TestGroup {

	private final String name;

	private final GroupProperties like;

	private List<ListenAddress> listen;

	private int children;

	private Program program;

	private int maxFatalRestart;

	private Duration pauseAfterFatal;

	private Duration startTimeout;

	private Duration terminateTimeout;

	private Reload reload;

	private SocketAccess socketAccess;

	private boolean serialStart;

	private Duration heartbeatInterval;

	private int maxHeartbeatLost;

	private int maxGcPercent;

	private Recycle recycle;

	private List<String> mayReload;

	private TestGroup(String name, GroupSettings settings) {
		this.name = name;
		this.like = settings.properties();
		this.listen = settings.listen();
		this.children = settings.children();
		this.program = settings.program();
		this.maxFatalRestart = settings.properties().maxFatalRestart();
		this.pauseAfterFatal = settings.properties().pauseAfterFatal();
		this.startTimeout = settings.startTimeout();
		this.terminateTimeout = settings.terminateTimeout();
		this.reload = settings.reload();
		this.socketAccess = settings.properties().unixSocket();
		this.serialStart = settings.properties().serialStart();
		this.heartbeatInterval = settings.heartbeatInterval();
		this.maxHeartbeatLost = this.like.maxHeartbeatLost();
		this.maxGcPercent = this.like.maxGcPercent();
		this.recycle = this.like.recycle();
		this.mayReload = this.like.mayReload();
	}

	/**
	 * A reload that is judged as it is by default, and does not hold.
	 */
	static Reload reload(Surge maxSurge, Duration observe, Duration drainTimeout, Duration pause, boolean waitForDrain,
			Order order, int maxDraining) {
		return new Reload(maxSurge, observe, drainTimeout, pause, waitForDrain, order, maxDraining, null,
				new Increase(10), Increase.of("off"), null, Duration.ofHours(24));
	}

	static TestGroup like(GroupSettings settings) {
		return new TestGroup(settings.name(), settings);
	}

	static TestGroup named(String name) {
		GroupProperties properties = new GroupProperties(List.of(), new Children(1), List.of(), List.of(), List.of(),
				Map.of(), null, null, 5, Duration.ofSeconds(60), 0, 95, Duration.ZERO, Duration.ofSeconds(120),
				Duration.ofSeconds(30), false, FakeWorld.RELOAD, new Drain(Duration.ofSeconds(5)),
				new WarmUp(List.of(), 100, null, 2, Map.of()), new Recycle(0, Duration.ZERO, DataSize.ofBytes(0)),
				List.of(), new SocketAccess(SocketMode.of("0660"), SocketOwner.of("")));
		return new TestGroup(name, new GroupSettings(name, properties, Duration.ofSeconds(2)));
	}

	TestGroup listen(String... addresses) {
		return listen(Stream.of(addresses).map(ListenAddress::of).toList());
	}

	TestGroup listen(List<ListenAddress> addresses) {
		this.listen = addresses;
		return this;
	}

	TestGroup children(int children) {
		this.children = children;
		return this;
	}

	TestGroup program(Program program) {
		this.program = program;
		return this;
	}

	TestGroup restartIntensity(int maxFatalRestart, Duration pauseAfterFatal) {
		this.maxFatalRestart = maxFatalRestart;
		this.pauseAfterFatal = pauseAfterFatal;
		return this;
	}

	TestGroup startTimeout(Duration startTimeout) {
		this.startTimeout = startTimeout;
		return this;
	}

	TestGroup terminateTimeout(Duration terminateTimeout) {
		this.terminateTimeout = terminateTimeout;
		return this;
	}

	TestGroup reload(Reload reload) {
		this.reload = reload;
		return this;
	}

	TestGroup socketMode(String mode) {
		this.socketAccess = new SocketAccess(SocketMode.of(mode), this.socketAccess.owner());
		return this;
	}

	TestGroup serialStart(boolean serialStart) {
		this.serialStart = serialStart;
		return this;
	}

	TestGroup heartbeats(Duration interval, int maxLost, int maxGcPercent) {
		this.heartbeatInterval = interval;
		this.maxHeartbeatLost = maxLost;
		this.maxGcPercent = maxGcPercent;
		return this;
	}

	TestGroup recycle(long requests, Duration age, DataSize memory) {
		this.recycle = new Recycle(requests, age, memory);
		return this;
	}

	TestGroup mayReload(String... groups) {
		this.mayReload = List.of(groups);
		return this;
	}

	GroupSettings settings() {
		GroupProperties properties = new GroupProperties(this.listen, new Children(this.children),
				this.program.profiles(), this.program.jvmOptions(), this.program.arguments(),
				this.program.environment(), this.program.mainClass(), file(this.program.application()),
				this.maxFatalRestart, this.pauseAfterFatal, this.maxHeartbeatLost, this.maxGcPercent,
				this.like.maxRequestTime(), this.startTimeout, this.terminateTimeout, this.serialStart, this.reload,
				this.like.drain(), this.like.warmUp(), this.recycle, this.mayReload, this.socketAccess);
		return new GroupSettings(this.name, properties, this.heartbeatInterval);
	}

	private static @Nullable File file(@Nullable Path path) {
		return (path != null) ? path.toFile() : null;
	}

}
