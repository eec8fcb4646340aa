package io.pmboot.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Faults to order, for trying out what the master makes of them. */
@Configuration(proxyBeanMethods = false)
class StartFaults {

	@Bean
	@ConditionalOnBooleanProperty("sample.fail-at-start")
	Object failure() {
		throw new IllegalStateException("The sample fails at start because sample.fail-at-start is true");
	}

	// Dies as a JVM does that nobody could warn, when all seemed well.
	@Bean
	@ConditionalOnProperty("sample.crash-after")
	ApplicationListener<ApplicationReadyEvent> crash(Environment environment) {
		long millis = DurationStyle.detectAndParse(environment.getRequiredProperty("sample.crash-after")).toMillis();
		return (ready) -> CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS)
			.execute(() -> Runtime.getRuntime().halt(1));
	}

	// Never gets ready, and never says why.
	@Bean
	@ConditionalOnBooleanProperty("sample.hang-at-start")
	ApplicationRunner hang() {
		return (arguments) -> new CountDownLatch(1).await();
	}

	@Bean
	@ConditionalOnBooleanProperty("sample.fill-heap-at-start")
	ApplicationRunner fillHeap() {
		return (arguments) -> {
			List<long[]> heap = new ArrayList<>();
			while (true) {
				heap.add(new long[1 << 20]);
			}
		};
	}

	// Gets ready and serves, but answers so many of 100 requests with 500.
	@Bean
	@ConditionalOnProperty("sample.fail-percent")
	Filter failingAnswers(Environment environment) {
		int percent = environment.getRequiredProperty("sample.fail-percent", Integer.class);
		return (request, response, chain) -> {
			if (ThreadLocalRandom.current().nextInt(100) < percent && response instanceof HttpServletResponse answer) {
				answer.sendError(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
			}
			else {
				chain.doFilter(request, response);
			}
		};
	}

	// Ends before it is ready, as a program does that has nothing to serve.
	@Bean
	@ConditionalOnProperty("sample.exit-at-start")
	ApplicationRunner exit(Environment environment) {
		int code = environment.getRequiredProperty("sample.exit-at-start", Integer.class);
		return (arguments) -> System.exit(code);
	}

}
