package io.pmboot.autoconfigure;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

import javax.sql.DataSource;

import io.pmboot.loop.Threads;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/**
 * Warns, once in a worker that is ready, of pools that together may hold more connections
 * than their database allows. Asks the database, off the thread that starts the
 * application, by a pool that is in use already.
 *
 * @param beans the worker's beans
 * @param group the worker's group
 * @param children how many workers that has
 * @param surge how many more there are in a reload
 * @param findings where it is told
 */
record ConnectionPoolWarning(ConfigurableListableBeanFactory beans, String group, int children, int surge,
		Findings findings) implements ApplicationListener<ApplicationReadyEvent> {

	private static final Log logger = LogFactory.getLog(ConnectionPoolWarning.class);

	/** How a database tells its limit, by the name that its driver has for it. */
	private static final Map<String, String> LIMITS = Map.of("PostgreSQL", "show max_connections", "MySQL",
			"select @@max_connections", "MariaDB", "select @@max_connections");

	private static final int QUERY_SECONDS = 5;

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		for (String name : this.beans.getBeanNamesForType(DataSource.class, true, false)) {
			if (this.beans.getSingleton(name) instanceof DataSource dataSource) {
				BeanWrapper pool = PropertyAccessorFactory.forBeanPropertyAccess(dataSource);
				// Of HikariCP. One that is not in use stays so.
				if (pool.isReadableProperty("maximumPoolSize") && pool.isReadableProperty("running")
						&& Boolean.TRUE.equals(pool.getPropertyValue("running"))
						&& pool.getPropertyValue("maximumPoolSize") instanceof Integer size) {
					Threads.start("pm-doctor", () -> check(name, dataSource, size));
				}
			}
		}
	}

	void check(String name, DataSource dataSource, int size) {
		try {
			Integer limit = limit(dataSource);
			int most = (this.children + this.surge) * size;
			if (limit != null && most > limit) {
				this.findings.found("connection-pools",
						("The pools of bean '%s' may hold %d connections, %d in each of the %d workers of group '%s' and the %d more of a reload; the database allows %d. "
								+ "Make them smaller (spring.datasource.hikari.maximum-pool-size: for the whole application what one process had before, divided by the workers), or raise the database's limit.")
							.formatted(name, most, size, this.children, this.group, this.surge, limit));
			}
		}
		catch (SQLException ex) {
			logger.debug("The database of bean '%s' does not tell how many connections it allows".formatted(name), ex);
		}
	}

	private static @Nullable Integer limit(DataSource dataSource) throws SQLException {
		try (Connection connection = dataSource.getConnection()) {
			String query = LIMITS.get(connection.getMetaData().getDatabaseProductName());
			if (query == null) {
				return null;
			}
			try (Statement statement = connection.createStatement()) {
				statement.setQueryTimeout(QUERY_SECONDS);
				try (ResultSet result = statement.executeQuery(query)) {
					return result.next() ? Integer.valueOf(result.getString(1)) : null;
				}
			}
		}
	}

}
