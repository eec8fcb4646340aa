package io.pmboot.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import io.pmboot.MessageSender;
import io.pmboot.Worker;
import io.pmboot.event.MessageEvent;

import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** The worker that sends: as the master orders, to which it tells the result. */
@Component
@Profile("source")
class Source {

	private static final String PAYLOAD = "x".repeat(100);

	private final Worker worker;

	Source(Worker worker) {
		this.worker = worker;
	}

	@EventListener
	void on(MessageEvent event) {
		Order order = Order.parse(event.payload(String.class));
		new Thread(() -> this.worker.send(MessageSender.MASTER, Long.toString(measure(order)))).start();
	}

	private long measure(Order order) {
		AtomicInteger unhandled = new AtomicInteger();
		long begin = System.nanoTime();
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < order.threads(); i++) {
			Thread thread = new Thread(() -> send(order.count() / order.threads(), order.window(), unhandled));
			thread.start();
			threads.add(thread);
		}
		threads.forEach(Source::join);
		long perSecond = Math.round(order.count() * 1e9 / (System.nanoTime() - begin));
		return (unhandled.get() == 0) ? perSecond : -unhandled.get();
	}

	private void send(int count, int window, AtomicInteger unhandled) {
		Semaphore unanswered = new Semaphore(window);
		for (int i = 0; i < count; i++) {
			unanswered.acquireUninterruptibly();
			this.worker.send("sink", 0, PAYLOAD).whenComplete((delivery, ex) -> {
				if (delivery == null || !delivery.handled()) {
					unhandled.incrementAndGet();
				}
				unanswered.release();
			});
		}
		unanswered.acquireUninterruptibly(window);
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * What to send.
	 *
	 * @param count how many messages
	 * @param threads by how many threads
	 * @param window how many of each may be unanswered
	 */
	record Order(int count, int threads, int window) {

		static Order parse(String text) {
			String[] words = text.split(" ");
			return new Order(Integer.parseInt(words[0]), Integer.parseInt(words[1]), Integer.parseInt(words[2]));
		}

		@Override
		public String toString() {
			return this.count + " " + this.threads + " " + this.window;
		}

	}

}
