package io.pmboot.autoconfigure;

import io.pmboot.PmRole;
import io.pmboot.env.OwnApplication;
import io.pmboot.env.Roles;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * The condition of {@link ConditionalOnPmRole}.
 */
class OnPmRoleCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		PmRole wanted = metadata.getAnnotations().get(ConditionalOnPmRole.class).getEnum("value", PmRole.class);
		PmRole role = OwnApplication.isContext(context.getBeanFactory()) ? Roles.of(context.getEnvironment())
				: PmRole.NONE;
		return new ConditionOutcome(role == wanted,
				ConditionMessage.forCondition(ConditionalOnPmRole.class, wanted).because("the role is " + role));
	}

}
