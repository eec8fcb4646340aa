package io.pmboot.autoconfigure;

import io.pmboot.worker.WorkerConnection;

import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches in a worker whose group has listeners.
 */
class OnListenersCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		WorkerConnection connection = WorkerConnection.current();
		if (connection == null || connection.welcome().listeners().isEmpty()) {
			return ConditionOutcome.noMatch("the group has no listeners");
		}
		return ConditionOutcome.match("the group listens on " + connection.welcome().listeners());
	}

}
