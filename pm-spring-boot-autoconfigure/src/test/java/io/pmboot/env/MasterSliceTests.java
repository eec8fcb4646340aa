package io.pmboot.env;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.example.app.ShopApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.context.support.StaticMessageSource;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Tests of the small context of a master, with real runs of {@link ShopApplication}. What
 * a master prints arrives a moment later.
 */
@ExtendWith(OutputCaptureExtension.class)
class MasterSliceTests {

	private static final String SECURITY = "org.springframework.boot.security.autoconfigure.";

	private static final String NO_LOGIN = "--spring.autoconfigure.exclude=" + SECURITY
			+ "web.servlet.ServletWebSecurityAutoConfiguration," + SECURITY
			+ "web.servlet.SecurityFilterAutoConfiguration," + SECURITY
			+ "actuate.web.servlet.ManagementWebSecurityAutoConfiguration";

	private static final String[] OF_APPLICATION = { "shopApplication", "shopName", "shopController", "giveupCounter",
			"notMaster", "com.example.app.ShopApplication$Imported",
			"org.springframework.scheduling.config.internalScheduledAnnotationProcessor" };

	@TempDir
	private Path temporary;

	@Test
	void thePlainApplicationHasItsBeans() throws Exception {
		try (ConfigurableApplicationContext context = SpringApplication.run(ShopApplication.class, "--server.port=0",
				NO_LOGIN, "--spring.web.resources.static-locations=classpath:/com/example/app/")) {
			assertThat(context.getBeanDefinitionNames()).contains(OF_APPLICATION)
				.doesNotContain("masterConfiguration", "composedMail");
			assertThat(get(context, "/shop")).isEqualTo(200);
			assertThat(get(context, "/ShopApplication.class")).isEqualTo(200);
		}
	}

	@Test
	void theMasterHasNoBeanOfTheApplicationButThoseThatNameIt() throws Exception {
		int before = ShopApplication.instances.get();
		try (ConfigurableApplicationContext context = master(ShopApplication.class,
				"--spring.web.resources.static-locations=classpath:/com/example/app/")) {
			assertThat(context.getBeanDefinitionNames()).doesNotContain(OF_APPLICATION)
				.contains("masterConfiguration", "masterNote", "composedMail");
			assertThat(AutoConfigurationPackages.get(context)).containsExactly("com.example.app");
			assertThat(OwnApplication.mainClass(context)).isNotNull();
			assertThat(get(context, "/actuator/health")).isEqualTo(200);
			assertThat(get(context, "/shop")).isEqualTo(404);
			assertThat(get(context, "/ShopApplication.class")).isEqualTo(404);
		}
		assertThat(ShopApplication.instances).hasValue(before);
	}

	@Test
	void theWholeExpressionOfAProfileCounts() {
		try (ConfigurableApplicationContext context = master(ShopApplication.class,
				"--spring.profiles.active=master,quiet")) {
			assertThat(context.containsBean("masterNote")).isTrue();
			assertThat(context.containsBean("composedMail")).isFalse();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "com.example.app.ShopApplication", "com.example.app", "file:%s/beans.xml" })
	void sourcesByNameAreReplacedAsWell(String source) throws IOException {
		Files.writeString(this.temporary.resolve("beans.xml"),
				"""
						<beans xmlns="http://www.springframework.org/schema/beans"
								xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="
								http://www.springframework.org/schema/beans http://www.springframework.org/schema/beans/spring-beans.xsd">
							<bean id="shopApplication" class="com.example.app.ShopApplication"/>
							<bean id="shopName" class="java.lang.String"/>
						</beans>
						""");
		SpringApplication application = new SpringApplication();
		application.getSources().add(source.formatted(this.temporary));
		try (ConfigurableApplicationContext context = run(application)) {
			assertThat(context.getBeanDefinitionNames()).doesNotContain(OF_APPLICATION)
				.contains("masterConfiguration", "composedMail", "pmRunDirectory");
		}
	}

	@Test
	void beansOfInitializersAreTheApplicationsToo() {
		SpringApplication application = new SpringApplication(ShopApplication.class);
		application.addInitializers((context) -> ((GenericApplicationContext) context).registerBean("functional",
				Object.class, Object::new));
		try (ConfigurableApplicationContext context = run(application)) {
			assertThat(context.containsBean("functional")).isFalse();
		}
	}

