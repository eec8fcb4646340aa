package io.pmboot.autoconfigure;

import io.pmboot.worker.WorkerConnection;

import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches in a worker whose group is configured to have several.
 */
class OnSeveralChildrenCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		WorkerConnection connection = WorkerConnection.current();
		return new ConditionOutcome(connection != null && connection.welcome().children() > 1, (connection != null)
				? "the group has %d workers".formatted(connection.welcome().children()) : "there is no master");
	}

}
