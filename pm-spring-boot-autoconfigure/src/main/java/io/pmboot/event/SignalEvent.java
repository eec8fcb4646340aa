package io.pmboot.event;

/**
 * The master received a signal that it acts upon: TERM, INT, HUP, USR1, TTIN or TTOU.
 * Published in the master, off its event loop, ahead of the events of what the signal
 * brings about; what it brings about does not wait for listeners.
 *
 * @param signal the signal's name without SIG
 * @since 0.1
 */
public record SignalEvent(String signal) {
}
