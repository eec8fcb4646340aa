package io.pmboot.worker;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;
import io.pmboot.control.WorkerVariables;

/**
 * The least that is a worker: no Spring, nothing that serves.
 */
public final class TinyProgram implements WorkerStateMachine.Application {

	private TinyProgram() {
	}

	public static void main(String[] args) throws InterruptedException {
		WorkerConnection connection = WorkerConnection.open(Path.of(System.getProperty(WorkerVariables.CONTROL_SOCKET)),
				new WorkerConnection.Exit(System::exit, Runtime.getRuntime()::halt));
		connection.loop().execute(() -> {
			connection.states().started(new TinyProgram());
			connection.states().accepting(true);
		});
		new CountDownLatch(1).await();
	}

	@Override
	public List<Serving> servings() {
		return List.of();
	}

	@Override
	public void activated() {
	}

	@Override
	public CompletionStage<Void> draining(DrainReason reason) {
		return CompletableFuture.completedStage(null);
	}

	@Override
	public void refuseTraffic() {
	}

	@Override
	public void close() {
	}

}
