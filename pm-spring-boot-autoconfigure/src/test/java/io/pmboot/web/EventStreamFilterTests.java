package io.pmboot.web;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.pmboot.DrainReason;
import io.pmboot.accept.TestSpreads;
import jakarta.servlet.ServletOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link EventStreamFilter} without a web server.
 */
@Timeout(30)
class EventStreamFilterTests {

	private final EventStreamFilter filter = new EventStreamFilter(TestSpreads.of(Duration.ZERO));

	private final CountDownLatch lookedAt = new CountDownLatch(1);

	private final MockHttpServletRequest request = new MockHttpServletRequest() {

		@Override
		public boolean isAsyncStarted() {
			boolean started = super.isAsyncStarted();
			EventStreamFilterTests.this.lookedAt.countDown();
			return started;
		}

	};

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	@BeforeEach
	void supportAsync() {
		this.request.setAsyncSupported(true);
	}

	@Test
	void whatAWriterIsGivenIsThereWithoutAFlush() throws Exception {
		this.filter.doFilter(this.request, this.response, (request, response) -> {
			response.setContentType("text/event-stream;charset=UTF-8");
			response.getWriter().write("data:\u00e9\n\n");
		});
		assertThat(this.response.getContentAsString()).isEqualTo("data:\u00e9\n\n");
	}

	@Test
	void aCharacterThatIsWrittenInTwoPartsStaysOne() throws Exception {
		this.filter.doFilter(this.request, this.response, (request, response) -> {
			response.setContentType("text/event-stream;charset=UTF-8");
			PrintWriter writer = response.getWriter();
			writer.write("data:\ud83d");
			writer.write("\ude00\n\n");
		});
		assertThat(this.response.getContentAsString()).isEqualTo("data:\ud83d\ude00\n\n");
	}

	// As Spring MVC does it: the body begins before the request is asynchronous.
	@Test
	void aStreamThatIsNotYetAsynchronousInItsMomentEndsWhenItIs() throws Exception {
		this.filter.drain(DrainReason.RELOAD);
		this.filter.doFilter(this.request, this.response, (request, response) -> {
			response.setContentType("text/event-stream");
			response.getOutputStream();
			awaitItsMoment();
			request.startAsync(request, response);
		});
		awaitEnd();
	}

	@Test
	void whoeverFlushesTheLastEventIsNotToldThatItWasLostAndTheNextFails() throws Exception {
		ServletOutputStream out = asynchronous().getOutputStream();
		out.print("data:1\n");
		this.filter.drain(DrainReason.RELOAD);
		out.print("\n");
		awaitEnd();
		out.flush();
		assertThatIOException().isThrownBy(() -> out.print("data:2\n\n")).withMessageContaining("has ended");
		assertThat(this.response.getContentAsString()).isEqualTo("data:1\n\n");
	}

	@Test
	void aFlushDoesNotReachTheResponseOfAStreamThatHasEnded() throws Exception {
		EventStreamFilter.Response watched = asynchronous();
		watched.getOutputStream();
		this.filter.drain(DrainReason.RELOAD);
		awaitEnd();
		watched.flushBuffer();
		assertThat(this.response.isCommitted()).isFalse();
	}

	private EventStreamFilter.Response asynchronous() {
		EventStreamFilter.Response watched = this.filter.new Response(this.request, this.response);
		watched.setContentType("text/event-stream");
		this.request.startAsync();
		return watched;
	}

	private void awaitItsMoment() throws IOException {
		try {
			assertThat(this.lookedAt.await(10, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IOException(ex);
		}
	}

	private void awaitEnd() {
		await().until(() -> !this.request.isAsyncStarted());
	}

}
