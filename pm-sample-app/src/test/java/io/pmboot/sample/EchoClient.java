package io.pmboot.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Sends lines all the time, without waiting for answers, on one connection after the
 * other: when it has heard the goodbye it ends its side, reads on to the end, and
 * connects anew.
 */
final class EchoClient {

	private static final int TIMEOUT = Math.toIntExact(Duration.ofSeconds(60).toMillis());

	private static final long PAUSE_MILLIS = 20;

	private final int port;

	private final EchoTally tally;

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	EchoClient(int port, EchoTally tally) {
		this.port = port;
		this.tally = tally;
	}

	EchoClient start(String name) {
		new Thread(() -> {
			try {
				while (!this.tally.isOver()) {
					converse(name);
				}
			}
			catch (IOException | InterruptedException | RuntimeException ex) {
				this.tally.failed(name + ": " + ex);
			}
			finally {
				this.ended.complete(null);
			}
		}, name).start();
		return this;
	}

	void awaitEnd() throws Exception {
		this.ended.get(2L * TIMEOUT, TimeUnit.MILLISECONDS);
	}

	private void converse(String name) throws IOException, InterruptedException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			socket.setSoTimeout(TIMEOUT);
			socket.setTcpNoDelay(true);
			Answers answers = new Answers(socket);
			Thread reader = new Thread(answers, name + "-reader");
			reader.start();
			for (int i = 0; !answers.hasSaidGoodbye() && !this.tally.isOver(); i++) {
				String line = name + " " + i;
				answers.expected.add(line);
				this.tally.sent();
				socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
				Thread.sleep(PAUSE_MILLIS);
			}
			socket.shutdownOutput();
			reader.join();
			if (!answers.expected.isEmpty()) {
				throw new IOException("not answered: " + answers.expected);
			}
		}
	}

	/** What comes back on one connection. */
	private final class Answers implements Runnable {

		private final Queue<String> expected = new ConcurrentLinkedQueue<>();

		private final BufferedReader in;

		private volatile boolean goodbye;

		Answers(Socket socket) throws IOException {
			this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
		}

		boolean hasSaidGoodbye() {
			return this.goodbye;
		}

		@Override
		public void run() {
			EchoTally tally = EchoClient.this.tally;
			try {
				for (String line = this.in.readLine(); line != null; line = this.in.readLine()) {
					if (line.equals(Echo.GOODBYE) && !this.goodbye) {
						this.goodbye = true;
						tally.goodbye();
					}
					else if (line.equals(this.expected.peek())) {
						this.expected.remove();
						tally.answered();
					}
					else {
						throw new IOException("'%s' in place of '%s'".formatted(line, this.expected.peek()));
					}
				}
				if (!this.goodbye && !tally.isOver()) {
					throw new IOException("the connection ended without a goodbye");
				}
			}
			catch (IOException ex) {
				tally.failed(Thread.currentThread().getName() + ": " + ex);
			}
			finally {
				this.goodbye = true;
			}
		}

	}

}
