package io.pmboot.message;

import java.time.Duration;
import java.util.List;

import io.pmboot.event.MessageEvent;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Payloads} and {@link JacksonPayloads}.
 */
class PayloadsTests {

	private final Payloads payloads = new Payloads(new JacksonPayloads(JsonMapper::shared));

	@Test
	void textArrivesAsItWasSent() {
		MessageEvent.Content content = pass("Größe 😀\0");
		assertThat(content.type()).isEqualTo("java.lang.String");
		assertThat(content.as(String.class)).isEqualTo("Größe 😀\0");
		assertThat(content.as(Object.class)).isEqualTo("Größe 😀\0");
		assertThat(pass("").as(String.class)).isEmpty();
	}

	@Test
	void bytesArriveAsTheyWereSent() {
		MessageEvent.Content content = pass(new byte[] { 0, -1, 127 });
		assertThat(content.type()).isEqualTo("byte[]");
		assertThat(content.as(byte[].class)).containsExactly(0, -1, 127);
	}

	@Test
	void anObjectArrivesAsWhateverItsJsonCanBe() {
		MessageEvent.Content content = pass(new Order("tea", 3, Duration.ofSeconds(2)));
		assertThat(content.type()).isEqualTo(Order.class.getName());
		assertThat(content.as(Order.class)).isEqualTo(new Order("tea", 3, Duration.ofSeconds(2)));
		assertThat(content.as(Named.class)).isEqualTo(new Named("tea"));
		assertThat(pass(List.of(1, 2)).as(int[].class)).containsExactly(1, 2);
	}

	@Test
	void whatCannotBeReadSaysWhy() {
		assertThatIllegalArgumentException().isThrownBy(() -> pass(new byte[1]).as(String.class))
			.withMessage("A message of type byte[] cannot be read as java.lang.String: it was not sent as an object");
		assertThatIllegalArgumentException().isThrownBy(() -> pass("text").as(Order.class))
			.withMessageContaining("type java.lang.String cannot be read as " + Order.class.getTypeName());
		assertThatIllegalArgumentException().isThrownBy(() -> pass(List.of(1)).as(Order.class))
			.withMessageContaining("cannot be read as " + Order.class.getTypeName())
			.withMessageContaining("it is no JSON of that type");
	}

	@Test
	void withoutJacksonAnObjectIsRefusedAndWhatToAddIsSaid() {
		Payloads bare = new Payloads(null);
		assertThatIllegalArgumentException().isThrownBy(() -> bare.write(List.of()))
			.withMessageContaining("spring-boot-starter-json");
		MessageEvent.Content content = bare.read(this.payloads.write(List.of(1)).bytes());
		assertThatIllegalArgumentException().isThrownBy(() -> content.as(int[].class))
			.withMessageContaining("spring-boot-starter-json");
		assertThat(bare.read(bare.write("text").bytes()).as(String.class)).isEqualTo("text");
	}

	@Test
	void withoutOneJsonMapperAnObjectIsRefused() {
		Payloads none = new Payloads(new JacksonPayloads(() -> null));
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
			MessageEvent.Content content = this.payloads.read(bytes);
			assertThat(content.type()).isNotNull();
			assertThatIllegalArgumentException().isThrownBy(() -> content.as(Order.class));
		}
	}

	private MessageEvent.Content pass(Object payload) {
		return this.payloads.read(this.payloads.write(payload).bytes());
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
