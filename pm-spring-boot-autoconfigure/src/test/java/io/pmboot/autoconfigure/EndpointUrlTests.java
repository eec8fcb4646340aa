package io.pmboot.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

import io.pmboot.env.RunDirectory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class EndpointUrlTests {

	@TempDir
	private Path runDirectory;

	@ParameterizedTest
	@CsvSource({ "127.0.0.2, /actuator/pm, http://127.0.0.2:8079/actuator/pm/",
			"::1, /manage/master/, http://[0:0:0:0:0:0:0:1]:8079/manage/master/" })
	void whereTheServerListensIsToldUntilItsEnd(String address, String path, String url) throws IOException {
		EndpointUrl endpoint = endpoint(address, path);
		endpoint.check();
		assertThat(told()).isNull();
		endpoint.onStarted(started(8079));
		assertThat(told()).isEqualTo(url);
		Files.delete(file());
		endpoint.check();
		assertThat(told()).isEqualTo(url);
		endpoint.destroy();
		endpoint.check();
		assertThat(told()).isNull();
	}

	@Test
	void ofAServerWithoutAPortOrEndpointNothingIsTold() throws IOException {
		endpoint("127.0.0.1", "/actuator/pm").onStarted(started(-1));
		endpoint("127.0.0.1", null).onStarted(started(8079));
		assertThat(file()).doesNotExist();
	}

	@Test
	void whatAKilledMasterLeftIsNotBelieved() throws IOException {
		Files.writeString(file(), "http://127.0.0.1:1/actuator/pm/");
		RunDirectory.open(this.runDirectory);
		assertThat(told()).isNull();
	}

	private EndpointUrl endpoint(String address, @Nullable String path) throws IOException {
		return new EndpointUrl(InetAddress.getByName(address), path, file());
	}

	private Path file() {
		return this.runDirectory.resolve(RunDirectory.ENDPOINT_URL);
	}

	private @Nullable String told() {
		return EndpointUrl.read(this.runDirectory);
	}

	private static WebServerInitializedEvent started(int port) {
		WebServer server = mock(WebServer.class);
		given(server.getPort()).willReturn(port);
		WebServerInitializedEvent event = mock(WebServerInitializedEvent.class);
		given(event.getWebServer()).willReturn(server);
		return event;
	}

}
