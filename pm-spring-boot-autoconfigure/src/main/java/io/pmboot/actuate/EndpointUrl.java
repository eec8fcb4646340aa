package io.pmboot.actuate;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

import io.pmboot.env.RunDirectory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;

/**
 * Says in the run directory where the master's endpoint is, for workers that tell others
 * of it: what is configured says neither a port that was any free one nor what was
 * configured for the master alone.
 */
final class EndpointUrl {

	private static final Log logger = LogFactory.getLog(EndpointUrl.class);

	private final InetAddress address;

	private final @Nullable String path;

	private final Path file;

	/**
	 * Creates it.
	 * @param settings where the master's web server is
	 * @param path the path of the endpoint, or {@code null} where it is not exposed
	 */
	EndpointUrl(PmActuatorConfiguration.Settings settings, @Nullable String path) {
		this.address = settings.address();
		this.path = path;
		this.file = settings.runDirectory().resolve(RunDirectory.ENDPOINT_URL);
	}

	@EventListener
	void onStarted(WebServerInitializedEvent event) {
		int port = event.getWebServer().getPort();
		try {
			if (port > 0 && this.path != null) {
				String host = this.address.getHostAddress();
				Files.writeString(this.file, "http://%s:%d%s"
					.formatted((this.address instanceof Inet6Address) ? "[" + host + "]" : host, port, this.path));
			}
			else {
				Files.deleteIfExists(this.file);
			}
		}
		catch (IOException ex) {
			logger.warn("Workers cannot tell where the master's endpoint is: " + ex);
		}
	}

}
