package io.pmboot.actuate;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.pmboot.actuate.Operations.Operation;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.util.StringUtils;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.function.support.RouterFunctionMapping;

/**
 * Maps what endpoint {@code pm} changes, and what it tells beside the status, in Spring
 * MVC. No thread is held while a request waits for an outcome.
 */
final class PmWebMvcHandlerMapping extends RouterFunctionMapping {

	/**
	 * Ahead of Actuator's own mapping, whose {@code pm/{group}} matches the same path.
	 */
	private static final int ORDER = -101;

	private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

	PmWebMvcHandlerMapping(Sources sources) {
		super(routes(sources));
		setOrder(ORDER);
	}

	private static RouterFunction<ServerResponse> routes(Sources sources) {
		Operations operations = sources.operations();
		ReloadProgress progress = sources.progress();
		History history = sources.history();
		WorkerRelay relay = sources.relay();
		PrometheusPage metrics = sources.metrics();
		String path = operations.path();
		if (path == null) {
			return (request) -> Optional.empty();
		}
		RouterFunctions.Builder routes = RouterFunctions.route()
			.GET(path + "reloads",
					(request) -> isPlainText(request) ? follow(progress::follow, TEXT, ReloadProgress.CROWDED)
							: response(operations.reloads()))
			.GET(path + "logs/{group}/{index}",
					(request) -> response(operations.log(request.pathVariable("group"), request.pathVariable("index"),
							request.params().toSingleValueMap(), isPlainText(request))))
			.GET(path + "doctor", (request) -> response(operations.findings()))
			.GET(path + "history", (request) -> response(history.reply(request.param("group").orElse(null))));
		Ui ui = sources.ui();
		routes.GET(path + Ui.PATH, (request) -> response(ui.reply()))
			.GET(path + Ui.PATH + "/live", (request) -> follow(ui::follow, MediaType.TEXT_EVENT_STREAM, Ui.CROWDED));
		for (Operation operation : operations.all()) {
			routes.POST(path + operation.word(), (request) -> perform(operations, operation, request))
				.route(RequestPredicates.path(path + operation.word()),
						(request) -> response(Operations.notAllowed(operation, request.method())));
		}
		String workers = path + WorkerRelay.PATH;
		routes.route(RequestPredicates.path(workers + "**"), (request) -> relay(operations, relay, workers, request));
		if (metrics != null && metrics.path() != null) {
			routes.GET(metrics.path(), (request) -> response(metrics.page(request.headers().accept(), names(request),
					request.servletRequest().getQueryString())));
		}
		return routes.build();
	}

	private static boolean isPlainText(ServerRequest request) {
		return request.headers().accept().contains(MediaType.TEXT_PLAIN);
	}

	// Each step is sent when it happens. Spring's own streaming response ends with the
	// server's time-out, which is shorter than a reload may be.
	private static ServerResponse follow(Followers.Source source, MediaType type, String crowded) {
		return ServerResponse.ok().contentType(type).build((request, response) -> {
			AsyncContext async = request.startAsync(request, response);
			async.setTimeout(0);
			if (!source.follow((line) -> write(line, async), async::complete)) {
				if (type != MediaType.TEXT_EVENT_STREAM) {
					// A browser would not read it.
					response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.value());
				}
				write(crowded, async);
				async.complete();
			}
			return null;
		});
	}

	private static void write(String line, AsyncContext async) throws IOException {
		OutputStream body = async.getResponse().getOutputStream();
		body.write((line + "\n").getBytes(StandardCharsets.UTF_8));
		body.flush();
	}

	private static ServerResponse perform(Operations operations, Operation operation, ServerRequest request)
			throws IOException {
		HttpHeaders headers = request.headers().asHttpHeaders();
		if (headers.getContentLength() > OperationBody.MAX_SIZE) {
			return response(Operations.tooLarge(operation));
		}
		byte[] body = request.servletRequest().getInputStream().readNBytes(OperationBody.MAX_SIZE + 1);
		if (body.length > OperationBody.MAX_SIZE) {
			return response(Operations.tooLarge(operation));
		}
		CompletableFuture<ServerResponse> response = operations.perform(operation, headers, body)
			.thenApply(PmWebMvcHandlerMapping::response);
		// Without a time-out of its own: the group's settings bound what is waited for.
		return ServerResponse.async(response, Duration.ZERO);
	}

	// The server's thread is given back until the worker answers.
	private static ServerResponse relay(Operations operations, WorkerRelay relay, String workers, ServerRequest request)
			throws IOException {
		if (operations.isReadOnly() && !WorkerRelay.isReading(request.method())) {
			return response(Operations.readOnly(request.method()));
		}
		HttpServletRequest servlet = request.servletRequest();
		// As they were sent: Spring adds a charset to the content type.
		HttpHeaders headers = new HttpHeaders();
		Collections.list(servlet.getHeaderNames())
			.forEach((name) -> headers.addAll(name, Collections.list(servlet.getHeaders(name))));
		String path = WorkerRelay.after(workers, servlet.getRequestURI());
		return ServerResponse.async(relay
			.relay(new WorkerRelay.Request(request.method().name(),
					WorkerRelay.before(path, servlet.getRequestURL().toString()), path, servlet.getQueryString(),
					headers, WorkerRelay.Request.hasBody(request.method(), headers) ? servlet.getInputStream() : null))
			.thenApply(PmWebMvcHandlerMapping::relayed), Duration.ZERO);
	}

	private static ServerResponse relayed(WorkerRelay.Relayed relayed) {
		return ServerResponse.status(relayed.status())
			.headers((headers) -> headers.putAll(relayed.headers()))
			.build((request, response) -> {
				try (InputStream body = relayed.body()) {
					body.transferTo(response.getOutputStream());
				}
				return null;
			});
	}

	private static Set<String> names(ServerRequest request) {
		return StringUtils.commaDelimitedListToSet(request.param(PrometheusPage.NAMES).orElse(""));
	}

	private static ServerResponse response(JsonReply reply) {
		return ServerResponse.status(reply.status())
			.headers((headers) -> headers.putAll(reply.headers()))
			.body(reply.bytes());
	}

}
