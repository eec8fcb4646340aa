package io.pmboot.settings;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Messages between workers and master.
 *
 * @param maxPayload Longest payload that a message may have, 1MB at most. A longer one is
 * refused.
 * @param maxQueued How many messages may wait in one receiver. Further ones are refused.
 */
public record MessageSettings(@DefaultValue("1MB") DataSize maxPayload, @DefaultValue("10000") int maxQueued) {
}
