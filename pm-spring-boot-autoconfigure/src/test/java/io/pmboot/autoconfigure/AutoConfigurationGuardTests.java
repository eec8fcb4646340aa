package io.pmboot.autoconfigure;

import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.pmboot.PmRole;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Guards of what is registered by name.
 */
class AutoConfigurationGuardTests {

	private static final List<JavaClass> CLASSES = List
		.copyOf(new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPackages("io.pmboot"));

	@Test
	void everyAutoConfigurationIsListed() {
		List<String> listed = ImportCandidates.load(AutoConfiguration.class, null)
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith("io.pmboot."))
			.toList();
		assertThat(listed).containsExactlyInAnyOrderElementsOf(CLASSES.stream()
			.filter((type) -> type.isAnnotatedWith(AutoConfiguration.class))
			.map(JavaClass::getName)
			.toList());
	}

	@Test
	void everyAutoConfigurationIsForOneRole() {
		assertThat(CLASSES).filteredOn((type) -> type.isAnnotatedWith(AutoConfiguration.class))
			.isNotEmpty()
			.allSatisfy((type) -> assertThat(type.getAnnotationOfType(ConditionalOnPmRole.class).value())
				.isNotEqualTo(PmRole.NONE));
	}

	@Test
	void everyNameInSpringFactoriesIsAClass() throws Exception {
		Properties factories = new Properties();
		try (InputStream stream = classes().resolve("META-INF/spring.factories").toURL().openStream()) {
			factories.load(stream);
		}
		List<String> names = new ArrayList<>();
		factories.forEach((type, value) -> {
			names.add(type.toString());
			names.addAll(List.of(value.toString().split(",")));
		});
		assertThat(names).hasSizeGreaterThan(5)
			.allSatisfy((name) -> assertThat(ClassUtils.isPresent(name, null)).as(name).isTrue());
	}

	private static URI classes() {
		return URI.create(PmProperties.class.getProtectionDomain().getCodeSource().getLocation().toString());
	}

}
