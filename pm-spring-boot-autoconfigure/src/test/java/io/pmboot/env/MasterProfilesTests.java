package io.pmboot.env;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

import io.pmboot.StartFailedException;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link MasterProfiles}, with files as Boot reads them.
 */
class MasterProfilesTests {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "", textBlock = """
			spring.profiles.active=h2,jpa                 | active=master
			spring.profiles.active[0]=h2                  | active=master
			spring.profiles.active=${none:h2}             | active=master
			spring.profiles.active=h2;spring.profiles.include=jpa | active=master
			""")
	void replacedProfilesAreRefused(String file, String given) throws Exception {
		assertRefused(file, given, "replaces those that the application's own files activate")
			.contains("h2", "application.properties")
			.contains("--spring.profiles.include=master");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "", textBlock = """
			spring.profiles.active=h2,jpa     | include=master
			spring.profiles.active=dev        | active=master,prod
			spring.profiles.active=dev        | active=master,default
			spring.profiles.active=h2         | active=master;include=h2
			spring.profiles.active=${none:}   | active=master
			spring.profiles.active=master     | x=1
			spring.profiles.include=jpa       | active=master
			spring.profiles.group.prod=master | active=master
			spring.profiles.group.master=jpa  | active=master
			""")
	void othersAreMeant(String file, String given) throws Exception {
		assertThatNoException().isThrownBy(() -> MasterProfiles.check(environment(file, given)));
	}

	@Test
	void aGroupThatHoldsItIsRefusedWhereItIsActive() throws Exception {
		assertRefused("spring.profiles.group.prod=db,master", "active=prod", "The profile group")
			.contains("spring.profiles.group.prod", "--spring.profiles.active=master,prod");
		assertRefused("spring.profiles.group.all=prod;spring.profiles.group.prod[0]=master", "active=all",
				"The profile group")
			.contains("spring.profiles.group.prod");
	}

	@Test
	void aFileThatIncludesItIsRefused() throws Exception {
		assertRefused("spring.profiles.include=a,master", "x=1", "A file of the application includes")
			.contains("application.properties");
	}

	private AbstractStringAssert<?> assertRefused(String file, String given, String reason) throws Exception {
		StandardEnvironment environment = environment(file, given);
		StartFailedException[] refused = new StartFailedException[1];
		assertThatExceptionOfType(StartFailedException.class).isThrownBy(() -> MasterProfiles.check(environment))
			.withMessageContaining(reason)
			.satisfies((ex) -> refused[0] = ex);
		return assertThat(refused[0].getMessage() + " " + refused[0].action());
	}

	private StandardEnvironment environment(String file, String given) throws Exception {
		Files.writeString(this.directory.resolve("application.properties"), file.replace(';', '\n'));
		Map<String, Object> properties = Arrays.stream(given.split(";"))
			.map((property) -> property.split("="))
			.collect(Collectors.toMap((property) -> "spring.profiles." + property[0], (property) -> property[1]));
		properties.put("spring.config.location", this.directory + "/");
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("commandLineArgs", properties));
		ConfigDataEnvironmentPostProcessor.applyTo(environment, new DefaultResourceLoader(), null);
		assertThat(environment.getActiveProfiles()).contains("master");
		return environment;
	}

}
