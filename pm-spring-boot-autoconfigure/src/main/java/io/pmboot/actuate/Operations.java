package io.pmboot.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

import io.pmboot.GroupInfo;
import io.pmboot.GroupStartFailedException;
import io.pmboot.Initiator;
import io.pmboot.Master;
import io.pmboot.OperationRefusedException;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOptions;
import io.pmboot.ReloadOutcome;
import io.pmboot.RolloutInfo;
import io.pmboot.UnknownGroupException;
import io.pmboot.UnknownReloadException;
import io.pmboot.UnknownWorkerException;
import io.pmboot.WorkerLog;
import io.pmboot.actuate.PmStatus.GroupStatus;
import io.pmboot.actuate.PmStatus.ReloadStatus;
import io.pmboot.actuate.PmStatus.WorkerStatus;
import io.pmboot.loop.EventLoop;
import io.pmboot.master.InitiatedMaster;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.util.StringUtils;
import org.springframework.web.server.ResponseStatusException;

/**
 * All that is asked of the master by {@code POST …/pm/…}, for whichever web stack. These
 * are no operations of the endpoint in Actuator's sense, because such a one with a body
 * answers a POST that has none with 415, ignores misspelt properties, and holds a thread
 * while it waits.
 */
class Operations {

	private static final EndpointId ENDPOINT = EndpointId.of(PmEndpoint.ID);

	private static final String GROUP = "the name of a group, as a string";

	private static final String RELOAD = "the id of a reload, as a string";

	private static final String CHILDREN = "a number from 0 to %d, or \"auto\"".formatted(Master.MAX_CHILDREN);

	private static final String SLOTS = "a number of slots, or a percentage of them such as \"25%\"";

	private static final String INDEX = "the number of a worker, from 0";

	private static final String DEFAULT_LINES = "100";

	private final InitiatedMaster master;

	private final @Nullable String path;

	private final Access access;

	/**
	 * Operations that follow the endpoint's own path, exposure and access.
	 */
	Operations(InitiatedMaster master, PathMappedEndpoints endpoints, EndpointAccessResolver accessResolver) {
		this.master = master;
		this.path = endpoints.getPath(ENDPOINT);
		this.access = accessResolver.accessFor(ENDPOINT, Access.UNRESTRICTED);
	}

	/** Where they are, or {@code null} where the endpoint is not exposed. */
	@Nullable String path() {
		return (this.path != null) ? StringUtils.trimTrailingCharacter(this.path, '/') + "/" : null;
	}

	/** Whether nothing may be changed. */
	boolean isReadOnly() {
		return this.access != Access.UNRESTRICTED;
	}

	List<Operation> all() {
		if (isReadOnly()) {
			return List.of();
		}
		return List.of(
				reload("reload", "{\"group\":\"web\",\"wait\":true}",
						List.of("group", "wait", "observe", "maxSurge", "canary", "hold"), this::reload),
				reload("promote", "{\"group\":\"web\",\"wait\":true}", List.of("id", "group", "wait"),
						(body) -> List.of(this.master.promote(held(body)))),
				reload("rollback", "{\"group\":\"web\",\"wait\":true}", List.of("group", "wait"),
						(body) -> List.of(this.master.rollback(group(body), Initiator.HTTP))),
				reload("cancel", "{\"id\":\"web-2\"}", List.of("id"),
						(body) -> List.of(this.master.cancel(body.required("id", String.class, RELOAD)))),
				group("scale", "{\"group\":\"web\",\"children\":3}", List.of("group", "children"),
						(body) -> this.master.scale(group(body), children(body))),
				group("restart", "{\"group\":\"web\",\"index\":0}", List.of("group", "index"), this::restart),
				group("stop", "{\"group\":\"web\"}", List.of("group"), (body) -> this.master.stop(group(body))),
				new Operation("start", "{\"group\":\"web\"}", List.of("group"),
						(body) -> this.master.start(group(body)).thenApply(Operations::accepted)));
	}

