package io.pmboot.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.pmboot.PmRole;

import org.springframework.context.annotation.Conditional;

/**
 * Matches where this JVM has a role.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Conditional(OnPmRoleCondition.class)
@interface ConditionalOnPmRole {

	/**
	 * The role.
	 * @return the role
	 */
	PmRole value();

}
