package io.pmboot.master;

import java.io.IOException;
import java.nio.file.Path;

import io.pmboot.socket.AddressInUseException;
import io.pmboot.socket.ListenAddress;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ListenFailedException}.
 */
class ListenFailedExceptionTests {

	@Test
	void saysHowToFindWhoListensOnAUnixSocket() {
		ListenFailedException failure = failure(new AddressInUseException(Path.of("/run/web.sock")));
		assertThat(failure).hasMessage("Group 'web' cannot listen on unix:/run/web.sock: "
				+ "Cannot listen on unix:/run/web.sock: another process listens there already");
		assertThat(failure.action()).isEqualTo("Stop the process that listens on unix:/run/web.sock "
				+ "(ss -lxp names it), or change pm.groups.web.listen.");
	}

	@Test
	void saysWhatIsInTheWay() {
		ListenFailedException failure = failure(new IOException("there is a directory already"));
		assertThat(failure).hasMessageContaining("unix:/run/web.sock")
			.hasMessageContaining("there is a directory already");
		assertThat(failure.action()).contains("pm.groups.web.listen");
	}

	private static ListenFailedException failure(IOException cause) {
		return new ListenFailedException("web", ListenAddress.of("unix:/run/web.sock"), cause);
	}

}
