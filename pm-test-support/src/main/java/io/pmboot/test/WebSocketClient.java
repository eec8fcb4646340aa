package io.pmboot.test;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Sends messages that come back (RFC 6455). The server may close with status 1001, going
 * away; anything else that ends the connection is a failure.
 */
public final class WebSocketClient extends ConnectedClient {

	private static final int TEXT = 0x81;

	private static final int CLOSE = 0x88;

	private static final int PING = 0x89;

	private static final int MAX_LENGTH = 125;

	private static final int GOING_AWAY = 1001;

	public WebSocketClient(HttpConnection.Opener opener) {
		super(opener);
	}

	@Override
	public void act(String id) throws RequestFailedException {
		while (!echo(id)) {
			disconnect();
		}
	}

	/**
	 * Sends a message and waits for it.
	 * @param text the message
	 * @return whether it came back; it does not where the server goes away
	 * @throws RequestFailedException where neither happens
	 */
	private boolean echo(String text) throws RequestFailedException {
		HttpConnection connection = connected();
		@Nullable RequestFailedException failure = null;
		try {
			send(connection, TEXT, text.getBytes(StandardCharsets.UTF_8));
		}
		catch (RequestFailedException ex) {
			// The server may have said goodbye before, which has not been read yet.
			failure = ex;
		}
		while (true) {
			byte[] head = connection.receive(2);
			int type = head[0] & 0xff;
			int length = head[1] & 0xff;
			if (length > MAX_LENGTH) {
				throw new RequestFailedException(FailureKind.MALFORMED, "a frame of length " + length);
			}
			byte[] payload = connection.receive(length);
			if (type == CLOSE) {
				goodbye(connection, payload, failure == null);
				return false;
			}
			if (failure != null) {
				throw failure;
			}
			if (type == TEXT) {
				HttpAnswer.requireBody(text, new String(payload, StandardCharsets.UTF_8));
				return true;
			}
			if (type != PING) {
				throw new RequestFailedException(FailureKind.MALFORMED, "a frame of type " + type);
			}
			send(connection, 0x8A, payload);
		}
	}

	private static void goodbye(HttpConnection connection, byte[] payload, boolean connected)
			throws RequestFailedException {
		int status = (payload.length < 2) ? 0 : (payload[0] & 0xff) << 8 | payload[1] & 0xff;
		if (status != GOING_AWAY) {
			throw new RequestFailedException(FailureKind.CLOSE_STATUS, Integer.toString(status));
		}
		if (!connected) {
			return;
		}
		try {
			send(connection, CLOSE, payload);
		}
		catch (RequestFailedException ex) {
			// Some servers close the connection without waiting for the answer.
			return;
		}
		connection.awaitEnd();
	}

	@Override
	void opened(HttpConnection connection) throws RequestFailedException {
		connection.send("GET", "/socket", Map.of("Connection", "Upgrade", "Upgrade", "websocket",
				"Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="), "");
		int status = connection.receiveHead().status();
		if (status != 101) {
			throw new RequestFailedException(FailureKind.STATUS, status + " for an upgrade");
		}
	}

	// Masked with zeros.
	private static void send(HttpConnection connection, int type, byte[] payload) throws RequestFailedException {
		byte[] frame = new byte[6 + payload.length];
		frame[0] = (byte) type;
		frame[1] = (byte) (0x80 | payload.length);
		System.arraycopy(payload, 0, frame, 6, payload.length);
		connection.write(frame);
	}

}
