package io.pmboot.web.tomcat;

import io.pmboot.accept.Requests;
import io.pmboot.web.SharedWebServer;
import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.coyote.UpgradeProtocol;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http2.Http2Protocol;
import org.jspecify.annotations.Nullable;

/**
 * HTTP on listeners that this worker shares with others. Public because Tomcat makes it
 * by its name; not for use by applications.
 */
public class SharedHttp11NioProtocol extends Http11NioProtocol {

	private final SharedNioEndpoint endpoint;

	private @Nullable Requests<Request> requests;

	/**
	 * Creates the protocol, without listeners.
	 */
	public SharedHttp11NioProtocol() {
		this(new SharedNioEndpoint());
	}

	private SharedHttp11NioProtocol(SharedNioEndpoint endpoint) {
		super(endpoint);
		this.endpoint = endpoint;
	}

	/**
	 * Accepts for a worker; to be called before Tomcat sets its adapter.
	 * @param server the worker's Tomcat
	 */
	void setServer(SharedTomcat server) {
		this.requests = server.requests();
		this.endpoint.setServer(server);
	}

	@Override
	public void setAdapter(Adapter adapter) {
		Requests<Request> requests = this.requests;
		super.setAdapter((requests != null) ? new CountingAdapter(adapter, requests) : adapter);
	}

	@Override
	public void addUpgradeProtocol(UpgradeProtocol upgradeProtocol) {
		if (upgradeProtocol instanceof Http2Protocol http2 && http2.getDrainTimeout() == 0) {
			http2.setDrainTimeout(SharedWebServer.GOAWAY.toNanos());
		}
		super.addUpgradeProtocol(upgradeProtocol);
	}

	ConnectionDrain drain() {
		return this.endpoint.drain();
	}

	boolean isPolling() {
		return this.endpoint.isPolling();
	}

	void endHttp2WhenIdle() {
		for (UpgradeProtocol upgradeProtocol : findUpgradeProtocols()) {
			if (upgradeProtocol instanceof Http2Protocol http2) {
				http2.setKeepAliveTimeout(1);
			}
		}
	}

	@Override
	protected Processor createProcessor() {
		return new Http11DrainProcessor(this, getAdapter());
	}

	/**
	 * Asked for each request, by the thread that serves it. One request at most makes its
	 * response announce the end of the connection.
	 */
	@Override
	public int getMaxKeepAliveRequests() {
		Http11DrainProcessor processor = Http11DrainProcessor.headerRead();
		return (isDraining() && (processor == null || processor.isLast())) ? 1 : super.getMaxKeepAliveRequests();
	}

	// The protocol above asks before the endpoint is there.
	private boolean isDraining() {
		return this.endpoint != null && this.endpoint.drain().isDraining();
	}

	/**
	 * Called for each response with a body before its header is written, which makes it
	 * the place to announce the end of the connection in a response to a request that was
	 * in flight when the drain began: for that one Tomcat has decided to keep the
	 * connection. Not where the length is unknown, because the body would then be
	 * delimited by the end of the connection.
	 */
	@Override
	public boolean useCompression(Request request, Response response) {
		boolean compress = super.useCompression(request, response);
		if (isDraining() && Http11DrainProcessor.isLast(request) && response.getContentLengthLong() >= 0
				&& request.protocol().startsWithIgnoreCase("HTTP/1", 0)) {
			response.setHeader("Connection", "close");
		}
		return compress;
	}

}
