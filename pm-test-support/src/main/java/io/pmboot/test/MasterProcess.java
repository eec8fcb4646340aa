package io.pmboot.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.pmboot.test.MasterStatus.GroupPart;
import io.pmboot.test.MasterStatus.ReloadPart;
import io.pmboot.test.MasterStatus.WorkerPart;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.FileSystemUtils;

/**
 * A running master with a group {@code web} on a port of its own.
 */
public final class MasterProcess implements AutoCloseable {

	/** How long anything may take that a busy machine does. */
	public static final Duration TIMEOUT = Duration.ofSeconds(180);

	private static final Duration RELOAD_TIMEOUT = Duration.ofMinutes(5);

	private static final JsonMapper JSON = JsonMapper.shared();

	private final int masterPort = FreePort.next();

	private final int webPort = FreePort.next();

	private final Path runDirectory = Files.createTempDirectory("pm");

	private final List<ApplicationProcess> earlier = new ArrayList<>();

	private ApplicationProcess process;

	private MasterProcess(Consumer<ApplicationLaunch> launch) throws IOException {
		this.process = start(launch);
	}

	/**
	 * Starts a master.
	 * @param launch changes how it is started
	 * @return the master, still starting
	 * @throws IOException where it cannot be started at all
	 */
	public static MasterProcess launch(Consumer<ApplicationLaunch> launch) throws IOException {
		return new MasterProcess(launch);
	}

	/**
	 * Starts a master, and waits until all its workers are ready.
	 * @param launch changes how it is started
	 * @return the master
	 * @throws Exception where it does not get ready
	 */
	public static MasterProcess ready(Consumer<ApplicationLaunch> launch) throws Exception {
		MasterProcess master = new MasterProcess(launch);
		try {
			master.awaitComplete("web");
			return master;
		}
		catch (Throwable ex) {
			master.close();
			throw ex;
		}
	}

	private ApplicationProcess start(Consumer<ApplicationLaunch> launch) throws IOException {
		ApplicationLaunch application = new ApplicationLaunch().quick("web", true)
			.property("spring.profiles.active", "master")
			.property("pm.master.port", this.masterPort)
			.property("pm.master.run-directory", this.runDirectory)
			.property("pm.groups.web.listen", this.webPort);
		launch.accept(application);
		return application.start();
	}

	/**
	 * Starts another master on the same ports and run directory, the last one being dead.
	 * @param launch changes how it is started
	 * @throws IOException where it cannot be started at all
	 */
	public void startAgain(Consumer<ApplicationLaunch> launch) throws IOException {
		if (this.process.isAlive()) {
			throw new IllegalStateException("The master lives");
		}
		// Its orphans may be what the test is about: they are ended with this.
		this.earlier.add(this.process);
		this.process = start(launch);
	}

	public ApplicationProcess process() {
		return this.process;
	}

	public ApplicationOutput output() {
		return this.process.output();
	}

	public int port() {
		return this.webPort;
	}

	public int masterPort() {
		return this.masterPort;
	}

	public Path runDirectory() {
		return this.runDirectory;
	}

	public MasterStatus status() throws RequestFailedException {
		HttpAnswer answer = request("GET", "/actuator/pm", Map.of(), "");
		if (answer.status() != 200) {
			throw new RequestFailedException(FailureKind.STATUS, answer.status() + " " + answer.body());
		}
		return JSON.readValue(answer.body(), MasterStatus.class);
	}

	public GroupPart group(String name) throws RequestFailedException {
		return Objects.requireNonNull(status().groups().get(name), () -> "no group " + name);
	}

	public List<Long> pids(String group) throws RequestFailedException {
		return group(group).workers().stream().map(WorkerPart::pid).toList();
	}

	public void awaitGroup(String name, String what, Predicate<GroupPart> condition) throws Exception {
		Await.until(TIMEOUT, "group " + name + " " + what, () -> {
			if (!this.process.isAlive()) {
				throw new AssertionError("The master has exited:\n" + output().text());
			}
			try {
				return condition.test(group(name));
			}
			catch (RequestFailedException ex) {
				// Not there yet; whoever waits for it in vain sees the output.
				return false;
			}
		}, output()::text);
	}

	public void awaitComplete(String group) throws Exception {
		awaitGroup(group, "complete", GroupPart::isComplete);
	}

	public HttpAnswer request(String method, String target, Map<String, String> headers, String body)
			throws RequestFailedException {
		return HttpConnection.once(this.masterPort, method, target, headers, body, RELOAD_TIMEOUT);
	}

	public HttpAnswer post(String target, String json) throws RequestFailedException {
		return request("POST", target, Map.of("Content-Type", "application/json"), json);
	}

	/**
	 * Reloads a group and waits for the end of it.
	 * @param group the group
	 * @return how it ended
	 * @throws RequestFailedException where the master does not say
	 */
	public ReloadPart reload(String group) throws RequestFailedException {
		return reloads("{\"group\":\"%s\",\"wait\":true}".formatted(group)).get(0);
	}

	/**
	 * Reloads all groups at once and waits for the end of it.
	 * @return how it ended, for each group
	 * @throws RequestFailedException where the master does not say
	 */
	public List<ReloadPart> reloadAll() throws RequestFailedException {
		return reloads("{\"wait\":true}");
	}

	private List<ReloadPart> reloads(String json) throws RequestFailedException {
		HttpAnswer answer = post("/actuator/pm/reload", json);
		// 500 says that a reload did not complete, with the same body.
		if (answer.status() != 200 && answer.status() != 500) {
			throw new RequestFailedException(FailureKind.STATUS, answer.status() + " " + answer.body());
		}
		List<ReloadPart> reloads = JSON.readValue(answer.body(), MasterStatus.Reloads.class).reloads();
		boolean completed = reloads.stream().allMatch((reload) -> "COMPLETED".equals(reload.outcome()));
		if (completed != (answer.status() == 200)) {
			throw new RequestFailedException(FailureKind.STATUS, answer.status() + " " + answer.body());
		}
		return reloads;
	}

	@Override
	public void close() throws IOException {
		this.process.close();
		for (ApplicationProcess process : this.earlier) {
			process.close();
		}
		FileSystemUtils.deleteRecursively(this.runDirectory);
	}

}
