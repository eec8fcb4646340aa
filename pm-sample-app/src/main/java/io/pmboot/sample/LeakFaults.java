package io.pmboot.sample;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Ways to use something up to order, for trying out what the master makes of them. */
@RestController
class LeakFaults {

	private static final int MEGABYTE = 1024 * 1024;

	private static final long PERIOD_MILLIS = 5;

	private final List<Object> leaked = new ArrayList<>();

	/**
	 * Uses something up little by little, and keeps it.
	 * @param of what
	 * @return the worker's pid
	 */
	@PostMapping("/leak")
	String leak(@RequestParam Leak of) {
		Thread thread = new Thread(() -> leakAll(of), "leak");
		thread.setDaemon(true);
		thread.start();
		return Long.toString(ProcessHandle.current().pid());
	}

	private void leakAll(Leak of) {
		while (true) {
			try {
				this.leaked.add(of.one.call());
				Thread.sleep(PERIOD_MILLIS);
			}
			catch (Exception ex) {
				throw new IllegalStateException("There is nothing left of " + of, ex);
			}
		}
	}

	/**
	 * Ends this worker as an application does that has decided so.
	 * @param code its exit code
	 */
	@PostMapping("/exit")
	void exit(@RequestParam int code) {
		new Thread(() -> System.exit(code), "exit").start();
	}

	/**
	 * What there is a limit of.
	 */
	enum Leak {

		HEAP(() -> new byte[MEGABYTE]),

		DIRECT_MEMORY(() -> ByteBuffer.allocateDirect(MEGABYTE)),

		THREADS(Leak::thread),

		DESCRIPTORS(Leak::descriptor);

		private final Callable<Object> one;

		Leak(Callable<Object> one) {
			this.one = one;
		}

		private static Thread thread() {
			Thread thread = new Thread(LockSupport::park, "leaked");
			thread.setDaemon(true);
			thread.start();
			return thread;
		}

		private static FileInputStream descriptor() throws IOException {
			return new FileInputStream("/dev/null");
		}

	}

}
