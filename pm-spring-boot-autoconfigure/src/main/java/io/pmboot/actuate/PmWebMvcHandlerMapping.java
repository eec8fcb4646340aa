package io.pmboot.actuate;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.pmboot.Master;
import io.pmboot.actuate.Operations.Operation;
import io.pmboot.master.InitiatedMaster;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.function.support.RouterFunctionMapping;

/**
 * Maps what endpoint {@code pm} changes, and the list of reloads, in Spring MVC. No
 * thread is held while a request waits for an outcome.
 */
final class PmWebMvcHandlerMapping extends RouterFunctionMapping {

	/**
	 * Ahead of Actuator's own mapping, whose {@code pm/{group}} matches the same path.
	 */
	private static final int ORDER = -101;

	PmWebMvcHandlerMapping(InitiatedMaster master, ReloadProgress progress, WebEndpointProperties properties,
			WebEndpointsSupplier endpoints, EndpointAccessResolver accessResolver) {
		super(RouterFunctions.route()
			.add(reloads(master, progress, Operations.path(properties, endpoints, Access.READ_ONLY, accessResolver)))
			.add(router(new Operations(master),
					Operations.path(properties, endpoints, Access.UNRESTRICTED, accessResolver)))
			.build());
		setOrder(ORDER);
	}

	private static RouterFunction<ServerResponse> reloads(Master master, ReloadProgress progress,
			@Nullable String path) {
		if (path == null) {
			return (request) -> Optional.empty();
		}
		return RouterFunctions.route()
			.GET(path + Operations.RELOADS,
					(request) -> request.headers().accept().contains(MediaType.TEXT_PLAIN)
							? new ProgressResponse(progress) : response(JsonReply.list(master.reloads())))
			.build();
	}

	private static RouterFunction<ServerResponse> router(Operations operations, @Nullable String path) {
		if (path == null) {
			return (request) -> Optional.empty();
		}
		RouterFunctions.Builder routes = RouterFunctions.route();
		for (Operation operation : operations.all()) {
			routes.POST(path + operation.word(), (request) -> perform(operations, operation, request))
				.route(RequestPredicates.path(path + operation.word()), (request) -> notAllowed(operation, request));
		}
		return routes.build();
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

	private static ServerResponse notAllowed(Operation operation, ServerRequest request) {
		JsonReply reply = Operations.notAllowed(operation, request.method().name());
		return ServerResponse.status(reply.status())
			.allow(HttpMethod.POST)
			.contentType(MediaType.APPLICATION_JSON)
			.body(reply.bytes());
	}

	private static ServerResponse response(JsonReply reply) {
		return ServerResponse.status(reply.status()).contentType(MediaType.APPLICATION_JSON).body(reply.bytes());
	}

	/**
	 * The steps of reloads, each sent when it happens. Spring's own streaming response
	 * ends with the server's time-out, which is shorter than a reload may be.
	 */
	private static final class ProgressResponse implements ServerResponse {

		private final ReloadProgress progress;

		ProgressResponse(ReloadProgress progress) {
			this.progress = progress;
		}

		@Override
		public HttpStatusCode statusCode() {
			return HttpStatus.OK;
		}

		@Override
		public HttpHeaders headers() {
			return new HttpHeaders();
		}

		@Override
		public MultiValueMap<String, Cookie> cookies() {
			return new LinkedMultiValueMap<>();
		}

		@Override
		public @Nullable ModelAndView writeTo(HttpServletRequest request, HttpServletResponse response, Context context)
				throws IOException {
			response.setContentType(MediaType.TEXT_PLAIN_VALUE);
			response.setCharacterEncoding(StandardCharsets.UTF_8.name());
			AsyncContext async = request.startAsync(request, response);
			async.setTimeout(0);
			if (!this.progress.follow(new ResponseLines(async))) {
				response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.value());
				response.getOutputStream().write(ReloadText.CROWDED.getBytes(StandardCharsets.UTF_8));
				async.complete();
			}
			return null;
		}

		/**
		 * The body of a response.
		 *
		 * @param async the response
		 */
		private record ResponseLines(AsyncContext async) implements ReloadProgress.Lines {

			@Override
			public void write(String line) throws IOException {
				OutputStream body = this.async.getResponse().getOutputStream();
				body.write((line + "\n").getBytes(StandardCharsets.UTF_8));
				body.flush();
			}

			@Override
			public void end() {
				this.async.complete();
			}

		}

	}

}
