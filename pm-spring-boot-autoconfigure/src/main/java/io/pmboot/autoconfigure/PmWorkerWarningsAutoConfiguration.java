package io.pmboot.autoconfigure;

import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import io.pmboot.PmRole;
import io.pmboot.control.Frame;
import io.pmboot.worker.WorkerConnection;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.cache.CacheManager;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.config.ScheduledTaskHolder;
import org.springframework.scheduling.config.TaskManagementConfigUtils;

/**
 * Auto-configuration of what a worker warns of: things that do not suit several
 * processes.
 *
 * @since 0.1
 */
@AutoConfiguration(after = PmWorkerAutoConfiguration.class,
		afterName = { "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
				"org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration",
				"org.springframework.boot.quartz.autoconfigure.QuartzAutoConfiguration" })
@ConditionalOnPmRole(PmRole.WORKER)
public final class PmWorkerWarningsAutoConfiguration {

	@Bean
	Findings pmFindings(Environment environment, ObjectProvider<WorkerConnection> connection) {
		return new Findings(environment, connection.getIfAvailable());
	}

	@Bean
	MasterEventListenerWarning pmMasterEventListenerWarning(ConfigurableApplicationContext context, Findings findings) {
		return new MasterEventListenerWarning(context, findings);
	}

	@Bean
	SharedLogFileWarning pmSharedLogFileWarning(Findings findings) {
		return new SharedLogFileWarning(findings);
	}

	@Bean
	@ConditionalOnBean(value = WorkerConnection.class,
			name = TaskManagementConfigUtils.SCHEDULED_ANNOTATION_PROCESSOR_BEAN_NAME)
	ScheduledTasksWarning pmScheduledTasksWarning(ApplicationContext context,
			@Qualifier(TaskManagementConfigUtils.SCHEDULED_ANNOTATION_PROCESSOR_BEAN_NAME) ScheduledTaskHolder tasks,
			WorkerConnection connection, Environment environment, Findings findings) {
		return new ScheduledTasksWarning(context, tasks, connection.welcome(),
				GroupConfiguration.own(environment).reload().order(), findings);
	}

	@Bean
	@ConditionalOnBean({ DataSource.class, WorkerConnection.class })
	EmbeddedDatabaseWarning pmEmbeddedDatabaseWarning(ConfigurableListableBeanFactory beans,
			WorkerConnection connection, Findings findings) {
		Frame.Welcome welcome = connection.welcome();
		return new EmbeddedDatabaseWarning(beans, welcome.group(), welcome.children(), findings);
	}

	@Bean
	@ConditionalOnBean({ DataSource.class, WorkerConnection.class })
	ConnectionPoolWarning pmConnectionPoolWarning(ConfigurableListableBeanFactory beans, WorkerConnection connection,
			Environment environment, Findings findings) {
		Frame.Welcome welcome = connection.welcome();
		int children = welcome.children();
		int surge = (children > 0) ? GroupConfiguration.own(environment).reload().maxSurge().slots(children) : 0;
		return new ConnectionPoolWarning(beans, welcome.group(), children, surge, findings);
	}

	@Bean
	@ConditionalOnBean({ CacheManager.class, WorkerConnection.class })
	LocalCacheWarning pmLocalCacheWarning(ConfigurableListableBeanFactory beans, WorkerConnection connection,
			Findings findings) {
		Frame.Welcome welcome = connection.welcome();
		return new LocalCacheWarning(beans, welcome.group(), welcome.children(), findings);
	}

	@Bean
	@ConditionalOnBean(value = WorkerConnection.class, type = "org.quartz.Scheduler")
	QuartzWarning pmQuartzWarning(WorkerConnection connection, Environment environment, Findings findings) {
		Frame.Welcome welcome = connection.welcome();
		return new QuartzWarning(environment, welcome.group(), welcome.children(), findings);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass(HttpSessionListener.class)
	@ConditionalOnMissingClass("org.springframework.session.SessionRepository")
	static class SessionConfiguration {

		@Bean
		MemorySessionWarning pmMemorySessionWarning(Findings findings) {
			return new MemorySessionWarning(findings);
		}

		/**
		 * Warns, once, of a session that only one worker knows.
		 */
		static class MemorySessionWarning implements HttpSessionListener {

			private final AtomicBoolean warned = new AtomicBoolean();

			private final Findings findings;

			MemorySessionWarning(Findings findings) {
				this.findings = findings;
			}

			@Override
			public void sessionCreated(HttpSessionEvent event) {
				if (this.warned.compareAndSet(false, true)) {
					this.findings.found("http-session",
							"The application uses an HttpSession in the memory of this worker: the next request may reach "
									+ "another worker, which does not know it, and a reload loses it. Use Spring Session, or no session.");
				}
			}

		}

	}

}
