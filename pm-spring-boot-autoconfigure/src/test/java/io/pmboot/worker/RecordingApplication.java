package io.pmboot.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;

/**
 * An application with one server, that notes what is done to it and fails where a test
 * wants it to.
 */
class RecordingApplication implements WorkerStateMachine.Application, Serving {

	final List<String> events = new ArrayList<>();

	CompletionStage<Void> told = CompletableFuture.completedStage(null);

	CompletionStage<Void> opened = CompletableFuture.completedStage(null);

	final CompletableFuture<Void> over = new CompletableFuture<>();

	RuntimeException drainFailure;

	RuntimeException refuseFailure;

	RuntimeException closeFailure;

	private final List<String> seen;

	RecordingApplication(List<String> seen) {
		this.seen = seen;
	}

	@Override
	public List<Serving> servings() {
		return List.of(this);
	}

	@Override
	public void activated() {
		this.events.add("activated after " + this.seen);
	}

	@Override
	public CompletionStage<Void> draining(DrainReason reason) {
		this.events.add("draining (%s) after %s".formatted(reason, this.seen));
		return this.told;
	}

	@Override
	public void refuseTraffic() {
		note("refuse", this.refuseFailure);
	}

	@Override
	public void close() {
		note("close", this.closeFailure);
	}

	@Override
	public CompletionStage<Void> open() {
		note("open", this.drainFailure);
		return this.opened;
	}

	@Override
	public void refuse(boolean refusing) {
		note(refusing ? "refuse connections" : "accept connections", null);
	}

	@Override
	public CompletionStage<Void> drain(DrainReason reason) {
		note("begin " + reason, this.drainFailure);
		return this.over;
	}

	@Override
	public void hasten(DrainReason reason) {
		note("hasten " + reason, null);
	}

	private void note(String what, RuntimeException failure) {
		this.seen.add(what);
		if (failure != null) {
			throw failure;
		}
	}

}
