package io.pmboot.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches in a worker whose group names a health group.
 */
class OnHealthGroupCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		String healthGroup = OwnGroup.properties(context.getEnvironment()).reload().healthGroup();
		return new ConditionOutcome(healthGroup != null,
				(healthGroup != null) ? "health group " + healthGroup : "no reload.health-group");
	}

}
