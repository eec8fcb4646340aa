package io.pmboot.web.tomcat;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.pmboot.DrainReason;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.DrainingServer;
import io.pmboot.worker.DrainSpread;
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
public class SharedHttp11NioProtocol extends Http11NioProtocol implements DrainingServer {

	/** How long an HTTP/2 client may take to heed a GOAWAY before streams are refused. */
	private static final long GOAWAY_NANOS = TimeUnit.SECONDS.toNanos(5);

	private final SharedNioEndpoint endpoint;

	private @Nullable RequestTraffic traffic;

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

	void setListeners(List<AdoptedListener> listeners) {
		this.endpoint.setListeners(listeners);
	}

	void setSpread(DrainSpread spread) {
		this.endpoint.drain().setSpread(spread);
	}

	/**
	 * Counts the requests from now on; to be called before Tomcat sets its adapter.
	 * @param traffic where they are counted
	 */
	void count(RequestTraffic traffic) {
		this.traffic = traffic;
		traffic.use(this.endpoint.gate());
	}

	@Override
	public void setAdapter(Adapter adapter) {
		RequestTraffic traffic = this.traffic;
		super.setAdapter((traffic != null) ? new CountingAdapter(adapter, traffic) : adapter);
	}

	@Override
	public void addUpgradeProtocol(UpgradeProtocol upgradeProtocol) {
		if (upgradeProtocol instanceof Http2Protocol http2 && http2.getDrainTimeout() == 0) {
			http2.setDrainTimeout(GOAWAY_NANOS);
		}
		super.addUpgradeProtocol(upgradeProtocol);
	}

	@Override
	public void beginAccepting() {
		this.endpoint.gate().open();
	}

	@Override
	public void refuse(boolean refusing) {
		this.endpoint.gate().refuse(refusing);
	}

	@Override
	public int acceptors() {
		return this.endpoint.acceptors();
	}

	@Override
	public CompletionStage<Void> drain(DrainReason reason) {
		ConnectionDrain drain = this.endpoint.drain();
		drain.begin(reason);
		if (!reason.awaitsIdleConnections()) {
			endHttp2WhenIdle();
		}
		this.endpoint.gate().close(drain::acceptorsLeft);
		return drain.ended();
	}

	@Override
	public void hasten(DrainReason reason) {
		endHttp2WhenIdle();
		this.endpoint.drain().hasten(reason);
	}

	private void endHttp2WhenIdle() {
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

	@Override
	public int connections() {
		return this.endpoint.drain().connections();
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
