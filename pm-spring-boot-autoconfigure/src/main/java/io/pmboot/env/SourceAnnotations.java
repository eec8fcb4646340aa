package io.pmboot.env;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScans;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * What the sources of an application say about packages and auto-configurations, read
 * without processing them.
 */
final class SourceAnnotations {

	private SourceAnnotations() {
	}

	static Set<String> scannedPackages(AnnotationMetadata source, Environment environment) {
		Set<String> packages = new LinkedHashSet<>();
		for (AnnotationAttributes scan : source.getMergedRepeatableAnnotationAttributes(ComponentScan.class,
				ComponentScans.class, true)) {
			for (String names : scan.getStringArray("basePackages")) {
				packages.addAll(List.of(StringUtils.tokenizeToStringArray(environment.resolvePlaceholders(names),
						ConfigurableApplicationContext.CONFIG_LOCATION_DELIMITERS)));
			}
			for (String className : scan.getStringArray("basePackageClasses")) {
				packages.add(ClassUtils.getPackageName(className));
			}
		}
		if (packages.isEmpty() && source.isAnnotated(Component.class.getName())) {
			packages.add(ClassUtils.getPackageName(source.getClassName()));
		}
		return packages;
	}

	static Set<String> autoConfigurationPackages(AnnotationMetadata source) {
		Set<String> packages = new LinkedHashSet<>();
		source.getAnnotations().stream(AutoConfigurationPackage.class).forEach((annotation) -> {
			packages.addAll(Arrays.asList(annotation.getStringArray("basePackages")));
			Stream.of(annotation.getStringArray("basePackageClasses"))
				.map(ClassUtils::getPackageName)
				.forEach(packages::add);
			if (packages.isEmpty()) {
				packages.add(ClassUtils.getPackageName(source.getClassName()));
			}
		});
		return packages;
	}

	static Set<String> excludedAutoConfigurations(AnnotationMetadata source) {
		// What does not work in the application will not work in its master
		AnnotationAttributes attributes = AnnotationAttributes
			.fromMap(source.getAnnotationAttributes(EnableAutoConfiguration.class.getName(), true));
		Set<String> excluded = new LinkedHashSet<>();
		if (attributes != null) {
			excluded.addAll(List.of(attributes.getStringArray("exclude")));
			excluded.addAll(List.of(attributes.getStringArray("excludeName")));
		}
		return excluded;
	}

}