	// Begins a reload or ends one, which its outcome answers where that is waited for.
	private static Operation reload(String word, String example, List<String> properties,
			Function<OperationBody, List<PendingReload>> action) {
		return new Operation(word, example, properties, (body) -> {
			boolean wait = Boolean.TRUE.equals(body.optional("wait", Boolean.class, "true or false"));
			List<PendingReload> reloads = action.apply(body);
			return (wait) ? whenFinished(reloads) : CompletableFuture
				.completedFuture(reply(HttpStatus.ACCEPTED, reloads.stream().map(PendingReload::started).toList()));
		});
	}

	// Completes on a thread of the common pool.
	private static CompletableFuture<JsonReply> whenFinished(List<PendingReload> reloads) {
		List<CompletableFuture<ReloadInfo>> outcomes = reloads.stream().map(PendingReload::finished).toList();
		return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new)).thenApply((finished) -> {
			List<ReloadInfo> ended = outcomes.stream().map(CompletableFuture::join).toList();
			boolean completed = ended.stream().allMatch((reload) -> reload.outcome() == ReloadOutcome.COMPLETED);
			return reply((completed) ? HttpStatus.OK : HttpStatus.INTERNAL_SERVER_ERROR, ended);
		});
	}

	private static JsonReply reply(HttpStatus status, List<ReloadInfo> reloads) {
		return JsonReply.of(status,
				Map.of("reloads", reloads.stream().map(ReloadStatus::of).map(RecordMembers::all).toList()));
	}

	// Is done to one group, which its status answers while the work goes on.
	private static Operation group(String word, String example, List<String> properties,
			Function<OperationBody, GroupInfo> action) {
		return new Operation(word, example, properties,
				(body) -> CompletableFuture.completedFuture(accepted(action.apply(body))));
	}

	private static JsonReply accepted(GroupInfo group) {
		return JsonReply.of(HttpStatus.ACCEPTED, RecordMembers.of(GroupStatus.named(group)));
	}

	private List<PendingReload> reload(OperationBody body) {
		String group = body.optional("group", String.class, GROUP);
		ReloadOptions options = new ReloadOptions(body.duration("observe"), body.text("maxSurge", SLOTS),
				body.text("canary", SLOTS), body.optional("hold", Boolean.class, "true or false"));
		return (group != null) ? List.of(this.master.reload(group, Initiator.HTTP, options))
				: this.master.reload(Initiator.HTTP, options);
	}

	// The one of the group that is under way where it is not named.
	private String held(OperationBody body) {
		if (body.has("id") || !body.has("group")) {
			return body.required("id", String.class, RELOAD);
		}
		GroupInfo group = this.master.group(group(body));
		RolloutInfo rollout = group.rollout();
		if (rollout == null) {
			throw new OperationRefusedException(
					"Group '%s' has no reload to promote: it is %s".formatted(group.name(), group.state()), null);
		}
		return rollout.id();
	}

	private GroupInfo restart(OperationBody body) {
		String group = group(body);
		return (body.has("index")) ? this.master.restart(group, body.integer("index", Integer.MAX_VALUE, INDEX))
				: this.master.restart(group);
	}

	private static String group(OperationBody body) {
		return body.required("group", String.class, GROUP);
	}

	private static int children(OperationBody body) {
		if ("auto".equals(body.required("children", Object.class, CHILDREN))) {
			return Runtime.getRuntime().availableProcessors();
		}
		return body.integer("children", Master.MAX_CHILDREN, CHILDREN);
	}

	/**
	 * Asks the master. Blocks no longer than the master takes to answer; completes with
	 * the answer, whatever it is.
	 */
	CompletableFuture<JsonReply> perform(Operation operation, HttpHeaders headers, byte[] body) {
		try {
			return operation.action().apply(OperationBody.of(headers, body, operation)).exceptionally(this::failed);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.completedFuture(failed(ex));
		}
	}

	private JsonReply failed(Throwable failure) {
		Throwable cause = EventLoop.cause(failure);
		String reason = String.valueOf(cause.getMessage());
		if (cause instanceof ResponseStatusException invalid) {
			return JsonReply.error(invalid.getStatusCode(), String.valueOf(invalid.getReason()));
		}
		if (cause instanceof IllegalArgumentException) {
			return JsonReply.error(HttpStatus.BAD_REQUEST, reason);
		}
		if (cause instanceof UnknownGroupException unknown) {
			return JsonReply.of(HttpStatus.NOT_FOUND, PmEndpoint.unknownGroup(this.master, unknown));
		}
		if (cause instanceof UnknownReloadException || cause instanceof UnknownWorkerException) {
			return JsonReply.error(HttpStatus.NOT_FOUND, reason);
		}
		if (cause instanceof OperationRefusedException refused) {
			Map<String, Object> body = new LinkedHashMap<>(Map.of("error", reason));
			if (refused.runningId() != null) {
				body.put("running", refused.runningId());
			}
			return JsonReply.of(HttpStatus.CONFLICT, body);
		}
		if (cause instanceof GroupStartFailedException) {
			return JsonReply.error(HttpStatus.INTERNAL_SERVER_ERROR, reason);
		}
		throw (cause instanceof RuntimeException unexpected) ? unexpected : new CompletionException(cause);
	}

	/**
	 * What a worker has written last, as JSON or in plain text.
	 * @param query {@code generation}; {@code lines}, how many at most; {@code after},
	 * the number of a line that is known already
	 */
	JsonReply log(String group, String index, Map<String, String> query, boolean plainText) {
		try {
			int generation = (int) number("generation", query.getOrDefault("generation", "0"));
			int max = (int) number("lines", query.getOrDefault("lines", DEFAULT_LINES));
			long after = number("after", query.getOrDefault("after", "0"));
			WorkerLog log = this.master.log(group, (int) number("index", index), (generation > 0) ? generation : null);
			int size = log.lines().size();
			int start = (int) Math.min(size, Math.max(Math.max(0, after + 1 - log.first()), size - max));
			List<String> lines = log.lines().subList(start, size);
			if (plainText) {
				return JsonReply.text(lines);
			}
			Map<String, Object> worker = new LinkedHashMap<>(Map.of("group", group));
			worker.putAll(RecordMembers.of(WorkerStatus.of(log.worker())));
			return JsonReply.of(HttpStatus.OK, Map.of("worker", worker, "first", log.first() + start, "lines", lines));
		}
		catch (RuntimeException ex) {
			return failed(ex);
		}
	}

	private static long number(String name, String value) {
		if (!value.matches("\\d{1,9}") && !(name.equals("after") && value.matches("\\d{1,18}"))) {
			throw new IllegalArgumentException("'%s' must be a number from 0, not '%s'".formatted(name, value));
		}
		return Long.parseLong(value);
	}

	/** What does not suit several processes, and what the host lacks. */
	JsonReply findings() {
		return JsonReply.of(HttpStatus.OK,
				Map.of("findings", this.master.findings().stream().map(RecordMembers::of).toList()));
	}

	/** What has become of the last reloads, with every step. */
	JsonReply reloads() {
		return JsonReply.of(HttpStatus.OK,
				Map.of("reloads", this.master.reloads().stream().map(RecordMembers::of).toList()));
	}

	static JsonReply tooLarge(Operation operation) {
		return JsonReply.error(HttpStatus.CONTENT_TOO_LARGE, "The body is larger than the %d bytes that a %s takes"
			.formatted(OperationBody.MAX_SIZE, operation.word()));
	}

	/** Something of a worker is asked for that may change it. */
	static JsonReply readOnly(HttpMethod method) {
		JsonReply reply = JsonReply.error(HttpStatus.METHOD_NOT_ALLOWED,
				"Access to the endpoint pm is read-only (management.endpoint.pm.access), and %s may change something in a worker"
					.formatted(method.name()));
		reply.headers().setAllow(Set.of(HttpMethod.GET, HttpMethod.HEAD));
		return reply;
	}

	static JsonReply notAllowed(Operation operation, HttpMethod method) {
		JsonReply reply = JsonReply.error(HttpStatus.METHOD_NOT_ALLOWED,
				"A %s is asked for by POST, not %s".formatted(operation.word(), method.name()));
		reply.headers().setAllow(Set.of(HttpMethod.POST));
		return reply;
	}

	/**
	 * Something that the master is asked to do by a POST to a path below the endpoint.
	 *
	 * @param word what it is called, which is the last part of its path
	 * @param example a body that is understood
	 * @param properties what a body may say
	 * @param action asks the master; what it throws is answered as the failure it is
	 */
	record Operation(String word, String example, List<String> properties,
			Function<OperationBody, CompletableFuture<JsonReply>> action) {
	}

}
