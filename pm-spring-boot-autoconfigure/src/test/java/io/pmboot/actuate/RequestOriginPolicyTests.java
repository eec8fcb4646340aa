package io.pmboot.actuate;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RequestOriginPolicyTests {

	private final RequestOriginPolicy loopback = RequestOriginPolicy.boundTo(InetAddress.getLoopbackAddress());

	private final RequestOriginPolicy anywhere = new RequestOriginPolicy(false, "ops-1.example");

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "LocalHost:8079", "127.0.0.1", "127.0.0.1:8079", "127.255.255.254:1", "[::1]",
			"[::1]:8079", "[0:0:0:0:0:0:0:1]:8079", "[::ffff:127.0.0.1]:8079" })
	void hostOfLoopback(String host) {
		assertThat(this.loopback.refusal(host, null, null)).isNull();
		assertThat(this.anywhere.refusal(host, null, null)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", ":8079", "evil.example", "evil.example:8079", "localhost.evil.example",
			"127.0.0.1.evil.example", "localhost.", "sub.localhost", "localhost:", "localhost:port", "localhost:1:2",
			"::1", "[::1", "[::1]x", "[evil.example]", "[localhost]", "[127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1",
			"127.0.0.256", "127.0.0", "127.0.0.1.", "user@localhost", "localhost/", "localhost, evil.example" })
	void hostOfNobody(String host) {
		assertThat(this.loopback.refusal(host, null, null)).contains("'" + host + "'");
		assertThat(this.anywhere.refusal(host, null, null)).contains("'" + host + "'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "10.1.2.3", "10.1.2.3:8079", "0.0.0.0:8079", "128.0.0.1", "[2001:db8::1]:8079", "[::]",
			"ops-1.example", "OPS-1.example:8079" })
	void hostOfAServerBeyondLoopback(String host) {
		assertThat(this.loopback.refusal(host, null, null)).contains("use localhost or a loopback address");
		assertThat(this.anywhere.refusal(host, null, null)).isNull();
	}

	@Test
	void wildcardIsBeyondLoopback() throws UnknownHostException {
		RequestOriginPolicy policy = RequestOriginPolicy.boundTo(InetAddress.getByAddress(new byte[4]));
		assertThat(policy.refusal("10.1.2.3:8079", null, null)).isNull();
		assertThat(policy.refusal("evil.example:8079", null, null)).isNotNull();
	}

	@Test
	void hostMayBeMissing() {
		assertThat(this.loopback.refusal(null, null, null)).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "localhost:8079, http://localhost:8079", "localhost:8079, https://LOCALHOST:8079",
			"localhost, http://localhost", "localhost, http://localhost:80", "localhost:443, https://localhost",
			"[::1]:8079, http://[::1]:8079" })
	void originThatIsTheHost(String host, String origin) {
		assertThat(this.loopback.refusal(host, origin, "same-origin")).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "localhost:8079, http://localhost:3000", "localhost:8079, http://localhost",
			"localhost:8079, http://127.0.0.1:8079", "localhost:8079, http://evil.example:8079",
			"localhost:8079, http://localhost:8079.evil.example", "localhost:8079, http://evil@localhost:8079",
			"localhost:8079, http://localhost:8079/", "localhost, https://localhost:80", "localhost:8079, null",
			"localhost:8079, ''", "localhost:8079, localhost:8079", "localhost, file://" })
	void originThatIsNotTheHost(String host, String origin) {
		assertThat(this.loopback.refusal(host, origin, null)).contains("Origin '" + origin + "'");
	}

	@Test
	void originWithoutHostIsRefused() {
		assertThat(this.loopback.refusal(null, "http://localhost", null)).contains("Origin");
	}

	@ParameterizedTest
	@CsvSource({ "cross-site, true", "Cross-Site, true", "same-site, false", "same-origin, false", "none, false" })
	void fetchSite(String fetchSite, boolean refused) {
		assertThat(this.loopback.refusal("localhost", null, fetchSite) != null).isEqualTo(refused);
	}

}
