package io.pmboot.autoconfigure;

import java.net.InetAddress;

import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches where the master's Actuator can be reached from this machine only.
 */
class OnLoopbackActuatorCondition extends SpringBootCondition {

	private static final String PROPERTY = "pm.master.actuator-address";

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		InetAddress address = Binder.get(context.getEnvironment())
			.bind(PROPERTY, InetAddress.class)
			.orElseGet(InetAddress::getLoopbackAddress);
		return new ConditionOutcome(address.isLoopbackAddress(), "%s is %s".formatted(PROPERTY, address));
	}

}
