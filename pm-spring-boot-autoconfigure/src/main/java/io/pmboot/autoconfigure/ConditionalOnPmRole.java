package io.pmboot.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.pmboot.PmRole;
import io.pmboot.env.OwnApplication;
import io.pmboot.env.Roles;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches where this JVM has a role.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Conditional(ConditionalOnPmRole.OnPmRole.class)
@interface ConditionalOnPmRole {

	/**
	 * The role.
	 * @return the role
	 */
	PmRole value();

	/**
	 * The condition.
	 */
	class OnPmRole extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			PmRole wanted = metadata.getAnnotations().get(ConditionalOnPmRole.class).getEnum("value", PmRole.class);
			PmRole role = OwnApplication.isContext(context.getBeanFactory()) ? Roles.of(context.getEnvironment())
					: PmRole.NONE;
			return new ConditionOutcome(role == wanted,
					ConditionMessage.forCondition(ConditionalOnPmRole.class, wanted).because("the role is " + role));
		}

	}

}
