package io.pmboot.env;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WorkerDefaults} and {@link WorkerFiles}.
 */
class WorkerDefaultsTests {

	private final StandardEnvironment environment = new StandardEnvironment();

	@Test
	void nameTheWorkerInItsLog() {
		apply(Map.of(), 0);
		assertThat(this.environment.getProperty("spring.application.group")).isEqualTo("web-1");
		StandardEnvironment known = new StandardEnvironment();
		known.getPropertySources().addFirst(new MapPropertySource("worker", Map.of("PM_WORKER_GENERATION", 3)));
		WorkerDefaults.apply(new WorkerFiles(known, "web", 1, () -> 0));
		assertThat(known.getProperty("spring.application.group")).isEqualTo("web-1@3");
	}

	@ParameterizedTest
	@CsvSource({ "console,ecs,pm.", "file,logstash,pm.", "console,gelf,_pm_" })
	void nameTheWorkerInAStructuredLog(String where, String format, String prefix) {
		apply(Map.of("logging.structured.format." + where, format, "PM_WORKER_GENERATION", "3"), 0);
		Map<String, String> added = Binder.get(this.environment)
			.bind("logging.structured.json.add", Bindable.mapOf(String.class, String.class))
			.get();
		assertThat(added).isEqualTo(Map.of(prefix + "group", "web", prefix + "index", "1", prefix + "generation", "3"));
	}

	@Test
	void leaveTheGroupOfTheApplication() {
		apply(Map.of("spring.application.group", "shop"), 0);
		assertThat(this.environment.getProperty("spring.application.group")).isEqualTo("shop");
	}

	@Test
	void keepTheWorkerAliveAndDevtoolsFromIt() {
		apply(Map.of("spring.main.keep-alive", "false"), 0);
		assertThat(this.environment.getProperty("spring.main.keep-alive")).isEqualTo("true");
		assertThat(this.environment.getProperty("spring.devtools.restart.enabled")).isEqualTo("false");
		assertThat(this.environment.getProperty("spring.devtools.livereload.enabled")).isEqualTo("false");
	}

	@Test
	void letServersEndAtOnceWhenTheWorkerHasDrained() {
		apply(Map.of("server.shutdown", "graceful", "spring.grpc.server.shutdown.grace-period", "1m"), 0);
		assertThat(this.environment.getProperty("server.shutdown")).isEqualTo("immediate");
		assertThat(this.environment.getProperty("spring.grpc.server.shutdown.grace-period")).isEqualTo("0s");
	}

	@ParameterizedTest
	@CsvSource({ ",,SAME", ",9000,SAME", "9001,,DIFFERENT", "9001,9000,DIFFERENT", "0,9000,DIFFERENT", "0,0,DIFFERENT",
			"9000,9000,SAME", "8080,,SAME", "-1,,DISABLED" })
	void actuatorOpensNoPortOfItsOwn(String managementPort, String serverPort, ManagementPortType expected) {
		for (String listener : new String[] { "0.0.0.0:9500", "127.0.0.1:8080" }) {
			StandardEnvironment plain = new StandardEnvironment();
			plain.getPropertySources()
				.addFirst(new MapPropertySource("application", ports(managementPort, serverPort)));
			WorkerDefaults.apply(new WorkerFiles(plain, "web", 0, () -> 0));
			plain.getPropertySources().addFirst(WorkerDefaults.listeners(List.of(listener), plain));
			assertThat(ManagementPortType.get(plain)).isEqualTo(expected);
			assertThat(plain.getProperty("management.server.port", "")).isIn("", "0", "-1", managementPort);
		}
	}

