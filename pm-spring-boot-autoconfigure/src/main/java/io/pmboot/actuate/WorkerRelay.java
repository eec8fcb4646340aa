package io.pmboot.actuate;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.pmboot.UnknownGroupException;
import io.pmboot.loop.Threads;
import io.pmboot.master.InitiatedMaster;
import io.pmboot.master.WorkerActuator;
import io.pmboot.socket.UnixHttpClient;
import io.pmboot.web.PrivateConnector;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParseException;
import org.springframework.boot.json.JsonParser;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.StringUtils;
import org.springframework.web.server.ResponseStatusException;

/**
 * Asks the Actuators of workers what the master is asked, each on its private socket, for
 * whichever web stack. What goes to one worker is streamed both ways, and nothing is
 * waited for without a bound.
 */
class WorkerRelay {

	/** Below the endpoint's path. */
	static final String PATH = "workers/";

	/**
	 * How many requests are relayed at a time, each of which has a thread: half as many
	 * as the master's web server has, so that operations always find one.
	 */
	static final int MAX_REQUESTS = 8;

	/**
	 * How many more wait for their turn: with those that have one, not all of the
	 * master's connections.
	 */
	static final int MAX_WAITING = 32;

	// What asks all workers at once, as a monitor does for their health, waits less.
	private static final Duration PATIENCE = Duration.ofSeconds(5);

	/** The longest body that is sent to all workers, or taken from each, in bytes. */
	static final int MAX_OF_ALL = 1024 * 1024;

	// A heap dump is written before the first byte of it comes.
	private static final UnixHttpClient.Bounds BOUNDS = new UnixHttpClient.Bounds(Duration.ofMinutes(2),
			Duration.ofSeconds(30));

	/** What is said between two of a chain, not between its ends. */
	private static final Set<String> HOP_BY_HOP = Set.of("connection", "keep-alive", "proxy-authenticate",
			"proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect");

	private static final Log logger = LogFactory.getLog(WorkerRelay.class);

	private final InitiatedMaster master;

	private final Path runDirectory;

	private final Executor threads = Threads.many("pm-relay");

	private final Turns turns = new Turns(MAX_REQUESTS, MAX_WAITING, PATIENCE);

	WorkerRelay(InitiatedMaster master, Path runDirectory) {
		this.master = master;
		this.runDirectory = runDirectory;
	}

	/**
	 * Asks, on a thread of its own.
	 * @param request what to ask
	 * @return completes with the answer, whatever it is, when its body may be read; to be
	 * cancelled where nobody wants it any more
	 */
	CompletableFuture<Relayed> relay(Request request) {
		CompletableFuture<Relayed> wanted = new CompletableFuture<>();
		this.turns.take()
			.thenCompose((taken) -> (taken && !wanted.isDone()) ? begin(request) : refuse(request, taken))
			.whenComplete((relayed, failure) -> {
				if (failure != null) {
					wanted.completeExceptionally(failure);
				}
				else if (!wanted.complete(relayed)) {
					close(relayed.body());
				}
			});
		return wanted;
	}

	private CompletableFuture<Relayed> refuse(Request request, boolean taken) {
		if (taken) {
			this.turns.giveBack();
		}
		close(request.body());
		return CompletableFuture.completedFuture(Relayed.of(JsonReply.error(HttpStatus.SERVICE_UNAVAILABLE,
				"%d requests to workers are under way, and more wait than are let wait, or for longer than %d s: ask again later"
					.formatted(MAX_REQUESTS, PATIENCE.toSeconds()))));
	}

	private CompletableFuture<Relayed> begin(Request request) {
		try {
			return CompletableFuture.supplyAsync(() -> perform(request), this.threads)
				.whenComplete((relayed, failure) -> {
					if (relayed == null) {
						this.turns.giveBack();
					}
				})
				.thenApply((relayed) -> {
					ClosingOnce body = new ClosingOnce(relayed.body(), this.turns::giveBack);
					CompletableFuture.delayedExecutor(BOUNDS.idle().toSeconds(), TimeUnit.SECONDS, this.threads)
						.execute(body::closeUnlessBegun);
					return new Relayed(relayed.status(), relayed.headers(), body);
				});
		}
		catch (RejectedExecutionException ex) {
			this.turns.giveBack();
			close(request.body());
			throw ex;
		}
	}

	static boolean isReading(HttpMethod method) {
		return method == HttpMethod.GET || method == HttpMethod.HEAD;
	}

	/** What of a URL is before the end of its path. */
	static String before(String rest, String url) {
		return url.substring(0, url.length() - rest.length());
	}

	/** What follows a prefix in a path as it was sent. */
	static String after(String prefix, String path) {
		// Otherwise somebody has encoded what needs no encoding.
		return path.startsWith(prefix) ? path.substring(prefix.length()) : "";
	}

	// Nobody asks for the rest of a body when there is an answer.
	private Relayed perform(Request request) {
		try {
			return performed(request);
		}
		finally {
			close(request.body());
		}
	}

