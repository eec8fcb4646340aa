package io.pmboot.web.servlet;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;

/**
 * Writes to a stream of events what it is given, at once: the container, which sends at
 * the end what was not flushed, knows nothing of a buffer here.
 */
final class EventStreamWriter extends Writer {

	private final OutputStream stream;

	private final OutputStreamWriter encoder;

	EventStreamWriter(OutputStream stream, String encoding) throws IOException {
		this.stream = stream;
		this.encoder = new OutputStreamWriter(new Unflushed(stream), encoding);
	}

	@Override
	public void write(char[] characters, int offset, int length) throws IOException {
		this.encoder.write(characters, offset, length);
		this.encoder.flush();
	}

	@Override
	public void flush() throws IOException {
		this.stream.flush();
	}

	@Override
	public void close() throws IOException {
		this.stream.close();
	}

	/** Lets the encoder hand on its bytes without a flush of the response. */
	private static final class Unflushed extends FilterOutputStream {

		Unflushed(OutputStream stream) {
			super(stream);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			this.out.write(bytes, offset, length);
		}

		@Override
		public void flush() {
			// The encoder's alone.
		}

	}

}
