package io.pmboot.worker;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;

/**
 * A server whose drain ends when a test says so, and a record of what happens around it.
 */
class ControlledServing implements Serving {

	final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

	final CompletableFuture<Void> over = new CompletableFuture<>();

	@Override
	public CompletionStage<Void> open() {
		this.seen.add("open");
		return Serving.super.open();
	}

	@Override
	public void refuse(boolean refusing) {
		this.seen.add(refusing ? "refuse" : "accept");
	}

	@Override
	public CompletionStage<Void> drain(DrainReason reason) {
		this.seen.add("begin " + reason);
		return this.over;
	}

	@Override
	public void hasten(DrainReason reason) {
		this.seen.add("hasten " + reason);
	}

	String next() throws InterruptedException {
		String next = this.seen.poll(30, TimeUnit.SECONDS);
		if (next == null) {
			throw new AssertionError("Nothing happened for 30 s");
		}
		return next;
	}

}
