package io.pmboot.web;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Answers with its name; {@code /hold} only when released, {@code /async} likewise but
 * without a thread, {@code /port} with the local port, {@code /addresses} with both ends,
 * {@code /body} with what was sent, {@code /slow} after 300 ms, {@code /long} with 10,000
 * characters, {@code /events} with events until the client is gone, {@code /quiet} with
 * one event and a stream that stays open; {@code /fail} with 503, {@code /refuse} with
 * 404, {@code /throw} by an exception, {@code /break} by one when it has begun.
 */
public class TestServlet extends HttpServlet {

	public final CountDownLatch release = new CountDownLatch(1);

	public final CountDownLatch gone = new CountDownLatch(1);

	/** The thread on which the application learns of the end of {@code /quiet}. */
	public final CompletableFuture<String> completed = new CompletableFuture<>();

	public final AtomicInteger held = new AtomicInteger();

	public final AtomicInteger requests = new AtomicInteger();

	private final String name;

	public TestServlet(String name) {
		this.name = name;
	}

	@Override
	protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
		this.requests.incrementAndGet();
		switch (request.getRequestURI()) {
			case "/hold" -> hold(response);
			case "/async" -> async(request, response);
			case "/port" -> write(response, String.valueOf(request.getLocalPort()));
			case "/addresses" -> write(response, addresses(request));
			case "/body" -> write(response, new String(request.getInputStream().readAllBytes()));
			case "/slow" -> slow(response);
			case "/events" -> events(request, response);
			case "/quiet" -> quiet(request, response);
			case "/fail" -> response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
			case "/refuse" -> response.setStatus(HttpServletResponse.SC_NOT_FOUND);
			case "/throw" -> throw new IllegalStateException("as asked");
			case "/break" -> breakOff(response);
			case "/scheme" -> write(response, request.getScheme());
			case "/long" -> write(response, "0123456789".repeat(1000));
			default -> write(response, this.name);
		}
	}

	private static void breakOff(HttpServletResponse response) throws IOException {
		response.setContentLength(100);
		response.getOutputStream().print("begun");
		response.flushBuffer();
		throw new IllegalStateException("as asked");
	}

	private static String addresses(HttpServletRequest request) {
		return "%s %s %d %s %s %d".formatted(request.getRemoteAddr(), request.getRemoteHost(), request.getRemotePort(),
				request.getLocalAddr(), request.getLocalName(), request.getLocalPort());
	}

	private void hold(HttpServletResponse response) throws IOException {
		this.held.incrementAndGet();
		await(60_000);
		write(response, this.name);
	}

	private void slow(HttpServletResponse response) throws IOException {
		// Work of a length, not a wait for something.
		try {
			Thread.sleep(300);
		}
		catch (InterruptedException ex) {
			throw new IOException(ex);
		}
		write(response, this.name);
	}

	// Until the client has gone, as far as this can tell.
	private void events(HttpServletRequest request, HttpServletResponse response) throws IOException {
		response.setContentType("text/event-stream");
		AsyncContext context = request.startAsync();
		context.setTimeout(0);
		ServletOutputStream out = response.getOutputStream();
		new Thread(() -> {
			try {
				for (int number = 1;; number++) {
					for (String piece : List.of("data:", String.valueOf(number), "\n", "\n")) {
						out.write(piece.getBytes());
						out.flush();
					}
				}
			}
			catch (IOException ex) {
				this.gone.countDown();
			}
		}).start();
	}

	private void quiet(HttpServletRequest request, HttpServletResponse response) throws IOException {
		response.setContentType("text/event-stream");
		AsyncContext context = request.startAsync();
		context.setTimeout(0);
		context.addListener(new AsyncListener() {

			@Override
			public void onComplete(AsyncEvent event) {
				TestServlet.this.completed.complete(Thread.currentThread().getName());
			}

			@Override
			public void onTimeout(AsyncEvent event) {
			}

			@Override
			public void onError(AsyncEvent event) {
			}

			@Override
			public void onStartAsync(AsyncEvent event) {
			}

		});
		response.getOutputStream().print("data:1\n\n");
		response.getOutputStream().flush();
	}

	private void async(HttpServletRequest request, HttpServletResponse response) {
		AsyncContext context = request.startAsync();
		context.setTimeout(0);
		new Thread(() -> {
			await(60_000);
			try {
				write(response, this.name);
			}
			catch (IOException ex) {
				// The client counts what it does not get.
			}
			context.complete();
		}).start();
		this.held.incrementAndGet();
	}

	private void await(long millis) {
		try {
			this.release.await(millis, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void write(HttpServletResponse response, String text) throws IOException {
		response.setContentType("text/plain");
		response.setContentLength(text.length());
		response.getOutputStream().write(text.getBytes());
	}

}
