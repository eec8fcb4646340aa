package io.pmboot.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;

import io.pmboot.master.ListenFailedException;
import io.pmboot.socket.AddressInUseException;
import io.pmboot.socket.ListenAddress;
import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ListenFailedFailureAnalyzer}.
 */
class ListenFailedFailureAnalyzerTests {

	@Test
	void saysHowToFindWhoListensOnAUnixSocket() {
		FailureAnalysis analysis = analyze(new AddressInUseException(Path.of("/run/web.sock")));
		assertThat(analysis.getDescription()).isEqualTo("Group 'web' cannot listen on unix:/run/web.sock: "
				+ "Cannot listen on unix:/run/web.sock: another process listens there already.");
		assertThat(analysis.getAction()).isEqualTo("Stop the process that listens on unix:/run/web.sock "
				+ "(ss -lxp names it), or change pm.groups.web.listen.");
	}

	@Test
	void saysWhatIsInTheWay() {
		FailureAnalysis analysis = analyze(new IOException("there is a directory already"));
		assertThat(analysis.getDescription()).contains("unix:/run/web.sock").contains("there is a directory already");
		assertThat(analysis.getAction()).contains("pm.groups.web.listen");
	}

	private static FailureAnalysis analyze(IOException cause) {
		ListenFailedException failure = new ListenFailedException("web", ListenAddress.of("unix:/run/web.sock"), cause);
		FailureAnalysis analysis = new ListenFailedFailureAnalyzer().analyze(failure);
		assertThat(analysis).isNotNull();
		return analysis;
	}

}
