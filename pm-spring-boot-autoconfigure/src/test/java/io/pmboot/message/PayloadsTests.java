package io.pmboot.message;

import java.time.Duration;
import java.util.List;

import io.pmboot.event.MessageEvent;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Payloads} and {@link JsonPayloads}.
 */
class PayloadsTests {

	private static final MessageEvent.Sender SENDER = new MessageEvent.Sender("web", 1, 7);

	private final Payloads payloads = new Payloads(new JsonPayloads(JsonMapper::shared));

	@Test
	void textArrivesAsItWasSent() {
		MessageEvent event = pass("Größe 😀\0");
		assertThat(event.type()).isEqualTo("java.lang.String");
		assertThat(event.payload(String.class)).isEqualTo("Größe 😀\0");
		assertThat(event.payload(Object.class)).isEqualTo("Größe 😀\0");
		assertThat(pass("").payload(String.class)).isEmpty();
	}

	@Test
	void bytesArriveAsTheyWereSent() {
		MessageEvent event = pass(new byte[] { 0, -1, 127 });
		assertThat(event.type()).isEqualTo("byte[]");
		assertThat(event.payload(byte[].class)).containsExactly(0, -1, 127);
	}

	@Test
	void anObjectArrivesAsWhateverItsJsonCanBe() {
		MessageEvent event = pass(new Order("tea", 3, Duration.ofSeconds(2)));
		assertThat(event.type()).isEqualTo(Order.class.getName());
		assertThat(event.payload(Order.class)).isEqualTo(new Order("tea", 3, Duration.ofSeconds(2)));
		assertThat(event.payload(Named.class)).isEqualTo(new Named("tea"));
		assertThat(pass(List.of(1, 2)).payload(int[].class)).containsExactly(1, 2);
	}

	@Test
	void whatCannotBeReadSaysWhy() {
		assertThatIllegalArgumentException().isThrownBy(() -> pass(new byte[1]).payload(String.class))
			.withMessage("A message of type byte[] cannot be read as java.lang.String: it was not sent as an object");
		assertThatIllegalArgumentException().isThrownBy(() -> pass("text").payload(Order.class))
			.withMessageContaining("type java.lang.String cannot be read as " + Order.class.getTypeName());
		assertThatIllegalArgumentException().isThrownBy(() -> pass(List.of(1)).payload(Order.class))
			.withMessageContaining("cannot be read as " + Order.class.getTypeName())
			.withMessageContaining("it is no JSON of that type");
	}

	@Test
	void withoutJacksonAnObjectIsRefusedAndWhatToAddIsSaid() {
		Payloads bare = new Payloads(null);
		assertThatIllegalArgumentException().isThrownBy(() -> bare.write(List.of()))
			.withMessageContaining("spring-boot-starter-json");
		MessageEvent event = bare.read(this, SENDER, this.payloads.write(List.of(1)).bytes());
		assertThatIllegalArgumentException().isThrownBy(() -> event.payload(int[].class))
			.withMessageContaining("spring-boot-starter-json");
		assertThat(bare.read(this, SENDER, bare.write("text").bytes()).payload(String.class)).isEqualTo("text");
	}

	@Test
	void withoutOneJsonMapperAnObjectIsRefused() {
		Payloads none = new Payloads(new JsonPayloads(() -> null));
		assertThatIllegalArgumentException().isThrownBy(() -> none.write(List.of()))
			.withMessageContaining("tools.jackson.databind.json.JsonMapper");
	}

	@Test
	void anObjectThatCannotBeWrittenIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.payloads.write(new Unwritable("luck")))
			.withMessageContaining(Unwritable.class.getName())
			.withMessageContaining("no luck");
	}

	@Test
	void whatAnotherProcessMadeOfItIsReadOrRefused() {
		for (byte[] bytes : new byte[][] { {}, { 9 }, { 2 }, { 2, 0 }, { 2, 127, 127 }, { 2, 0, 1 },
				{ 2, -1, -1, 0 } }) {
			MessageEvent event = this.payloads.read(this, SENDER, bytes);
			assertThat(event.type()).isNotNull();
			assertThatIllegalArgumentException().isThrownBy(() -> event.payload(Order.class));
		}
	}

	private MessageEvent pass(Object payload) {
		return this.payloads.read(this, SENDER, this.payloads.write(payload).bytes());
	}

	record Order(String name, int count, Duration due) {
	}

	record Named(String name) {
	}

	record Unwritable(String luck) {

		@Override
		public String luck() {
			throw new IllegalStateException("no " + this.luck);
		}

	}

}
