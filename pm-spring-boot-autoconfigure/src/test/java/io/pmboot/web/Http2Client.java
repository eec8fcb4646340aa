package io.pmboot.web;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One HTTP/2 connection at the level of frames, as far as these tests need it.
 */
public final class Http2Client implements AutoCloseable {

	public static final int DATA = 0;

	public static final int SETTINGS = 4;

	public static final int GOAWAY = 7;

	private static final int HEADERS = 1;

	private static final int PING = 6;

	private static final int END_STREAM = 1;

	private static final int END_HEADERS = 4;

	private final Socket socket;

	private final DataInputStream input;

	private final boolean tls;

	private Http2Client(Socket socket, boolean tls) throws IOException {
		this.socket = socket;
		this.tls = tls;
		this.socket.setSoTimeout(20_000);
		this.input = new DataInputStream(socket.getInputStream());
		socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
		write(SETTINGS, 0, 0, new byte[0]);
		next(SETTINGS);
		write(SETTINGS, 1, 0, new byte[0]);
	}

	public static Http2Client connect(InetSocketAddress address, boolean tls)
			throws IOException, GeneralSecurityException {
		Socket socket = new Socket(address.getAddress(), address.getPort());
		if (!tls) {
			return new Http2Client(socket, false);
		}
		SSLSocket secure = (SSLSocket) TestCertificates.trusting()
			.getSocketFactory()
			.createSocket(socket, "localhost", address.getPort(), true);
		SSLParameters parameters = secure.getSSLParameters();
		parameters.setApplicationProtocols(new String[] { "h2" });
		secure.setSSLParameters(parameters);
		return new Http2Client(secure, true);
	}

	public void get(int stream, String path) throws IOException {
		ByteArrayOutputStream block = new ByteArrayOutputStream();
		block.write(0x82); // :method GET
		block.write(this.tls ? 0x87 : 0x86); // :scheme
		literal(block, 0x04, path); // :path
		literal(block, 0x01, "localhost"); // :authority
		write(HEADERS, END_STREAM | END_HEADERS, stream, block.toByteArray());
	}

	private void literal(ByteArrayOutputStream block, int name, String value) {
		block.write(name);
		block.write(value.length());
		block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
	}

	private void write(int type, int flags, int stream, byte[] payload) throws IOException {
		ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
		frame.putInt((payload.length << 8) | type).put((byte) flags).putInt(stream).put(payload);
		this.socket.getOutputStream().write(frame.array());
	}

	/**
	 * Reads on to the next frame of a type, with content where it is DATA.
	 * @param type the type
	 * @return its payload
	 */
	public byte[] next(int type) throws IOException {
		while (true) {
			int lengthAndType = this.input.readInt();
			int flags = this.input.readUnsignedByte();
			this.input.readInt();
			byte[] payload = this.input.readNBytes(lengthAndType >>> 8);
			int actual = lengthAndType & 0xff;
			if (actual == PING && flags == 0) {
				write(PING, 1, 0, payload);
			}
			if (actual == type && (type != DATA || payload.length > 0)) {
				return payload;
			}
		}
	}

	/**
	 * Reads on to the end of the stream.
	 */
	public void awaitEnd() throws IOException {
		try {
			while (true) {
				next(-1);
			}
		}
		catch (EOFException ex) {
			// This is what was waited for.
		}
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
