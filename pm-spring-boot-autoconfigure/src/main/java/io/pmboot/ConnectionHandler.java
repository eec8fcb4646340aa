package io.pmboot;

/**
 * Serves a protocol that is not HTTP on the listeners of a worker's group. A bean of it,
 * one and no more, takes the place of a web server: the worker is to have none
 * ({@code spring.main.web-application-type=none} in the group's own file), and its start
 * fails where it has both. The worker accepts from the moment in which the master
 * activates it until it drains; a connection goes to whichever worker of the group is
 * faster. The drain ends when the last connection is closed, or when its time is up: then
 * what is still open is closed.
 * <p>
 * A handler that echoes lines and says goodbye when its worker is to end: <pre>
 * &#64;Component
 * &#64;Profile("echo")
 * class Echo implements ConnectionHandler {
 *
 *   &#64;Override
 *   public void handle(Connection connection) throws IOException {
 *     Socket socket = connection.channel().socket();
 *     BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
 *     PrintWriter out = new PrintWriter(socket.getOutputStream(), true, UTF_8);
 *     connection.onDrain(() -&gt; out.println("goodbye"));
 *     for (String line = in.readLine(); line != null; line = in.readLine()) {
 *       out.println(line);
 *     }
 *   }
 *
 * }
 * </pre>
 *
 * @since 0.1
 */
@FunctionalInterface
public interface ConnectionHandler {

	/** What {@link #maxConnections()} is unless a handler says otherwise. */
	int DEFAULT_MAX_CONNECTIONS = 8192;

	/**
	 * Serves one connection, from its first byte to its last. Called on a thread of the
	 * connection's own, which may block: a virtual one on Java 21 and later. The
	 * connection is closed when this returns or throws; what it throws is logged, and
	 * concerns no other connection.
	 * @param connection the connection
	 * @throws Exception where it cannot be served any further
	 */
	void handle(Connection connection) throws Exception;

	/**
	 * How many connections of this worker may be open at a time. A worker that has so
	 * many accepts no more until one is closed, and leaves new ones to the other workers
	 * of its group. With several listeners, as many more may be open for a moment as
	 * there are further listeners. Asked once, when the worker starts.
	 * @return the number, 1 at least
	 */
	default int maxConnections() {
		return DEFAULT_MAX_CONNECTIONS;
	}

}
