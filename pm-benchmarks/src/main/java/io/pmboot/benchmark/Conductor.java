package io.pmboot.benchmark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import io.pmboot.Master;
import io.pmboot.benchmark.Source.Order;
import io.pmboot.event.MessageEvent;
import io.pmboot.event.WorkerReadyEvent;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Orders the rounds, all of them in turn so that whatever else the machine does falls on
 * everybody, and prints the medians.
 */
@Component
@Profile("master")
class Conductor {

	private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 5);

	/** For a profile: without the others. */
	private static final boolean ALONE = Boolean.getBoolean("benchmark.alone");

	private static final String ONE_BY_ONE = "one thread, 1,000 unanswered";

	private static final String LOAD = "4 threads, 10,000 unanswered each";

	private static final String ROUND_TRIPS = "round trips";

	private final Master master;

	private final ApplicationContext context;

	private final BlockingQueue<Long> results = new LinkedBlockingQueue<>();

	private final Map<String, List<Long>> measured = new LinkedHashMap<>();

	private int ready;

	Conductor(Master master, ApplicationContext context) {
		this.master = master;
		this.context = context;
	}

	@EventListener
	void on(MessageEvent event) {
		this.results.add(Long.parseLong(event.payload(String.class)));
	}

	@EventListener
	void on(WorkerReadyEvent event) {
		if (++this.ready == 2) {
			new Thread(this::run).start();
		}
	}

	private void run() {
		try (Redis redis = Redis.start()) {
			order(new Order(500_000, 4, 10_000));
			order(new Order(20_000, 1, 1));
			for (int round = 0; round < ROUNDS; round++) {
				measure(ONE_BY_ONE, order(new Order(300_000, 1, 1_000)));
				measure(LOAD, order(new Order(1_000_000, 4, 10_000)));
				if (ALONE) {
					continue;
				}
				measure(ROUND_TRIPS, order(new Order(20_000, 1, 1)));
				NodeIpc.measure("stream", 100_000).ifPresent((result) -> measure("Node IPC, stream", result));
				NodeIpc.measure("pingpong", 10_000).ifPresent((result) -> measure("Node IPC, round trips", result));
				redis.measure(30_000, 1).ifPresent((result) -> measure("Redis, one by one", result));
				redis.measure(500_000, 256).ifPresent((result) -> measure("Redis, 256 pipelined", result));
			}
			print();
		}
		catch (Exception ex) {
			ex.printStackTrace();
		}
		System.exit(SpringApplication.exit(this.context));
	}

	private long order(Order order) throws Exception {
		this.master.send("source", 0, order.toString()).get();
		return this.results.take();
	}

	private void measure(String what, long perSecond) {
		if (ALONE) {
			System.out.printf("%,d  %s%n", perSecond, what);
		}
		this.measured.computeIfAbsent(what, (name) -> new ArrayList<>()).add(perSecond);
	}

	private void print() {
		System.out.printf("%nMessages of 100 bytes a second, median of %d rounds (least, most)%n", ROUNDS);
		this.measured.forEach((what, results) -> System.out.printf("%-36s %,12d  (%,d, %,d)%n", what, median(what),
				Collections.min(results), Collections.max(results)));
		ratio(ONE_BY_ONE, "Node IPC, stream");
		ratio(LOAD, "Node IPC, stream");
		ratio(ROUND_TRIPS, "Node IPC, round trips");
		ratio(ROUND_TRIPS, "Redis, one by one");
		ratio(LOAD, "Redis, 256 pipelined");
	}

	private void ratio(String ours, String theirs) {
		if (this.measured.containsKey(theirs)) {
			System.out.printf("%s / %s: %.2f%n", ours, theirs, (double) median(ours) / median(theirs));
		}
	}

	private long median(String what) {
		List<Long> results = this.measured.getOrDefault(what, List.of());
		return results.stream().sorted().skip(results.size() / 2).findFirst().orElse(0L);
	}

}
