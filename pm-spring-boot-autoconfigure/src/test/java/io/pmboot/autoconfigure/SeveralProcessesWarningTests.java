package io.pmboot.autoconfigure;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.support.NoOpCacheManager;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link QuartzWarning}, {@link LocalCacheWarning},
 * {@link ConnectionPoolWarning} and where they are told.
 */
@ExtendWith(OutputCaptureExtension.class)
class SeveralProcessesWarningTests {

	private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

	private final MockEnvironment environment = new MockEnvironment();

	private final Findings findings = new Findings(this.environment, null);

	@ParameterizedTest
	@CsvSource(textBlock = """
			2, '', '', false, in their own memory
			2, jdbc, '', false, not clustered
			2, jdbc, '', true,
			2, '', com.example.Store, true,
			1, '', '', false,
			""")
	void warnsOfAQuartzThatDoesNotKnowTheOthers(int children, String type, String store, boolean clustered, String why,
			CapturedOutput output) {
		if (!type.isEmpty()) {
			this.environment.setProperty("spring.quartz.job-store-type", type);
		}
		if (!store.isEmpty()) {
			this.environment.setProperty("spring.quartz.properties.org.quartz.jobStore.class", store);
		}
		this.environment.setProperty("spring.quartz.properties.org.quartz.jobStore.isClustered",
				Boolean.toString(clustered));
		new QuartzWarning(this.environment, "web", children, this.findings).afterSingletonsInstantiated();
		if (why != null) {
			assertThat(output).containsOnlyOnce(why).contains("Group 'web' has 2 workers", "children: 1");
		}
		else {
			assertThat(output).doesNotContain("Quartz");
		}
	}

	@Test
	void warnsOfCachesOfEachWorker(CapturedOutput output) {
		this.beans.registerSingleton("caches", new ConcurrentMapCacheManager());
		this.beans.registerSingleton("none", new NoOpCacheManager());
		new LocalCacheWarning(this.beans, "web", 1, this.findings).afterSingletonsInstantiated();
		assertThat(output).doesNotContain("caches");
		new LocalCacheWarning(this.beans, "web", 3, this.findings).afterSingletonsInstantiated();
		assertThat(output).containsOnlyOnce("the caches of bean 'caches' are in the memory of each")
			.contains("pm.doctor.ignore=local-cache silences this")
			.doesNotContain("'none'");
	}

	@Test
	void saysNothingOfWhatIsToBeIgnored(CapturedOutput output) {
		this.environment.setProperty("pm.doctor.ignore", "quartz, local-cache");
		this.beans.registerSingleton("caches", new ConcurrentMapCacheManager());
		new LocalCacheWarning(this.beans, "web", 3, this.findings).afterSingletonsInstantiated();
		assertThat(output).doesNotContain("caches");
	}

	@ParameterizedTest
	@CsvSource({ "PostgreSQL, 10, 39, 40", "MySQL, 10, 39, 40", "PostgreSQL, 10, 40,", "H2, 10, 1,",
			"MariaDB, 5, 19, 20" })
	void warnsOfPoolsThatTogetherAreLargerThanTheDatabaseAllows(String product, int size, String limit, Integer told,
			CapturedOutput output) {
		new ConnectionPoolWarning(this.beans, "web", 3, 1, this.findings).check("pool", database(product, limit), size);
		if (told != null) {
			assertThat(output).contains("may hold %d connections, %d in each of the 3 workers".formatted(told, size),
					"the database allows " + limit);
		}
		else {
			assertThat(output).doesNotContain("connections");
		}
	}

	private static DataSource database(String product, String limit) {
		ResultSet result = fake(ResultSet.class, Map.of("next", true, "getString", limit));
		Statement statement = fake(Statement.class, Map.of("executeQuery", result));
		DatabaseMetaData metaData = fake(DatabaseMetaData.class, Map.of("getDatabaseProductName", product));
		Connection connection = fake(Connection.class, Map.of("getMetaData", metaData, "createStatement", statement));
		return fake(DataSource.class, Map.of("getConnection", connection));
	}

	private static <T> T fake(Class<T> type, Map<String, Object> answers) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> answers.get(method.getName())));
	}

}
