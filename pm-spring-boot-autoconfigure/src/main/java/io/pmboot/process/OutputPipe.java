package io.pmboot.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The output of a process, whose pipe may be held open for ever by what the process has
 * started. So it is read by an end of its own, because a read by that of the JDK cannot
 * be ended; it would hold a thread of the JDK, too.
 */
final class OutputPipe extends InputStream {

	private static final int CHECK_SECONDS = 1;

	private final InputStream source;

	private final @Nullable FileChannel channel;

	private volatile boolean waiting;

	private volatile boolean ended;

	private OutputPipe(InputStream source, @Nullable FileChannel channel) {
		this.source = source;
		this.channel = channel;
	}

	/**
	 * Opens it. May wait, as what opens a pipe does.
	 * @param process a process that was just started
	 * @return the pipe; that of the JDK where there is no other
	 */
	static OutputPipe of(Process process) {
		Path end = Path.of("/proc", Long.toString(process.pid()), "fd", "1");
		try {
			if (Files.readSymbolicLink(end).toString().startsWith("pipe:")) {
				FileChannel channel = FileChannel.open(end, StandardOpenOption.READ);
				process.getInputStream().close();
				return new OutputPipe(Channels.newInputStream(channel), channel);
			}
		}
		catch (IOException | RuntimeException ex) {
			// It has ended already, or there is no such file system.
		}
		return new OutputPipe(process.getInputStream(), null);
	}

	@Override
	public int read() {
		throw new UnsupportedOperationException("Only whole buffers are read");
	}

	@Override
	public int read(byte[] bytes, int offset, int length) throws IOException {
		this.waiting = true;
		try {
			int read = this.source.read(bytes, offset, length);
			this.ended |= read < 0;
			return read;
		}
		catch (ClosedChannelException ex) {
			return -1;
		}
		finally {
			this.waiting = false;
		}
	}

	/**
	 * Ends it as soon as it is empty: its process has exited.
	 * @param onHeld runs if others hold it open
	 */
	void endOnceEmpty(Runnable onHeld) {
		if (this.channel != null) {
			later(() -> check(false, onHeld));
		}
	}

	// Waiting twice: once may be the moment before something is read.
	private void check(boolean before, Runnable onHeld) {
		boolean now = this.waiting;
		if (now && before) {
			onHeld.run();
			close();
		}
		else if (!this.ended) {
			later(() -> check(now, onHeld));
		}
	}

	private static void later(Runnable check) {
		CompletableFuture.delayedExecutor(CHECK_SECONDS, TimeUnit.SECONDS).execute(check);
	}

	@Override
	public void close() {
		this.ended = true;
		try {
			this.source.close();
		}
		catch (IOException ex) {
			// Nothing of it is wanted any more.
		}
	}

}
