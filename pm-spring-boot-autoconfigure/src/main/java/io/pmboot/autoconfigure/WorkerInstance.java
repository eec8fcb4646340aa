package io.pmboot.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

import de.codecentric.boot.admin.client.config.InstanceProperties;
import de.codecentric.boot.admin.client.registration.Application;
import de.codecentric.boot.admin.client.registration.ApplicationFactory;
import io.pmboot.control.Frame;
import io.pmboot.env.RunDirectory;

import org.springframework.util.StringUtils;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * What Spring Boot Admin is told of a worker: as of any application, but that its
 * Actuator is where the master relays to it. By host and port all workers of a group
 * would be one instance, and each question would go to whichever is free.
 */
final class WorkerInstance implements ApplicationFactory {

	private final ApplicationFactory applications;

	private final InstanceProperties instance;

	private final Frame.Welcome self;

	private final Path runDirectory;

	WorkerInstance(ApplicationFactory applications, InstanceProperties instance, Frame.Welcome self,
			Path runDirectory) {
		this.applications = applications;
		this.instance = instance;
		this.self = self;
		this.runDirectory = runDirectory;
	}

	/** Whether the master has a port by which it can be asked. */
	boolean isReachable() {
		return Files.exists(file());
	}

	private Path file() {
		return this.runDirectory.resolve(RunDirectory.ENDPOINT_URL);
	}

	@Override
	public Application createApplication() {
		Application plain = this.applications.createApplication();
		String name = this.self.group() + "-" + this.self.index();
		String management = StringUtils.hasText(this.instance.getManagementUrl()) ? this.instance.getManagementUrl()
				: managementUrl();
		String health = StringUtils.hasText(this.instance.getHealthUrl()) ? this.instance.getHealthUrl()
				: management + "/health";
		return Application.create(plain.getName())
			.serviceUrl(plain.getServiceUrl())
			.managementUrl(management)
			.healthUrl(health)
			.metadata(plain.getMetadata())
			.metadata("tags.worker", name)
			.metadata("generation", String.valueOf(this.self.generation()))
			.build();
	}

	private String managementUrl() {
		URI endpoint = endpoint();
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

	private URI endpoint() {
		try {
			return URI.create(Files.readString(file()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private String host(String literal) {
		InetAddress address = address(literal);
		if (address.isLoopbackAddress()) {
			return "localhost";
		}
		InetAddress told = address.isAnyLocalAddress() ? address("") : address;
		return switch (this.instance.getServiceHostType()) {
			case IP -> told.getHostAddress();
			case HOST_NAME -> told.getHostName();
			case CANONICAL_HOST_NAME -> told.getCanonicalHostName();
		};
	}

	// Without a name, this host.
	private static InetAddress address(String name) {
		try {
			return name.isEmpty() ? InetAddress.getLocalHost() : InetAddress.getByName(name);
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(
					"The name of this host is not known: set spring.boot.admin.client.instance.management-base-url to where the master's Actuator is",
					ex);
		}
	}

}
