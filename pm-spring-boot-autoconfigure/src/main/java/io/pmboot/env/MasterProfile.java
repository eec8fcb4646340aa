package io.pmboot.env;

import java.util.Arrays;

import org.springframework.context.annotation.Profile;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Finds classes that name the profile {@code master}, themselves or by an annotation of
 * their own. Whether the whole expression holds is Spring's to decide.
 */
final class MasterProfile {

	private MasterProfile() {
	}

	static boolean isNamedBy(AnnotationMetadata metadata) {
		return metadata.getAnnotations()
			.stream(Profile.class)
			.flatMap((profile) -> Arrays.stream(profile.getStringArray("value")))
			.flatMap((expression) -> Arrays.stream(expression.split("[\\s()&|]+")))
			.anyMatch("master"::equals);
	}

}