	@Test
	void listenersGiveTheWebServerItsPort() {
		assertThat(WorkerDefaults.listeners(List.of("[0:0:0:0:0:0:0:0]:8081", "127.0.0.1:8080"), this.environment)
			.getProperty("server.port")).isEqualTo("8081");
		assertThat(WorkerDefaults.listeners(List.of("unix:/run/a:1", "8081", "8082"), this.environment)
			.getProperty("server.port")).isEqualTo("8081");
		assertThat(WorkerDefaults.listeners(List.of("unix:/run/a:1"), this.environment).getProperty("server.port"))
			.isEqualTo("0");
		assertThat(WorkerDefaults.listeners(List.of(), this.environment).getProperty("server.port")).isEqualTo("-1");
		assertThat(WorkerDefaults.listeners(List.of(), this.environment).getProperty("spring.grpc.server.enabled"))
			.isEqualTo("false");
		assertThat(
				WorkerDefaults.listeners(List.of("8081"), this.environment).getProperty("spring.grpc.server.enabled"))
			.isNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "logging.file.name=app.log | 0 | logging.file.name | app-web-1.log",
			"logging.file.name=/var/log/app.log | 2 | logging.file.name | /var/log/app-web-1.2.log",
			"logging.file.name=/var/log.d/app | 0 | logging.file.name | /var/log.d/app-web-1",
			"logging.file.name=/var/log/.app | 0 | logging.file.name | /var/log/.app-web-1",
			"logging.file.name=/dev/stdout | 0 | logging.file.name | /dev/stdout",
			"logging.file.path=/var/log/ | 0 | logging.file.name | /var/log/spring-web-1.log",
			"logging.file.path=/var/log | 1 | logging.file.name | /var/log/spring-web-1.1.log",
			"server.jetty.accesslog.filename=a.log | 0 | server.jetty.accesslog.filename | a.log",
			"server.tomcat.accesslog.prefix=a | 0 | server.tomcat.accesslog.prefix | a",
			"server.tomcat.accesslog.enabled=true | 0 | server.tomcat.accesslog.prefix | access_log-web-1",
			"server.tomcat.accesslog.enabled=true,server.tomcat.accesslog.prefix=a | 1 | server.tomcat.accesslog.prefix | a-web-1.1",
			"server.tomcat.accesslog.enabled=true,server.tomcat.accesslog.prefix=stdout,server.tomcat.accesslog.directory=/dev | 0 | server.tomcat.accesslog.prefix | stdout",
			"server.jetty.accesslog.enabled=true,server.jetty.accesslog.filename=/l/a.log | 1 | server.jetty.accesslog.filename | /l/a-web-1.1.log",
			"logging.file.name=a.log,logging.logback.rollingpolicy.file-name-pattern=/l/a.%d.gz | 0 | logging.logback.rollingpolicy.file-name-pattern | /l/a-web-1.%d.gz",
			"logging.file.name=a.log,logging.logback.rollingpolicy.file-name-pattern=/l/%d.gz | 0 | logging.logback.rollingpolicy.file-name-pattern | /l/web-1.%d.gz",
			"logging.file.name=a.log,logging.logback.rollingpolicy.file-name-pattern=${LOG_PATH}/a-%d.gz | 0 | logging.logback.rollingpolicy.file-name-pattern | ${LOG_PATH}/a-web-1-%d.gz",
			"logging.file.name=a.log,logging.log4j2.rollingpolicy.file-name-pattern=${LOG_FILE}.%d | 0 | logging.log4j2.rollingpolicy.file-name-pattern | ${LOG_FILE}.%d" })
	void noTwoWorkersWriteOneFile(String configured, int lane, String property, String expected) {
		Map<String, Object> properties = new LinkedHashMap<>();
		for (String entry : configured.split(",")) {
			properties.put(entry.split("=")[0], entry.split("=")[1]);
		}
		apply(properties, lane);
		assertThat(this.environment.getPropertySources().stream().map((source) -> source.getProperty(property)))
			.filteredOn(Objects::nonNull)
			.first()
			.isEqualTo(expected);
	}

	@Test
	void theLaneIsNotTakenWhereThereIsNoFile() {
		WorkerDefaults.apply(new WorkerFiles(this.environment, "web", 0, () -> {
			throw new AssertionError("asked for a lane");
		}));
		assertThat(this.environment.getProperty("logging.file.name")).isNull();
	}

	private static Map<String, Object> ports(String managementPort, String serverPort) {
		Map<String, Object> properties = new LinkedHashMap<>();
		if (managementPort != null) {
			properties.put("management.server.port", managementPort);
		}
		if (serverPort != null) {
			properties.put("server.port", serverPort);
		}
		return properties;
	}

	private void apply(Map<String, Object> application, int lane) {
		this.environment.getPropertySources().addFirst(new MapPropertySource("application", application));
		WorkerDefaults.apply(new WorkerFiles(this.environment, "web", 1, () -> lane));
	}

}
