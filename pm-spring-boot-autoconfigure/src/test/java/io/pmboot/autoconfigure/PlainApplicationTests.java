package io.pmboot.autoconfigure;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.example.app.ShopApplication;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * With neither profile, the starter does nothing.
 */
class PlainApplicationTests {

	@ParameterizedTest
	@ValueSource(strings = { "--a=b", "--pm.enabled=false", "--pm.groups.web.listen=8080" })
	void hasTheSameBeansThreadsAndPropertiesAsWithoutTheStarter(String argument) {
		ClassLoader own = getClass().getClassLoader();
		Snapshot without = run(new WithoutStarter(own), "--a=b");
		Snapshot with = run(own, argument);
		assertThat(without.beans()).contains("shopController");
		assertThat(with.beans()).isEqualTo(without.beans());
		assertThat(with.threads()).isEqualTo(without.threads());
		assertThat(with.propertySources()).isEqualTo(without.propertySources());
	}

	private static Snapshot run(ClassLoader classLoader, String... arguments) {
		SpringApplication application = new SpringApplication(new DefaultResourceLoader(classLoader),
				ShopApplication.class);
		application.setDefaultProperties(Collections.singletonMap("server.port", "0"));
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		try (ConfigurableApplicationContext context = application.run(arguments)) {
			return new Snapshot(new TreeSet<>(List.of(context.getBeanDefinitionNames())), threads(before),
					context.getEnvironment().getPropertySources().stream().map(PropertySource::getName).toList());
		}
	}

	private static Set<String> threads(Set<Thread> before) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> !before.contains(thread))
			.map((thread) -> thread.getName().replaceAll("[0-9]+", "n"))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private record Snapshot(Set<String> beans, Set<String> threads, List<String> propertySources) {
	}

	/**
	 * Hides what registers the starter.
	 */
	private static final class WithoutStarter extends ClassLoader {

		private static final String STARTER = PmProperties.class.getProtectionDomain()
			.getCodeSource()
			.getLocation()
			.toString();

		WithoutStarter(ClassLoader parent) {
			super(parent);
		}

		@Override
		public Enumeration<URL> getResources(String name) throws IOException {
			List<URL> resources = Collections.list(super.getResources(name));
			resources.removeIf((url) -> url.toString().startsWith(STARTER + "META-INF/"));
			return Collections.enumeration(resources);
		}

	}

}
