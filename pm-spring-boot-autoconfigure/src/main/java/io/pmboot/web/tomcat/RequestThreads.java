package io.pmboot.web.tomcat;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import io.pmboot.web.AcceptGate;
import org.apache.tomcat.util.threads.StopPooledThreadException;
import org.apache.tomcat.util.threads.TaskQueue;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's own pool of request threads, which tells the gate of every task.
 */
final class RequestThreads extends ThreadPoolExecutor {

	private final AcceptGate gate;

	RequestThreads(AcceptGate gate, int minimum, int maximum, long idleMillis, TaskQueue queue, ThreadFactory factory) {
		super(minimum, maximum, idleMillis, TimeUnit.MILLISECONDS, queue, factory);
		this.gate = gate;
		queue.setParent(this);
	}

	@Override
	public void execute(Runnable command) {
		this.gate.taskSubmitted((command instanceof SharedNioEndpoint.Dispatch dispatch) ? dispatch.channel() : null);
		try {
			super.execute(command);
		}
		catch (OutOfMemoryError ex) {
			this.gate.taskEnded();
			// No thread is to be had. An error would end Tomcat's poller, and with it the
			// service; this ends the one connection.
			throw new RejectedExecutionException(ex);
		}
		catch (RuntimeException | Error ex) {
			this.gate.taskEnded();
			throw ex;
		}
	}

	@Override
	protected void afterExecute(Runnable command, @Nullable Throwable thrown) {
		// Thrown to end the thread, in a second call for the same task.
		if (!(thrown instanceof StopPooledThreadException)) {
			this.gate.taskEnded();
		}
		super.afterExecute(command, thrown);
	}

}
