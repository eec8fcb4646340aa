package io.pmboot.worker;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.pmboot.DrainReason;

/**
 * An application with one drain, that notes what is done to it and fails where a test
 * wants it to.
 */
class RecordingApplication implements ServingApplication, Drain {

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
	public List<Drain> drains() {
		return List.of(this);
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
	public CompletionStage<Void> begin(DrainReason reason) {
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
