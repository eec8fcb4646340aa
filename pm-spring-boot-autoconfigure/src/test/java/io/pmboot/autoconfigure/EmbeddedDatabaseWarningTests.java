package io.pmboot.autoconfigure;

import java.lang.reflect.Proxy;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class EmbeddedDatabaseWarningTests {

	private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:h2:mem:8f1c;DB_CLOSE_DELAY=-1", "jdbc:hsqldb:mem:shop",
			"jdbc:derby:memory:shop;create=true", "jdbc:sqlite::memory:" })
	void saysThatEachWorkerHasOneOfItsOwn(String url, CapturedOutput output) {
		warn(pool(url));
		assertThat(output.getOut().lines().filter((line) -> line.contains("database"))).singleElement()
			.satisfies((line) -> assertThat(line).contains("Group 'web' has 3 workers", "bean 'orders'",
					"in the memory of this worker", "Use a database server", "children: 1"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:h2:file:/srv/shop", "jdbc:h2:~/shop", "jdbc:h2:./shop", "jdbc:h2:/srv/shop",
			"jdbc:hsqldb:file:shop", "jdbc:hsqldb:/srv/shop", "jdbc:derby:shop", "jdbc:derby:/srv/shop" })
	void saysThatOneProcessAloneCanOpenAFile(String url, CapturedOutput output) {
		warn(pool(url + ";password=secret"));
		assertThat(output).containsOnlyOnce("a file that one process alone can open (" + url + "):")
			.doesNotContain("secret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:h2:tcp://db/shop", "jdbc:h2:ssl://db/shop", "jdbc:h2:./shop;AUTO_SERVER=TRUE",
			"jdbc:hsqldb:hsql://db/shop", "jdbc:hsqldb:res:shop", "jdbc:derby://db:1527/shop",
			"jdbc:postgresql://db/shop", "jdbc:sqlite:/srv/shop.db" })
	void saysNothingOfAServerNorOfWhatSeveralMayOpen(String url, CapturedOutput output) {
		warn(pool(url));
		assertThat(output).doesNotContain("database");
	}

	@Test
	void findsItBehindAProxy(CapturedOutput output) {
		warn(proxy(Wrapping.class, "getTargetDataSource", pool("jdbc:h2:mem:shop")));
		assertThat(output).containsOnlyOnce("in the memory of this worker");
	}

	@Test
	void leavesALazyOneAlone(CapturedOutput output) {
		this.beans.registerBeanDefinition("lazy", new RootBeanDefinition(DataSource.class, () -> {
			throw new AssertionError("made");
		}));
		new EmbeddedDatabaseWarning(this.beans, "web", 3, new Findings(new MockEnvironment(), null))
			.afterSingletonsInstantiated();
		assertThat(output).doesNotContain("database");
	}

	private void warn(DataSource dataSource) {
		this.beans.registerSingleton("orders", dataSource);
		new EmbeddedDatabaseWarning(this.beans, "web", 3, new Findings(new MockEnvironment(), null))
			.afterSingletonsInstantiated();
	}

	private static DataSource pool(String url) {
		return proxy(Pool.class, "getJdbcUrl", url);
	}

	// Whatever opens a connection fails.
	private static <T> T proxy(Class<T> type, String method, Object result) {
		return type
			.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, called, arguments) -> {
				if (called.getName().equals(method)) {
					return result;
				}
				if (called.getDeclaringClass() == Object.class) {
					return called.invoke(type, arguments);
				}
				throw new AssertionError(called + " was called");
			}));
	}

	public interface Pool extends DataSource {

		String getJdbcUrl();

	}

	public interface Wrapping extends DataSource {

		DataSource getTargetDataSource();

	}

}
