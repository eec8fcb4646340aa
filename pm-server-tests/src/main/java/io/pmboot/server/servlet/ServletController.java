package io.pmboot.server.servlet;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Answers with what was asked for. */
@RestController
@ConditionalOnWebApplication(type = Type.SERVLET)
class ServletController {

	private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "events");
		thread.setDaemon(true);
		return thread;
	});

	/** Of 100 answers so many fail. */
	@Value("${load.fail-percent:0}")
	private int failPercent;

	@GetMapping(path = "/load/**", produces = MediaType.TEXT_PLAIN_VALUE)
	String load(HttpServletRequest request) {
		if (ThreadLocalRandom.current().nextInt(100) < this.failPercent) {
			throw new IllegalStateException("It fails because load.fail-percent says so");
		}
		return request.getRequestURI();
	}

	@GetMapping(path = "/slow", produces = MediaType.TEXT_PLAIN_VALUE)
	String slow(@RequestParam long ms, HttpServletRequest request) throws InterruptedException {
		Thread.sleep(ms);
		return request.getRequestURI() + "?" + request.getQueryString();
	}

	@PostMapping(path = "/upload/**", produces = MediaType.TEXT_PLAIN_VALUE)
	String upload(@RequestBody String body, HttpServletRequest request) {
		return request.getRequestURI() + " " + body.length();
	}

	@GetMapping("/events")
	SseEmitter events(@RequestParam long ms) {
		SseEmitter emitter = new SseEmitter(0L);
		AtomicLong number = new AtomicLong();
		ScheduledFuture<?> clock = this.clock.scheduleAtFixedRate(() -> send(emitter, number.incrementAndGet()), 0, ms,
				TimeUnit.MILLISECONDS);
		emitter.onCompletion(() -> clock.cancel(false));
		return emitter;
	}

	private static void send(SseEmitter emitter, long number) {
		try {
			emitter.send(number);
		}
		catch (IOException ex) {
			// The stream has ended, which completes the emitter.
		}
	}

}
