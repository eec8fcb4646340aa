package io.pmboot.autoconfigure;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.stream.Stream;

import de.codecentric.boot.admin.client.config.ClientProperties;
import de.codecentric.boot.admin.client.config.InstanceProperties;
import de.codecentric.boot.admin.client.config.ServiceHostType;
import de.codecentric.boot.admin.client.registration.Application;
import de.codecentric.boot.admin.client.registration.ApplicationFactory;
import io.pmboot.control.Frame;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * What Spring Boot Admin is told of a worker: as of any application, but that its
 * Actuator is where the master relays to it. By host and port all workers of a group
 * would be one instance, and each question would go to whichever is free. They are, where
 * the server cannot ask the master.
 */
final class WorkerInstance implements ApplicationFactory {

	private static final Log logger = LogFactory.getLog(WorkerInstance.class);

	private final ApplicationFactory applications;

	private final ClientProperties client;

	private final InstanceProperties instance;

	private final Frame.Welcome self;

	private final Path runDirectory;

	private boolean told;

	WorkerInstance(ApplicationFactory applications, ClientProperties client, InstanceProperties instance,
			Frame.Welcome self, Path runDirectory) {
		this.applications = applications;
		this.client = client;
		this.instance = instance;
		this.self = self;
		this.runDirectory = runDirectory;
	}

	@Override
	public Application createApplication() {
		Application plain = this.applications.createApplication();
		if (StringUtils.hasText(this.instance.getManagementUrl())
				|| StringUtils.hasText(this.instance.getHealthUrl())) {
			return plain;
		}
		String endpoint = EndpointUrl.read(this.runDirectory);
		String unreachable = unreachable(endpoint);
		if (endpoint == null || unreachable != null) {
			tellOnce(unreachable);
			return plain;
		}
		String management = managementUrl(URI.create(endpoint));
		return Application.create(plain.getName())
			.serviceUrl(plain.getServiceUrl())
			.managementUrl(management)
			.healthUrl(management + "/health")
			.metadata(plain.getMetadata())
			.metadata("tags.worker", this.self.group() + "-" + this.self.index())
			.metadata("generation", String.valueOf(this.self.generation()))
			.build();
	}

	private void tellOnce(@Nullable String why) {
		if (!this.told) {
			this.told = true;
			logger.warn(
					"All workers here are one instance for Spring Boot Admin, which has whichever is free answer: the master's Actuator, by which it would ask one of them, "
							+ why);
		}
	}

	private @Nullable String unreachable(@Nullable String endpoint) {
		if (endpoint == null) {
			return "has no port (pm.master.port=-1), or does not expose the endpoint pm";
		}
		if (StringUtils.hasText(this.instance.getManagementBaseUrl())
				|| !address(URI.create(endpoint).getHost()).isLoopbackAddress()) {
			return null;
		}
		return Stream.of(this.client.getUrl())
			.map((url) -> UriComponentsBuilder.fromUriString(url).build().getHost())
			.filter((host) -> host != null && !isHere(host))
			.findFirst()
			.map("is on loopback (pm.master.actuator-address), and the server on %s. Let it be reached, or say by spring.boot.admin.client.instance.management-base-url where it is"::formatted)
			.orElse(null);
	}

	private static boolean isHere(String host) {
		try {
			InetAddress address = InetAddress.getByName(host);
			return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
		}
		catch (UnknownHostException | SocketException ex) {
			// Then nothing is registered there either.
			return true;
		}
	}

	private String managementUrl(URI endpoint) {
		String baseUrl = this.instance.getManagementBaseUrl();
		UriComponentsBuilder url = StringUtils.hasText(baseUrl) ? UriComponentsBuilder.fromUriString(baseUrl)
				: UriComponentsBuilder.newInstance()
					.scheme(endpoint.getScheme())
					.host(host(endpoint.getHost()))
					.port(endpoint.getPort());
		return url.path(endpoint.getPath())
			.pathSegment("workers", this.self.group(), String.valueOf(this.self.index()))
			.toUriString();
	}

	// By a literal address, which the master takes for its own whatever names there are.
	private String host(String literal) {
		if (!address(literal).isAnyLocalAddress()) {
			return literal;
		}
		try {
			InetAddress host = InetAddress.getLocalHost();
			// Not the canonical one, which the master would take for a stranger's.
			return (this.instance.getServiceHostType() == ServiceHostType.IP) ? EndpointUrl.literal(host)
					: host.getHostName();
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(
					"The name of this host is not known: set spring.boot.admin.client.instance.management-base-url to where the master's Actuator is",
					ex);
		}
	}

	private static InetAddress address(String literal) {
		try {
			return InetAddress.getByName(literal);
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
