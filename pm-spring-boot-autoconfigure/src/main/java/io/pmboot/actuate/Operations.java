package io.pmboot.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import io.pmboot.UnknownGroupException;
import io.pmboot.UnknownReloadException;
import io.pmboot.actuate.OperationBody.Form;
import io.pmboot.actuate.OperationBody.InvalidRequestException;
import io.pmboot.actuate.PmStatus.GroupStatus;
import io.pmboot.loop.EventLoop;
import io.pmboot.master.InitiatedMaster;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.EndpointMapping;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * All that is asked of the master by {@code POST …/pm/…}, for whichever web stack. These
 * are no operations of the endpoint in Actuator's sense, because such a one with a body
 * answers a POST that has none with 415, ignores misspelt properties, and holds a thread
 * while it waits.
 */
class Operations {

	/** The last part of the path of the list of reloads. */
	static final String RELOADS = "reloads";

	private static final String GROUP = "the name of a group, as a string";

	private static final String RELOAD = "the id of a reload, as a string";

	private static final String CHILDREN = "a number from 0 to %d, or \"auto\"".formatted(Master.MAX_CHILDREN);

	private static final String INDEX = "the number of a worker, from 0";

	private final InitiatedMaster master;

	Operations(InitiatedMaster master) {
		this.master = master;
	}

	List<Operation> all() {
		return List.of(reload("reload", "{\"group\":\"web\",\"wait\":true}", List.of("group", "wait"), this::reload),
				reload("rollback", "{\"group\":\"web\",\"wait\":true}", List.of("group", "wait"),
						(body) -> List.of(this.master.rollback(group(body), Initiator.HTTP))),
				reload("cancel", "{\"id\":\"web-2\"}", List.of("id"),
						(body) -> List.of(this.master.cancel(body.required("id", String.class, RELOAD)))),
				group("scale", "{\"group\":\"web\",\"children\":3}", List.of("group", "children"),
						(body) -> this.master.scale(group(body), children(body))),
				group("restart", "{\"group\":\"web\",\"index\":0}", List.of("group", "index"), this::restart),
				group("stop", "{\"group\":\"web\"}", List.of("group"), (body) -> this.master.stop(group(body))),
				new Operation(new Form("start", "{\"group\":\"web\"}", List.of("group")),
						(body) -> this.master.start(group(body)).thenApply(Operations::accepted)));
	}

	// Begins a reload or ends one, which its outcome answers where that is waited for.
	private static Operation reload(String word, String example, List<String> properties,
			Function<OperationBody, List<PendingReload>> action) {
		return new Operation(new Form(word, example, properties), (body) -> {
			boolean wait = Boolean.TRUE.equals(body.optional("wait", Boolean.class, "true or false"));
			List<PendingReload> reloads = action.apply(body);
			return (wait) ? whenFinished(reloads) : CompletableFuture
				.completedFuture(JsonReply.accepted(reloads.stream().map(PendingReload::started).toList()));
		});
	}

	// Completes on a thread of the common pool.
	private static CompletableFuture<JsonReply> whenFinished(List<PendingReload> reloads) {
		List<CompletableFuture<ReloadInfo>> outcomes = reloads.stream().map(PendingReload::finished).toList();
		return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
			.thenApply((finished) -> JsonReply.finished(outcomes.stream().map(CompletableFuture::join).toList()));
	}

	// Is done to one group, which its status answers while the work goes on.
	private static Operation group(String word, String example, List<String> properties,
			Function<OperationBody, GroupInfo> action) {
		return new Operation(new Form(word, example, properties),
				(body) -> CompletableFuture.completedFuture(accepted(action.apply(body))));
	}

	private static JsonReply accepted(GroupInfo group) {
		return JsonReply.accepted(GroupStatus.named(group));
	}

