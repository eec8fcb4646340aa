package io.pmboot.test;

/**
 * Sends two requests in one write, and wants both answers: what a server has received
 * before it says {@code Connection: close}, it answers.
 */
public final class PipelinedClient extends ConnectedClient {

	public PipelinedClient(HttpConnection.Opener opener) {
		super(opener);
	}

	@Override
	public void act(String id) throws RequestFailedException {
		HttpConnection connection = connected();
		String first = "/load/" + id + "/1";
		String second = "/load/" + id + "/2";
		connection.write(request(first) + request(second));
		connection.receive().require(first);
		HttpAnswer answer = connection.receive();
		answer.require(second);
		if (answer.closes()) {
			awaitEnd();
		}
	}

	private static String request(String target) {
		return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
	}

}
