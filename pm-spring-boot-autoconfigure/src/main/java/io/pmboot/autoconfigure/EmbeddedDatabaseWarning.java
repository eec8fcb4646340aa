package io.pmboot.autoconfigure;

import java.util.regex.Pattern;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Warns, once at the start of a worker that is one of several, of a database that lives
 * in its process. It is told by the URL of the data source, which opens no connection.
 *
 * @param beans the worker's beans
 * @param group the worker's group
 * @param children how many workers that has
 * @param findings where it is told
 */
record EmbeddedDatabaseWarning(ConfigurableListableBeanFactory beans, String group, int children,
		Findings findings) implements SmartInitializingSingleton {

	private static final Pattern IN_MEMORY = Pattern.compile(
			"jdbc:(h2:mem:|hsqldb:mem:|hsqldb:\\.|derby:memory:|sqlite::memory:|sqlite:$).*", Pattern.CASE_INSENSITIVE);

	/** By the rest one process can open it; AUTO_SERVER lets that be asked by others. */
	private static final Pattern IN_FILE = Pattern.compile(
			"(?!.*;AUTO_SERVER=TRUE)jdbc:(h2:(?!tcp:|ssl:|mem:)|hsqldb:(?!hsqls?:|https?:|mem:|res:|\\.)|derby:(?!//|memory:|classpath:|jar:)).*",
			Pattern.CASE_INSENSITIVE);

	/** By which name pools and drivers tell it. */
	private static final String[] URLS = { "jdbcUrl", "url", "URL" };

	private static final String EMBEDDED = "org.springframework.jdbc.datasource.embedded.EmbeddedDatabase";

	@Override
	public void afterSingletonsInstantiated() {
		if (this.children <= 1) {
			return;
		}
		for (String name : this.beans.getBeanNamesForType(DataSource.class, true, false)) {
			// What is lazy stays so.
			if (this.beans.getSingleton(name) instanceof DataSource dataSource) {
				String harm = harm(dataSource);
				if (harm != null) {
					this.findings
						.found("embedded-database", ("Group '%s' has %d workers, and the database of bean '%s' is %s "
								+ "Use a database server, or give what needs this one a group of its own with children: 1.")
							.formatted(this.group, this.children, name, harm));
				}
			}
		}
	}

	private static @Nullable String harm(DataSource dataSource) {
		String url = url(dataSource);
		if ((url != null) ? IN_MEMORY.matcher(url).matches() : isEmbedded(dataSource)) {
			return "in the memory of this worker: each of them has one of its own, which ends with it.";
		}
		if (url != null && IN_FILE.matcher(url).matches()) {
			return "a file that one process alone can open (%s): the others do not start, and neither does a successor in a reload."
				.formatted(url.replaceFirst("[;?].*", ""));
		}
		return null;
	}

	private static @Nullable String url(DataSource dataSource) {
		BeanWrapper properties = PropertyAccessorFactory.forBeanPropertyAccess(dataSource);
		for (String name : URLS) {
			if (properties.isReadableProperty(name) && properties.getPropertyValue(name) instanceof String url) {
				return url;
			}
		}
		return (properties.isReadableProperty("targetDataSource")
				&& properties.getPropertyValue("targetDataSource") instanceof DataSource target) ? url(target) : null;
	}

	private static boolean isEmbedded(DataSource dataSource) {
		return ClassUtils.getAllInterfacesAsSet(dataSource)
			.stream()
			.anyMatch((type) -> type.getName().equals(EMBEDDED));
	}

}
