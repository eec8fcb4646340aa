package io.pmboot.ready;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.pmboot.worker.ReadyCheck;
import io.pmboot.worker.ReadyCheck.ReadyCheckException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ReadyChecks#healthGroup} with Boot's own health.
 */
@Timeout(60)
class HealthGroupCheckTests {

	private volatile Health stock = Health.down().build();

	private final BlockingQueue<String> waiting = new LinkedBlockingQueue<>();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(EndpointAutoConfiguration.class,
				HealthContributorRegistryAutoConfiguration.class, HealthEndpointAutoConfiguration.class))
		.withBean("stock", HealthIndicator.class, () -> () -> this.stock)
		.withBean("mail", HealthIndicator.class, () -> () -> Health.up().build())
		.withPropertyValues("management.endpoints.web.exposure.include=health",
				"management.endpoint.health.group.deploy.include=stock,mail");

	@Test
	void waitsUntilTheGroupIsUpAndSaysWhy() {
		this.runner.run((context) -> {
			CompletableFuture<Void> passed = CompletableFuture.runAsync(() -> pass(check(context, "deploy")));
			assertThat(this.waiting.poll(30, TimeUnit.SECONDS)).isEqualTo("health group 'deploy' is DOWN (stock DOWN)");
			this.stock = Health.outOfService().build();
			assertThat(this.waiting.poll(30, TimeUnit.SECONDS))
				.isEqualTo("health group 'deploy' is OUT_OF_SERVICE (stock OUT_OF_SERVICE)");
			assertThat(passed).isNotDone();
			this.stock = Health.up().build();
			passed.get(30, TimeUnit.SECONDS);
			assertThat(this.waiting).isEmpty();
		});
	}

	@Test
	void aGroupThatIsNotThereNamesThoseThatAre() {
		this.runner.run((context) -> assertThatExceptionOfType(ReadyCheckException.class)
			.isThrownBy(() -> check(context, "deplay").pass(this.waiting::add))
			.withMessageContaining(
					"pm.groups.web.reload.health-group names the health group 'deplay', which this application does not have; it has: deploy.")
			.withMessageContaining("management.endpoint.health.group.deplay.include"));
	}

	@Test
	void aGroupInWhichNobodyTellsAHealthIsToldOf() {
		this.runner.withPropertyValues("management.endpoint.health.group.empty.exclude=*")
			.run((context) -> assertThatExceptionOfType(ReadyCheckException.class)
				.isThrownBy(() -> check(context, "empty").pass(this.waiting::add))
				.withMessageContaining("names the health group 'empty', and nothing in that tells a health."));
	}

	private static ReadyCheck check(ApplicationContext context, String healthGroup) {
		return ReadyChecks.healthGroup("web", healthGroup, context);
	}

	private void pass(ReadyCheck check) {
		try {
			check.pass(this.waiting::add);
		}
		catch (ReadyCheckException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
