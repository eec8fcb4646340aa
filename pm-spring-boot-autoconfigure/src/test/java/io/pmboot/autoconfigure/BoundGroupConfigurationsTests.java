package io.pmboot.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

import io.pmboot.control.Frame;
import io.pmboot.control.Frame.Configuration.Property;
import io.pmboot.master.GroupSettings;
import io.pmboot.socket.ListenAddress;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link BoundGroupConfigurations}: what a master makes of what a new version
 * says.
 */
class BoundGroupConfigurationsTests {

	private final ConfigurableEnvironment environment = new StandardEnvironment();

	private PmProperties started = started(Map.of());

	@Test
	void whatTheNewVersionSaysHolds() {
		this.started = started(Map.of("pm.worker.heartbeat-interval", "7s"));
		GroupSettings web = settings("pm.groups.web.listen[0]=8080", "pm.groups.web.listen[1]=127.0.0.1:8081",
				"pm.groups.web.children=3", "pm.groups.web.environment.FOO_bar=x", "pm.groups.web.start-timeout=9s",
				"pm.groups.web.maxHeartbeatLost=4", "pm.groups.web.reload.drain-timeout=11s");
		assertThat(web.name()).isEqualTo("web");
		assertThat(web.properties().listen()).containsExactly(ListenAddress.of("8080"),
				ListenAddress.of("127.0.0.1:8081"));
		assertThat(web.properties().children().count()).isEqualTo(3);
		assertThat(web.program().environment()).isEqualTo(Map.of("FOO_bar", "x"));
		assertThat(web.properties().startTimeout()).isEqualTo(Duration.ofSeconds(9));
		assertThat(web.properties().maxHeartbeatLost()).isEqualTo(4);
		assertThat(web.heartbeatInterval()).isEqualTo(Duration.ofSeconds(7));
		assertThat(web.properties().reload().drainTimeout()).isEqualTo(Duration.ofSeconds(11));
	}

	@Test
	void whatTheMasterWasStartedWithWins() {
		commandLine("--pm.groups.web.children=5", "--my.timeout=12s", "--pm.groups.jobs.children=1");
		this.environment.getPropertySources()
			.replace("systemEnvironment", new SystemEnvironmentPropertySource("systemEnvironment",
					Map.of("PM_GROUPS_WEB_STARTTIMEOUT", "${my.timeout}", "PM_GROUPS_WEB_CHILDREN", "9")));
		GroupSettings web = settings("pm.groups.web.children=3", "pm.groups.web.start-timeout=9s");
		assertThat(web.properties().children().count()).isEqualTo(5);
		assertThat(web.properties().startTimeout()).isEqualTo(Duration.ofSeconds(12));
	}

	@Test
	void filesThatTheMasterReadDoNotCount() {
		this.environment.getPropertySources()
			.addLast(new MapPropertySource("Config resource 'application.properties'",
					Map.of("pm.groups.web.children", "9", "pm.groups.web.serial-start", "true")));
		GroupSettings web = settings("pm.groups.web.listen=8080");
		assertThat(web.properties().children().count()).isEqualTo(2);
		assertThat(web.properties().serialStart()).isFalse();
	}

	@Test
	void aGroupThatOnlyTheCommandLineNamesStays() {
		commandLine("--pm.groups.web.listen=8080");
		assertThat(settings().properties().listen()).hasSize(1);
	}

	@Test
	void aGroupThatIsGoneIsRefused() {
		commandLine("--pm.groups.jobs.listen=8080");
		refused().withMessageContaining("It has no pm.groups.web.… any more")
			.withMessageContaining("start the master again");
	}

	@Test
	void badValuesAreRefusedAsAtTheStart() {
		refused("pm.groups.web.children=-1", "pm.groups.web.listen=nowhere").withMessage("""
				The new version's configuration of group 'web' is refused:
				Binding to target io.pmboot.autoconfigure.PmProperties failed:

				    Property: pm.groups.web.listen
				    Value: "nowhere"
				    Reason: %s

				    Property: pm.groups.web.children
				    Value: "-1"
				    Reason: must be 'auto' or a number from 0 to 1000

				Update your application's configuration""".formatted(reason("nowhere")));
	}

	private static String reason(String address) {
		try {
			return String.valueOf(ListenAddress.of(address));
		}
		catch (IllegalArgumentException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

	@Test
	void valuesOfAnotherTypeAreRefusedAsAtTheStart() {
		refused("pm.groups.web.start-timeout=soon").withMessageContaining("pm.groups.web.start-timeout")
			.withMessageContaining("Value: \"soon\"")
			.withMessageContaining("Origin: line 1")
			.withMessageContaining("Update your application's configuration");
	}

	@Test
	void unknownNamesAreRefused() {
		refused("pm.groups.web.listen=8080", "pm.groups.web.chidlren=3").withMessageContaining("pm.groups.web.chidlren")
			.withMessageContaining("Origin: line 2")
			.withMessageContaining("left unbound");
	}

	@Test
	void thePortOfTheMasterIsRefused() {
		this.started = started(Map.of("pm.master.port", "8079"));
		refused("pm.groups.web.listen=8079").withMessageContaining("the port is that of the master's Actuator");
	}

	@Test
	void aMainClassIsNotLookedForInTheOldVersion() {
		assertThat(settings("pm.groups.web.main-class=com.example.New").program().mainClass())
			.isEqualTo("com.example.New");
	}

	@Test
	void otherGroupsAreNotLookedAt() {
		assertThat(settings("pm.groups.web.listen=8080", "pm.groups.jobs.nonsense=1").properties().listen()).hasSize(1);
		assertThat(this.started.groups()).isEmpty();
	}

	private static PmProperties started(Map<String, String> properties) {
		return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("pm", PmProperties.class);
	}

	private void commandLine(String... arguments) {
		this.environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(arguments));
	}

	private ThrowableAssertAlternative<?> refused(String... lines) {
		return assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> {
			try {
				settings(lines);
			}
			catch (CompletionException ex) {
				throw ex.getCause();
			}
		});
	}

	private GroupSettings settings(String... lines) {
		List<Property> properties = new ArrayList<>();
		for (String line : lines) {
			int equals = line.indexOf('=');
			properties.add(new Property(line.substring(0, equals), line.substring(equals + 1),
					"line " + (properties.size() + 1)));
		}
		BoundGroupConfigurations configurations = new BoundGroupConfigurations(this.started, this.environment,
				new DefaultListableBeanFactory());
		return configurations.settings("web", new Frame.Configuration(properties)).toCompletableFuture().join();
	}

}
