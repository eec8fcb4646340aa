package io.pmboot.actuate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.pmboot.master.WorkerActuator;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.util.StringUtils;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.UriUtils;

/**
 * Of which worker, or workers, something is asked, and what, as a request says it.
 *
 * @param group the name of the group
 * @param index the number of the worker, or {@code null} for all
 * @param generation the generation of the worker, or {@code null} for any
 * @param endpoint the id of the endpoint, empty for the list of them
 * @param rest what follows in the path, as it was sent
 * @param query the query, as it was sent, without what is for the master
 */
record WorkerAddress(String group, @Nullable Integer index, @Nullable Integer generation, String endpoint, String rest,
		@Nullable String query) {

	private static final String EVERY = "*";

	static final String GENERATION = "generation=";

	/**
	 * Reads it; throws where it is not understood.
	 * @param path what of the path follows {@code …/workers/}, as it was sent
	 * @param query the query, as it was sent
	 */
	static WorkerAddress of(String path, @Nullable String query) {
		String[] parts = path.split("/", 4);
		if (parts.length < 2 || (parts.length == 4 && parts[2].isEmpty())
				|| (EVERY.equals(decode(parts[1])) && (parts.length == 2 || parts[2].isEmpty()))) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND,
					"A worker's endpoint is at …/workers/{group}/{index}/{endpoint}, with '*' for the index of all");
		}
		checkSegments(parts);
		List<String> parameters = (query != null) ? List.of(query.split("&")) : List.of();
		String left = parameters.stream()
			.filter((parameter) -> !parameter.startsWith(GENERATION))
			.collect(Collectors.joining("&"));
		return new WorkerAddress(decode(parts[0]),
				EVERY.equals(decode(parts[1])) ? null : number("The index of a worker, or '*' for all,", parts[1]),
				parameters.stream()
					.filter((parameter) -> parameter.startsWith(GENERATION))
					.map((parameter) -> number("'generation'", parameter.substring(GENERATION.length())))
					.findFirst()
					.orElse(null),
				(parts.length > 2) ? decode(parts[2]) : "", (parts.length > 3) ? "/" + parts[3] : "",
				StringUtils.hasText(left) ? left : null);
	}

	// A worker's own server would take them as ways out of its endpoints, into the
	// application.
	private static void checkSegments(String[] parts) {
		boolean leaves = Arrays.stream(String.join("/", parts).split("/", -1))
			.map(WorkerAddress::decode)
			.flatMap((segment) -> Arrays.stream(segment.split("[/\\\\]", -1)))
			.map((segment) -> segment.split(";", 2)[0])
			.anyMatch((segment) -> segment.equals(".") || segment.equals(".."));
		if (leaves) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"The path of a worker's endpoint has no '.' or '..' in it");
		}
	}

	private static String decode(String segment) {
		try {
			return UriUtils.decode(segment, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"'%s' in the path is not encoded as it should be".formatted(segment), ex);
		}
	}

	private static Integer number(String what, String value) {
		try {
			return Integer.parseUnsignedInt(value);
		}
		catch (NumberFormatException ex) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "%s is a number, not '%s'".formatted(what, value),
					ex);
		}
	}

	boolean isOfAll() {
		return this.index == null;
	}

	boolean isIndex() {
		return this.endpoint.isEmpty();
	}

	/**
	 * Those that are meant, at least one; throws where there is none, with those that
	 * there are.
	 * @param workers the workers of the group, in each slot the one first that has it
	 */
	List<WorkerActuator> among(List<WorkerActuator> workers) {
		List<WorkerActuator> meant = workers.stream()
			.filter((worker) -> this.index == null || worker.worker().index() == this.index)
			.filter((worker) -> this.generation == null || worker.worker().generation() == this.generation)
			.toList();
		if (meant.isEmpty()) {
			String all = workers.stream()
				.map((worker) -> "%d (generation %d, %s)".formatted(worker.worker().index(),
						worker.worker().generation(), worker.worker().state()))
				.collect(Collectors.joining(", "));
			throw new ResponseStatusException(HttpStatus.NOT_FOUND,
					"Group '%s' has no worker%s%s; it has: %s".formatted(this.group,
							(this.index != null) ? " " + this.index : "",
							(this.generation != null) ? " of generation " + this.generation : "",
							all.isEmpty() ? "none" : all));
		}
		return (this.index != null) ? meant.subList(0, 1) : meant;
	}

	/** What to ask a worker for; throws where it does not have it, saying why. */
	String target(WorkerActuator worker) {
		String path = worker.paths().get(this.endpoint);
		if (path == null) {
			throw absent(worker);
		}
		return path + this.rest + ((this.query != null) ? "?" + this.query : "");
	}

	/** What a worker has; throws where it can be asked for nothing, saying why. */
	Set<String> endpoints(WorkerActuator worker) {
		if (worker.paths().isEmpty()) {
			throw absent(worker);
		}
		return worker.paths().keySet();
	}

	private ResponseStatusException absent(WorkerActuator worker) {
		String name = "Worker %s-%d (generation %d)".formatted(this.group, worker.worker().index(),
				worker.worker().generation());
		if (!worker.paths().isEmpty()) {
			return new ResponseStatusException(HttpStatus.NOT_FOUND,
					"%s exposes no endpoint '%s' (management.endpoints.web.exposure.include); it exposes: %s"
						.formatted(name, this.endpoint, String.join(", ", worker.paths().keySet())));
		}
		return switch (worker.worker().state()) {
			case STARTING -> new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE,
					name + " is starting: its Actuator cannot be asked yet");
			default -> new ResponseStatusException(HttpStatus.NOT_FOUND, name
					+ " has no Actuator that can be asked: it has no web server that pm knows, no Actuator on it, or said in its log what keeps it from answering");
		};
	}

}