	private List<PendingReload> reload(OperationBody body) {
		String group = body.optional("group", String.class, GROUP);
		return (group != null) ? List.of(this.master.reload(group, Initiator.HTTP))
				: this.master.reload(Initiator.HTTP);
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
	 * Below which path they are reached, which follows the endpoint's own base path, path
	 * mapping, exposure and access.
	 * @param properties where endpoints are
	 * @param endpoints the endpoints that are exposed
	 * @param needed the access that it takes
	 * @param accessResolver what access is granted to them
	 * @return the path with a slash at its end, or {@code null} where they must not be
	 * reached
	 */
	static @Nullable String path(WebEndpointProperties properties, WebEndpointsSupplier endpoints, Access needed,
			EndpointAccessResolver accessResolver) {
		EndpointId id = EndpointId.of(PmEndpoint.ID);
		for (ExposableWebEndpoint endpoint : endpoints.getEndpoints()) {
			if (endpoint.getEndpointId().equals(id)
					&& accessResolver.accessFor(id, endpoint.getDefaultAccess()).compareTo(needed) >= 0) {
				return new EndpointMapping(properties.getBasePath()).createSubPath(endpoint.getRootPath()) + "/";
			}
		}
		return null;
	}

	/**
	 * Asks the master. Blocks no longer than the master takes to answer.
	 * @param operation what to ask
	 * @param headers the headers of the request
	 * @param body its body
	 * @return completes with the answer, whatever it is
	 */
	CompletableFuture<JsonReply> perform(Operation operation, HttpHeaders headers, byte[] body) {
		try {
			return operation.action()
				.apply(OperationBody.of(headers, body, operation.form()))
				.exceptionally(this::failed);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.completedFuture(failed(ex));
		}
	}

	private JsonReply failed(Throwable failure) {
		Throwable cause = EventLoop.cause(failure);
		String reason = String.valueOf(cause.getMessage());
		if (cause instanceof InvalidRequestException invalid) {
			return JsonReply.error(invalid.status(), reason);
		}
		if (cause instanceof IllegalArgumentException) {
			return JsonReply.error(HttpStatus.BAD_REQUEST, reason);
		}
		if (cause instanceof UnknownGroupException unknown) {
			return JsonReply.of(HttpStatus.NOT_FOUND, PmEndpointWebExtension.unknownGroup(this.master, unknown));
		}
		if (cause instanceof UnknownReloadException) {
			return JsonReply.error(HttpStatus.NOT_FOUND, reason);
		}
		if (cause instanceof OperationRefusedException refused) {
			return JsonReply.of(HttpStatus.CONFLICT, refusal(refused));
		}
		if (cause instanceof GroupStartFailedException) {
			return JsonReply.error(HttpStatus.INTERNAL_SERVER_ERROR, reason);
		}
		throw (cause instanceof RuntimeException unexpected) ? unexpected : new CompletionException(cause);
	}

	private static Map<String, Object> refusal(OperationRefusedException ex) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("error", String.valueOf(ex.getMessage()));
		if (ex.runningId() != null) {
			body.put("running", ex.runningId());
		}
		return body;
	}

	static JsonReply tooLarge(Operation operation) {
		return JsonReply.error(HttpStatus.CONTENT_TOO_LARGE, "The body is larger than the %d bytes that a %s takes"
			.formatted(OperationBody.MAX_SIZE, operation.word()));
	}

	static JsonReply notAllowed(Operation operation, String method) {
		return JsonReply.error(HttpStatus.METHOD_NOT_ALLOWED,
				"A %s is asked for by POST, not %s".formatted(operation.word(), method));
	}

	/**
	 * Something that the master is asked to do by a POST to a path below the endpoint.
	 *
	 * @param form what it is called, which is the last part of its path, and what its
	 * body may say
	 * @param action asks the master; what it throws is answered as the failure it is
	 */
	record Operation(Form form, Function<OperationBody, CompletableFuture<JsonReply>> action) {

		String word() {
			return this.form.word();
		}

	}

}
