package io.pmboot.env;

import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link OwnApplication}: which of the applications that a JVM runs is a
 * worker.
 */
class OwnApplicationTests {

	private static final String[] WORKER = { "--spring.profiles.active=worker", "--pm.worker.control-socket=/nowhere",
			"--PM_WORKER_GROUP=web", "--PM_WORKER_INDEX=0", "--spring.boot.enableautoconfiguration=false" };

	private final AtomicReference<ConfigurableApplicationContext> other = new AtomicReference<>();

	@AfterEach
	void close() {
		ConfigurableApplicationContext context = this.other.get();
		if (context != null) {
			context.close();
		}
		OwnApplication.leave();
	}

	@Test
	void aBootstrapContextIsNot() {
		SpringApplicationBuilder builder = builder(App.class, App.class).listeners(new Bootstrap());
		try (ConfigurableApplicationContext context = builder.run(WORKER)) {
			assertThat(isOwn(context)).isTrue();
			assertThat(isOwn(this.other.get())).isFalse();
		}
	}

	@Test
	void oneThatItRunsItselfIsNot() {
		SpringApplicationBuilder builder = builder(App.class, App.class)
			.initializers((context) -> this.other.set(builder(App.class, App.class).run(WORKER)));
		try (ConfigurableApplicationContext context = builder.run(WORKER)) {
			assertThat(isOwn(context)).isTrue();
			assertThat(isOwn(this.other.get())).isFalse();
		}
	}

	@Test
	void oneWithItsContextAsParentIsNot() {
		SpringApplicationBuilder builder = builder(App.class, App.class);
		try (ConfigurableApplicationContext context = builder.run(WORKER)) {
			this.other.set(builder(App.class, Other.class).parent(context).run(WORKER));
			assertThat(isOwn(context)).isTrue();
			assertThat(isOwn(this.other.get())).isFalse();
		}
	}

	@Test
	void oneAfterItIsNot() {
		try (ConfigurableApplicationContext context = builder(App.class, App.class).run(WORKER)) {
			this.other.set(builder(App.class, App.class).run(WORKER));
			assertThat(isOwn(context)).isTrue();
			assertThat(isOwn(this.other.get())).isFalse();
		}
	}

	@Test
	void oneBeforeItIsNot() {
		this.other.set(builder(App.class, Other.class).run(WORKER));
		try (ConfigurableApplicationContext context = builder(App.class, App.class).run(WORKER)) {
			assertThat(isOwn(context)).isTrue();
			assertThat(isOwn(this.other.get())).isFalse();
		}
	}

	@Test
	void whereTheMainClassIsNoSourceItIsTheFirstThatEnablesAutoConfiguration() {
		try (ConfigurableApplicationContext before = builder(Launcher.class, Plain.class).run(WORKER);
				ConfigurableApplicationContext context = builder(Launcher.class, Other.class).run(WORKER)) {
			this.other.set(builder(Launcher.class, App.class).run(WORKER));
			assertThat(isOwn(before)).isFalse();
			assertThat(isOwn(context)).isTrue();
			assertThat(isOwn(this.other.get())).isFalse();
		}
	}

	@Test
	void aParentIsNotThoughTheMainClassIsItsSource() {
		SpringApplicationBuilder child = builder(App.class, App.class).child(Other.class)
			.main(App.class)
			.web(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = child.run(WORKER)) {
			this.other.set((ConfigurableApplicationContext) context.getParent());
			assertThat(isOwn(context)).isTrue();
			assertThat(isOwn(this.other.get())).isFalse();
		}
	}

	@Test
	void ofSiblingsItIsTheMainClass() {
		SpringApplicationBuilder child = builder(App.class, Plain.class).child(Other.class)
			.main(App.class)
			.web(WebApplicationType.NONE);
		SpringApplicationBuilder sibling = child.sibling(new Class<?>[] { App.class }, WORKER)
			.main(App.class)
			.web(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = sibling.run(WORKER);
				ConfigurableApplicationContext first = child.context()) {
			this.other.set((ConfigurableApplicationContext) context.getParent());
			assertThat(isOwn(context)).isTrue();
			assertThat(isOwn(first)).isFalse();
			assertThat(isOwn(this.other.get())).isFalse();
		}
	}

	@Test
	void oneThatFailsOrClosesLeavesItToTheNext() {
		SpringApplicationBuilder failing = builder(App.class, App.class).initializers((context) -> {
			throw new IllegalStateException("no luck");
		});
		assertThatException().isThrownBy(() -> failing.run(WORKER));
		assertThat(OwnApplication.isFailureOfAnother()).isFalse();
		for (int i = 0; i < 2; i++) {
			try (ConfigurableApplicationContext context = builder(App.class, App.class).run(WORKER)) {
				assertThat(isOwn(context)).isTrue();
			}
		}
	}

	@Test
	void theFailureOfAnotherIsNotItsOwn() {
		SpringApplicationBuilder failing = builder(App.class, Other.class).initializers((context) -> {
			throw new IllegalStateException("no luck");
		});
		try (ConfigurableApplicationContext context = builder(App.class, App.class).run(WORKER)) {
			assertThatException().isThrownBy(() -> failing.run(WORKER));
			assertThat(isOwn(context)).isTrue();
			assertThat(OwnApplication.isFailureOfAnother()).isTrue();
		}
	}

	private static boolean isOwn(ConfigurableApplicationContext context) {
		return OwnApplication.isContext(context.getBeanFactory());
	}

	private static SpringApplicationBuilder builder(Class<?> main, Class<?> source) {
		return new SpringApplicationBuilder(source).main(main).web(WebApplicationType.NONE);
	}

	/** The application. */
	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class App {

	}

	/** What it may start beside itself. */
	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Other {

	}

	@Configuration
	static class Plain {

	}

	static class Launcher {

	}

	/** Does what the listener of Spring Cloud does. */
	private final class Bootstrap implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

		@Override
		public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
			if (event.getEnvironment().getProperty("bootstrap") == null) {
				OwnApplicationTests.this.other
					.set(builder(event.getSpringApplication().getMainApplicationClass(), Plain.class).listeners(this)
						.run("--bootstrap=true", WORKER[0]));
			}
		}

		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE + 5;
		}

	}

}
