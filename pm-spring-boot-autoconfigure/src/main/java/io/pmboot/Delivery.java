package io.pmboot;

import java.util.List;

/**
 * What became of a message.
 *
 * @param receipts one for each receiver; a message that was refused as a whole has one,
 * of index -1 where it was not sent to a single worker
 * @since 0.1
 */
public record Delivery(List<Receipt> receipts) {

	public Delivery {
		receipts = List.copyOf(receipts);
	}

	/**
	 * Whether every receiver has handled it.
	 * @return whether each receipt is {@link DeliveryOutcome#HANDLED}
	 */
	public boolean handled() {
		for (Receipt receipt : this.receipts) {
			if (receipt.outcome() != DeliveryOutcome.HANDLED) {
				return false;
			}
		}
		return true;
	}

}