	@Test
	void aParentOfTheApplicationLosesItsBeans() {
		SpringApplicationBuilder builder = new SpringApplicationBuilder(ShopApplication.Imported.class)
			.child(ShopApplication.class);
		// Closing the parent closes both, and ends logging: it is not the child's to end.
		try (ConfigurableApplicationContext context = builder.run(arguments());
				ConfigurableApplicationContext parent = (ConfigurableApplicationContext) context.getParent()) {
			assertThat(parent.getBeansOfType(ShopApplication.Imported.class)).isEmpty();
			assertThat(context.containsLocalBean("shopName")).isFalse();
			assertThat(context.containsLocalBean("masterNote")).isTrue();
		}
	}

	@Test
	void aParentThatIsAFrameworksIsLeftAlone() {
		SpringApplicationBuilder builder = new SpringApplicationBuilder(StaticMessageSource.class)
			.child(ShopApplication.class);
		// Closing the parent closes both, and ends logging: it is not the child's to end.
		try (ConfigurableApplicationContext context = builder.run(arguments());
				ConfigurableApplicationContext parent = (ConfigurableApplicationContext) context.getParent()) {
			assertThat(parent.getBeansOfType(StaticMessageSource.class)).hasSize(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "1" })
	void theWebServerOfTheApplicationDoesNotReachTheMaster(String managementPort) throws Exception {
		try (ConfigurableApplicationContext context = master(ShopApplication.class, "--server.port=1",
				"--server.address=127.0.0.9", "--server.ssl.bundle=none", "--server.ssl.key-store=none",
				"--server.servlet.context-path=/app", "--server.tomcat.accesslog.enabled=true",
				"--spring.mvc.servlet.path=/mvc", "--management.server.port=" + managementPort,
				"--management.server.address=127.0.0.9", "--management.server.ssl.enabled=true",
				"--management.server.base-path=/management")) {
			assertThat(get(context, "/actuator/health")).isEqualTo(200);
			assertThat(context.getEnvironment().getProperty("local.management.port"))
				.isEqualTo(context.getEnvironment().getProperty("local.server.port"));
			assertThat(context.getBean("masterNote")).hasToString("1");
		}
	}

	@Test
	void probesOfTheApplicationDoNotReachTheMaster() throws Exception {
		String group = "--management.endpoint.health.group.";
		try (ConfigurableApplicationContext context = master(ShopApplication.class,
				group + "readiness.include=readinessState,db", group + "liveness.include=redis",
				group + "deploy.include=db", "--management.endpoint.health.probes.enabled=false",
				"--management.health.defaults.enabled=false")) {
			assertThat(get(context, "/actuator/health/readiness/pm")).isEqualTo(200);
			assertThat(get(context, "/actuator/health/liveness")).isEqualTo(200);
			assertThat(get(context, "/actuator/health/liveness/pm")).isEqualTo(404);
		}
	}

	@Test
	void theActuatorIsOnTheLoopbackAddressOnly() throws Exception {
		try (ConfigurableApplicationContext context = master(ShopApplication.class)) {
			String port = context.getEnvironment().getProperty("local.server.port");
			assertThat(Files.readAllLines(Path.of("/proc/net/tcp6")))
				.noneMatch((line) -> line.contains("00000000000000000000000000000000:" + hex(port)));
			assertThat(Files.readAllLines(Path.of("/proc/net/tcp")))
				.noneMatch((line) -> line.contains("00000000:" + hex(port)));
		}
	}

	@Test
	void securityStartsInTheMaster() throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplication(ShopApplication.class)
			.run(arguments("--spring.autoconfigure.exclude="))) {
			assertThat(context.getBeansOfType(SecurityFilterChain.class)).hasSize(1);
			assertThat(get(context, "/actuator/health")).isEqualTo(200);
		}
	}

	@Test
	void theMasterStaysAliveWithoutAWebServer() {
		try (ConfigurableApplicationContext context = master(ShopApplication.class,
				"--spring.main.web-application-type=none")) {
			assertThat(context.getEnvironment().getProperty("local.server.port")).isNull();
			assertThat(Thread.getAllStackTraces().keySet())
				.anyMatch((thread) -> thread.getName().equals("keep-alive") && !thread.isDaemon());
		}
	}

	@Test
	void lazyInitializationDoesNotMakeTheMasterLazy() {
		try (ConfigurableApplicationContext context = master(ShopApplication.class,
				"--spring.main.lazy-initialization=true")) {
			assertThat(context.getBeanFactory().containsSingleton("pmRunDirectory")).isTrue();
			assertThat(context.getBeanFactory().containsSingleton("masterNote")).isFalse();
		}
	}

	@Test
	void furtherAutoConfigurationsCanBeIncluded() throws IOException {
		SpringApplication application = new SpringApplication(new DefaultResourceLoader(withExtra()),
				ShopApplication.class);
		try (ConfigurableApplicationContext context = run(application)) {
			assertThat(context.containsBean("extra")).isFalse();
		}
		for (String include : new String[] { "com.example.extra", "com.example.extra.ExtraAutoConfiguration" }) {
			try (ConfigurableApplicationContext context = run(application,
					"--pm.master.auto-configuration.include=" + include)) {
				assertThat(context.containsBean("extra")).isTrue();
			}
		}
	}

	@Test
	void anExclusionOfWhatTheMasterDoesNotHaveIsNoError() throws IOException {
		SpringApplication application = new SpringApplication(new DefaultResourceLoader(withExtra()),
				ShopApplication.class);
		try (ConfigurableApplicationContext context = run(application,
				"--spring.autoconfigure.exclude=com.example.extra.ExtraAutoConfiguration")) {
			assertThat(context.isActive()).isTrue();
		}
	}

	@Test
	void anInclusionOfNothingIsRefused(CapturedOutput output) {
		assertThatException().isThrownBy(
				() -> master(ShopApplication.class, "--pm.master.auto-configuration.include=com.example.nothing"));
		await().untilAsserted(() -> assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("'pm.master.auto-configuration.include'")
			.contains("No auto-configuration on the class path has the name 'com.example.nothing'"));
	}

	@Test
	void aMissingDependencyOfAMasterBeanIsExplained(CapturedOutput output) {
		assertThatException().isThrownBy(() -> master(ShopApplication.class, "--shop.needy=true"));
		await().untilAsserted(() -> assertThat(output).contains("APPLICATION FAILED TO START")
			.contains(
					"Parameter 0 of method needy in com.example.app.master.MasterConfiguration required a bean of type "
							+ "'java.lang.String' that the master does not have")
			.contains("pm.master.auto-configuration.include"));
	}

	@Test
	void theTakenPortOfTheActuatorIsExplained(CapturedOutput output) {
		try (ConfigurableApplicationContext context = master(ShopApplication.class)) {
			String port = context.getEnvironment().getProperty("local.server.port");
			OwnApplication.leave();
			assertThatException().isThrownBy(() -> master(ShopApplication.class, "--pm.master.port=" + port,
					"--pm.master.run-directory=" + this.temporary.resolve("second")));
			await().untilAsserted(() -> assertThat(output)
				.contains("The port of the master's Actuator, " + port + ", is already in use.")
				.contains("pm.master.port"));
		}
	}

	@Test
	void aSecondMasterIsExplained(CapturedOutput output) {
		try (ConfigurableApplicationContext context = master(ShopApplication.class)) {
			assertThat(context.isActive()).isTrue();
			OwnApplication.leave();
			assertThatException().isThrownBy(() -> master(ShopApplication.class));
			await().untilAsserted(() -> assertThat(output)
				.contains("another master uses it, process " + ProcessHandle.current().pid())
				.contains("Stop the other master first"));
		}
	}

	private ConfigurableApplicationContext master(Class<?> source, String... arguments) {
		return run(new SpringApplication(source), arguments);
	}

	private ConfigurableApplicationContext run(SpringApplication application, String... arguments) {
		List<String> all = new ArrayList<>(Arrays.asList(arguments));
		if (all.stream().noneMatch((own) -> name(own).equals(name(NO_LOGIN)))) {
			all.add(NO_LOGIN);
		}
		return application.run(arguments(all.toArray(String[]::new)));
	}

	private String[] arguments(String... more) {
		List<String> arguments = new ArrayList<>(List.of("--pm.groups.web.children=0"));
		List.of("--pm.master.port=0", "--spring.profiles.active=master",
				"--pm.master.run-directory=" + this.temporary.resolve("run"))
			.stream()
			.filter((preset) -> Arrays.stream(more).noneMatch((own) -> name(own).equals(name(preset))))
			.forEach(arguments::add);
		arguments.addAll(Arrays.asList(more));
		return arguments.toArray(String[]::new);
	}

	private static String name(String argument) {
		return argument.substring(0, argument.indexOf('='));
	}

	private ClassLoader withExtra() throws IOException {
		Path imports = this.temporary
			.resolve("META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports");
		Files.createDirectories(imports.getParent());
		Files.writeString(imports, "com.example.extra.ExtraAutoConfiguration");
		return new URLClassLoader(new URL[] { this.temporary.toUri().toURL() }, getClass().getClassLoader());
	}

	private static int get(ConfigurableApplicationContext context, String path) throws Exception {
		String port = context.getEnvironment().getProperty("local.server.port");
		URI uri = URI.create("http://127.0.0.1:" + port + path);
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
			.statusCode();
	}

	private static String hex(String port) {
		return "%04X".formatted(Integer.parseInt(port));
	}

}
