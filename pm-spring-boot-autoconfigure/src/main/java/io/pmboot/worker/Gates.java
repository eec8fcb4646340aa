package io.pmboot.worker;

import java.util.List;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Passes the gates of this worker, one after the other, while its application is up and
 * serves nobody.
 */
final class Gates implements Runnable {

	private static final Log logger = LogFactory.getLog(Gates.class);

	private final List<Gate> gates;

	private final Consumer<String> waiting;

	private final Runnable passed;

	private final Consumer<String> failed;

	/**
	 * Creates the gates.
	 * @param gates the gates, the first one first
	 * @param waiting is told what is waited for
	 * @param passed runs when all are passed
	 * @param failed is told why one will not be
	 */
	Gates(List<Gate> gates, Consumer<String> waiting, Runnable passed, Consumer<String> failed) {
		this.gates = gates;
		this.waiting = waiting;
		this.passed = passed;
		this.failed = failed;
	}

	void begin() {
		Thread thread = new Thread(this, "pm-gates");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void run() {
		try {
			for (Gate gate : this.gates) {
				gate.pass(this.waiting);
			}
			this.passed.run();
		}
		catch (GateException ex) {
			fail(String.valueOf(ex.getMessage()), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			fail("It was interrupted before it was ready", ex);
		}
		catch (RuntimeException | Error ex) {
			fail("It cannot be told whether this worker may serve: " + ex, ex);
		}
	}

	private void fail(String why, Throwable cause) {
		logger.error("This worker does not get ready, and exits: " + why, cause.getCause());
		this.failed.accept(why);
	}

}
