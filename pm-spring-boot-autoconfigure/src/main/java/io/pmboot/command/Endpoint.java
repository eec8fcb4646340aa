package io.pmboot.command;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.pmboot.socket.UnixHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint {@code pm} of a master, by its unix socket. Each request has a connection
 * of its own.
 */
final class Endpoint {

	static final String DEFAULT_PATH = "/actuator/pm";

	private static final String JSON = "application/json";

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	/** Until workers that drain have let the ports of their group go. */
	private static final Duration PATIENCE_FOR_START = Duration.ofMinutes(10);

	private final MasterSearch.Found master;

	private final String path;

	Endpoint(MasterSearch.Found master, String path) {
		this.master = master;
		this.path = path;
	}

	Path runDirectory() {
		return this.master.runDirectory();
	}

	/** Reads something. */
	Json get(String below) throws CommandException {
		return json(ask("GET", below, JSON, null, PATIENCE));
	}

	/** Reads something that can be had as lines. */
	String text(String below) throws CommandException {
		return ask("GET", below, "text/plain", null, PATIENCE).stripTrailing();
	}

	/** Asks for an operation, with its properties as JSON. */
	Json post(String operation, String properties) throws CommandException {
		return json(ask("POST", "/" + operation, JSON, properties,
				operation.equals("start") ? PATIENCE_FOR_START : PATIENCE));
	}

	private String ask(String method, String below, String accept, @Nullable String body, Duration patience)
			throws CommandException {
		boolean connected = false;
		try (UnixHttpClient client = new UnixHttpClient(this.master.socket(),
				new UnixHttpClient.Bounds(patience, PATIENCE))) {
			connected = true;
			Map<String, List<String>> headers = new HashMap<>(
					Map.of("Accept", List.of(accept), "User-Agent", List.of("pm-command")));
			byte[] bytes = (body != null) ? body.getBytes(StandardCharsets.UTF_8) : new byte[0];
			if (body != null) {
				headers.put("Content-Type", List.of(JSON));
				headers.put("Content-Length", List.of(Integer.toString(bytes.length)));
			}
			UnixHttpClient.Answer answer = client.send(method, this.path + below, headers,
					(body != null) ? new ByteArrayInputStream(bytes) : null);
			return checked(answer.status(), new String(answer.body().readAllBytes(), StandardCharsets.UTF_8));
		}
		catch (SocketTimeoutException ex) {
			throw new CommandException(ExitCode.FAILED,
					"The master (process %d) has not answered within %d s. It may be stopped, or short of memory: see its log"
						.formatted(this.master.pid(), patience.toSeconds()),
					ex);
		}
		catch (IOException ex) {
			throw connected
					? new CommandException(ExitCode.FAILED,
							"The master ended while it was asked, or does not speak HTTP: " + ex.getMessage(), ex)
					: unreachable(ex);
		}
	}

	private String checked(int status, String answer) throws CommandException {
		if (status < 300) {
			return answer;
		}
		Json json;
		try {
			json = Json.read(answer);
		}
		catch (IOException ex) {
			throw elsewhere(status);
		}
		String error = json.at("error").text();
		// Boot's own page of an error names the time and the status.
		if (error == null || json.at("timestamp").text() != null) {
			throw elsewhere(status);
		}
		String running = json.at("running").text();
		throw new CommandException(ExitCode.FAILED, (running != null)
				? "%s%n%s cancel %s ends the one that is under way".formatted(error, Help.program(), running) : error);
	}

	private Json json(String answer) throws CommandException {
		try {
			return Json.read(answer);
		}
		catch (IOException ex) {
			throw elsewhere(200);
		}
	}

	private CommandException elsewhere(int status) {
		String remedy = switch (status) {
			case 401, 403 ->
				"The master's own SecurityFilterChain wants a login. Let it leave requests alone that come "
						+ "by the unix socket, or use curl";
			case 405 -> "The endpoint is read-only here: management.endpoint.pm.access";
			default -> "Where management.endpoints.web.base-path puts the endpoint elsewhere, say so: --path=/…/pm. "
					+ "It has to be exposed: management.endpoints.web.exposure";
		};
		return new CommandException(ExitCode.FAILED,
				"The master answers %s with the status %d. %s".formatted(this.path, status, remedy));
	}

	private CommandException unreachable(IOException failure) {
		Path directory = this.master.runDirectory();
		String where = "%s (from %s)".formatted(directory, this.master.origin());
		try {
			directory.getFileSystem().provider().checkAccess(this.master.socket());
			if (!Files.isWritable(this.master.socket())) {
				throw new AccessDeniedException(directory.toString());
			}
		}
		catch (AccessDeniedException ex) {
			return new CommandException(ExitCode.FAILED,
					"The master's run directory %s is another user's. A master takes operations from the user that it runs as, and from root"
						.formatted(where),
					failure);
		}
		catch (IOException ex) {
			// The socket is not there.
		}
		long pid = this.master.pid();
		boolean held = ProcessHandle.of(pid).isPresent();
		return new CommandException(ExitCode.NO_MASTER, "No master answers in the run directory %s: %s.%n%s"
			.formatted(where, failure.getMessage(), held
					? "Process %d holds it: it is starting or ending, or has no web server, without which there is no endpoint"
						.formatted(pid)
					: "Start the application with the profile 'master', or name another run directory: --run-directory=DIRECTORY"),
				failure);
	}

}
