package io.pmboot.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches in a worker whose group has paths to warm up by.
 */
class OnWarmUpRequestsCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		int paths = OwnGroup.properties(context.getEnvironment()).warmUp().paths().size();
		return new ConditionOutcome(paths > 0, "%d warm-up.paths".formatted(paths));
	}

}
