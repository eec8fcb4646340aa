package io.pmboot.autoconfigure;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

import io.pmboot.env.RunDirectory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.util.StringUtils;

/**
 * Says in the run directory where the master's endpoint is, for workers that tell others
 * of it: what is configured says neither a port that was any free one nor what was
 * configured for the master alone.
 */
final class EndpointUrl implements DisposableBean {

	private static final Log logger = LogFactory.getLog(EndpointUrl.class);

	private final InetAddress address;

	private final @Nullable String path;

	private final Path file;

	private volatile @Nullable String url;

	/**
	 * Creates it.
	 * @param address where the master's web server listens
	 * @param path the path of the endpoint, or {@code null} where it is not exposed
	 * @param file the file that says so
	 */
	EndpointUrl(InetAddress address, @Nullable String path, Path file) {
		this.address = address;
		this.path = path;
		this.file = file;
	}

	/**
	 * Reads what such a file says.
	 * @param runDirectory the master's run directory
	 * @return the URL, or {@code null} where the master's endpoint has none
	 */
	static @Nullable String read(Path runDirectory) {
		try {
			String url = Files.readString(runDirectory.resolve(RunDirectory.ENDPOINT_URL));
			// Empty while it is being written.
			return url.isEmpty() ? null : url;
		}
		catch (IOException ex) {
			return null;
		}
	}

	@EventListener
	void onStarted(WebServerInitializedEvent event) {
		int port = event.getWebServer().getPort();
		if (port > 0 && this.path != null) {
			this.url = "http://%s:%d%s/".formatted(literal(this.address), port,
					StringUtils.trimTrailingCharacter(this.path, '/'));
			check();
		}
	}

	static String literal(InetAddress address) {
		String literal = address.getHostAddress();
		return (address instanceof Inet6Address) ? "[" + literal + "]" : literal;
	}

	/** Says it again where the file was removed. No fork fails for want of it. */
	void check() {
		String url = this.url;
		try {
			if (url != null && Files.notExists(this.file)) {
				Files.writeString(this.file, url);
			}
		}
		catch (IOException ex) {
			logger.warn("Workers cannot tell where the master's endpoint is: " + ex);
		}
	}

	@Override
	public void destroy() throws IOException {
		this.url = null;
		Files.deleteIfExists(this.file);
	}

}