	private Relayed performed(Request request) {
		try {
			WorkerAddress address = WorkerAddress.of(request.path(), request.query());
			List<WorkerActuator> workers = address.among(this.master.actuators(address.group()));
			if (address.isIndex()) {
				return Relayed.of(WorkerLinks.reply(workers.get(0), address, request));
			}
			return address.isOfAll() ? askAll(workers, address, request)
					: ask(workers.get(0), address.target(workers.get(0)), request);
		}
		catch (UnknownGroupException ex) {
			return Relayed.of(JsonReply.of(HttpStatus.NOT_FOUND, PmEndpoint.unknownGroup(this.master, ex)));
		}
		catch (ResponseStatusException ex) {
			return Relayed.of(JsonReply.error(ex.getStatusCode(), String.valueOf(ex.getReason())));
		}
	}

	private Relayed ask(WorkerActuator worker, String target, Request request) {
		UnixHttpClient client = null;
		try {
			client = new UnixHttpClient(PrivateConnector.actuatorOf(this.runDirectory, worker.worker().pid()), BOUNDS);
			HttpHeaders headers = endToEnd(request.headers());
			headers.set(HttpHeaders.CONNECTION, "close");
			Map<String, List<String>> sent = new LinkedHashMap<>();
			headers.forEach(sent::put);
			UnixHttpClient.Answer answer = client.send(request.method(), target, sent, request.body());
			return new Relayed(HttpStatusCode.valueOf(answer.status()),
					harmless(endToEnd(new HttpHeaders(new LinkedMultiValueMap<>(answer.headers())))),
					closing(answer.body(), client));
		}
		catch (IOException ex) {
			close(client);
			return Relayed.of(JsonReply.error(
					(ex instanceof SocketTimeoutException) ? HttpStatus.GATEWAY_TIMEOUT : HttpStatus.BAD_GATEWAY,
					"Worker %s-%d (generation %d, pid %d) could not be asked: %s".formatted(worker.worker().group(),
							worker.worker().index(), worker.worker().generation(), worker.worker().pid(),
							ex.getMessage())));
		}
		catch (RuntimeException ex) {
			close(client);
			throw ex;
		}
	}

	private static void close(@Nullable Closeable connection) {
		try {
			if (connection != null) {
				connection.close();
			}
		}
		catch (IOException ex) {
			logger.debug("A connection to a worker could not be closed", ex);
		}
	}

	private static InputStream closing(InputStream body, UnixHttpClient client) {
		return new FilterInputStream(body) {

			@Override
			public int read(byte[] bytes, int offset, int length) throws IOException {
				try {
					return super.read(bytes, offset, length);
				}
				catch (IOException ex) {
					logger.warn("The answer of a worker has broken off, and so does the master's: " + ex.getMessage());
					// Neither of the type nor with the words by which Spring knows a
					// client
					// that has gone, for whom it ends the answer as if it were whole.
					throw new IOException("The answer of a worker is not whole");
				}
			}

			@Override
			public void close() throws IOException {
				client.close();
			}

		};
	}

	// A page of a worker is not to do in a browser what the master's own page may.
	private static HttpHeaders harmless(HttpHeaders headers) {
		headers.add("Content-Security-Policy", "sandbox");
		headers.set("X-Content-Type-Options", "nosniff");
		headers.remove(HttpHeaders.SET_COOKIE);
		return headers;
	}

	private static HttpHeaders endToEnd(HttpHeaders headers) {
		Set<String> named = headers.getOrEmpty(HttpHeaders.CONNECTION)
			.stream()
			.flatMap((value) -> Stream.of(value.split(",")))
			.map((name) -> name.strip().toLowerCase(Locale.ROOT))
			.collect(Collectors.toSet());
		HttpHeaders kept = new HttpHeaders();
		headers.forEach((name, values) -> {
			String lower = name.toLowerCase(Locale.ROOT);
			if (!HOP_BY_HOP.contains(lower) && !named.contains(lower)) {
				kept.addAll(name, values);
			}
		});
		return kept;
	}

	// Side by side, each with all of the body and all of its answer in memory.
	private Relayed askAll(List<WorkerActuator> workers, WorkerAddress address, Request request) {
		byte[] body = body(request);
		HttpHeaders headers = endToEnd(request.headers());
		headers.remove(HttpHeaders.ACCEPT_ENCODING);
		if (body != null) {
			headers.setContentLength(body.length);
		}
		List<CompletableFuture<Map<String, Object>>> answers = workers.stream()
			.map((worker) -> CompletableFuture.supplyAsync(() -> answer(worker, address,
					new Request(request.method(), request.base(), request.path(), request.query(), headers,
							(body != null) ? new ByteArrayInputStream(body) : null)),
					this.threads))
			.toList();
		List<Map<String, Object>> all = answers.stream().map(CompletableFuture::join).toList();
		boolean success = all.stream()
			.allMatch((answer) -> answer.get("status") instanceof Integer status && status / 100 == 2);
		return Relayed.of(JsonReply.of(success ? HttpStatus.OK : HttpStatus.BAD_GATEWAY, Map.of("workers", all)));
	}

	private static byte @Nullable [] body(Request request) {
		if (request.body() == null) {
			return null;
		}
		try {
			byte[] body = request.body().readNBytes(MAX_OF_ALL + 1);
			if (body.length > MAX_OF_ALL) {
				throw new ResponseStatusException(HttpStatus.CONTENT_TOO_LARGE,
						"The body is larger than the %d bytes that are sent to all workers".formatted(MAX_OF_ALL));
			}
			return body;
		}
		catch (IOException ex) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "The body cannot be read: " + ex.getMessage(),
					ex);
		}
	}

	private Map<String, Object> answer(WorkerActuator worker, WorkerAddress address, Request request) {
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("index", worker.worker().index());
		answer.put("generation", worker.worker().generation());
		answer.put("pid", worker.worker().pid());
		try (InputStream body = put(answer, relayed(worker, address, request))) {
			byte[] bytes = body.readNBytes(MAX_OF_ALL + 1);
			if (bytes.length > MAX_OF_ALL) {
				throw new IOException("the answer is larger than the %d bytes that are taken of one of several workers"
					.formatted(MAX_OF_ALL));
			}
			if (bytes.length > 0) {
				answer.put("body", content(bytes, String.valueOf(answer.remove("type"))));
			}
		}
		catch (IOException ex) {
			answer.put("status", HttpStatus.BAD_GATEWAY.value());
			answer.put("body", Map.of("error", String.valueOf(ex.getMessage())));
		}
		answer.remove("type");
		return answer;
	}

	private Relayed relayed(WorkerActuator worker, WorkerAddress address, Request request) {
		try {
			return ask(worker, address.target(worker), request);
		}
		catch (ResponseStatusException ex) {
			return Relayed.of(JsonReply.error(ex.getStatusCode(), String.valueOf(ex.getReason())));
		}
	}

	private static InputStream put(Map<String, Object> answer, Relayed relayed) {
		answer.put("status", relayed.status().value());
		answer.put("type", String.valueOf(relayed.headers().getFirst(HttpHeaders.CONTENT_TYPE)));
		return relayed.body();
	}

	// As JSON where it is some that can stand in JSON, and else as text.
	private static Object content(byte[] bytes, String type) {
		String text = new String(bytes, StandardCharsets.UTF_8);
		if (isJson(type)) {
			JsonParser parser = JsonParserFactory.getJsonParser();
			try {
				return text.stripLeading().startsWith("[") ? parser.parseList(text) : parser.parseMap(text);
			}
			catch (JsonParseException ex) {
				return text;
			}
		}
		return text;
	}

	private static boolean isJson(String type) {
		try {
			String subtype = MediaType.parseMediaType(type).getSubtype();
			return subtype.equals("json") || subtype.endsWith("+json");
		}
		catch (InvalidMediaTypeException ex) {
			return false;
		}
	}

	/**
	 * What is asked.
	 *
	 * @param method the method
	 * @param base the URL to {@code workers/}, as it was sent
	 * @param path what of the path follows {@code workers/}, as it was sent
	 * @param query the query, as it was sent
	 * @param headers the headers
	 * @param body the body, or {@code null} where none is sent
	 */
	record Request(String method, String base, String path, @Nullable String query, HttpHeaders headers,
			@Nullable InputStream body) {

		/** Whether a body is sent that is relayed: none of what only reads. */
		static boolean hasBody(HttpMethod method, HttpHeaders headers) {
			return !isReading(method) && (headers.getContentLength() > 0
					|| StringUtils.hasText(headers.getFirst(HttpHeaders.TRANSFER_ENCODING)));
		}

	}

	/**
	 * The answer.
	 *
	 * @param status its status
	 * @param headers its headers, without those of the connection that it came by
	 * @param body its body, to be closed; fails where the worker ends before it is whole
	 */
	record Relayed(HttpStatusCode status, HttpHeaders headers, InputStream body) {

		static Relayed of(JsonReply reply) {
			return new Relayed(reply.status(), reply.headers(), new ByteArrayInputStream(reply.bytes()));
		}

	}

	/**
	 * A body that may never be read, because the client has gone meanwhile.
	 */
	private static final class ClosingOnce extends FilterInputStream {

		private final Runnable then;

		private final AtomicBoolean closed = new AtomicBoolean();

		private volatile boolean begun;

		ClosingOnce(InputStream body, Runnable then) {
			super(body);
			this.then = then;
		}

		@Override
		public int read(byte[] bytes, int offset, int length) throws IOException {
			this.begun = true;
			return super.read(bytes, offset, length);
		}

		void closeUnlessBegun() {
			try {
				if (!this.begun) {
					close();
				}
			}
			catch (IOException ex) {
				logger.debug("A connection to a worker could not be closed", ex);
			}
		}

		@Override
		public void close() throws IOException {
			if (this.closed.compareAndSet(false, true)) {
				this.then.run();
				super.close();
			}
		}

	}

}
