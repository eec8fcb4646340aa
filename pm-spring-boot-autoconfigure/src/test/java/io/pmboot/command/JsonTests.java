package io.pmboot.command;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link Json}.
 */
class JsonTests {

	@Test
	void membersElementsAndValuesAreRead() throws Exception {
		Json json = Json.read(" { \"a\" : [1, -2.5e1 ,\"x\"] , \"b\":{}, \"c\":null,\"d\":true,\"e\":[]} ");
		assertThat(json.at("a").elements()).hasSize(3);
		assertThat(json.at("a").elements().get(0).number(7)).isEqualTo(1);
		assertThat(json.at("a").elements().get(1).number()).isEqualTo(-25);
		assertThat(json.at("a").elements().get(2).text()).isEqualTo("x");
		assertThat(json.members()).containsOnlyKeys("a", "b", "c", "d", "e");
		assertThat(json.at("c").text()).isNull();
		assertThat(json.at("d")).hasToString("true");
		assertThat(json.at("e").elements()).isEmpty();
	}

	@Test
	void whatIsNotThereIsNothing() throws Exception {
		Json nothing = Json.read("[]").at("a").at("b");
		assertThat(nothing.text()).isNull();
		assertThat(nothing.text("otherwise")).isEqualTo("otherwise");
		assertThat(nothing.number()).isNull();
		assertThat(nothing.number(7)).isEqualTo(7);
		assertThat(nothing.elements()).isEmpty();
		assertThat(nothing.members()).isEmpty();
	}

	@Test
	void whatIsEscapedIsRead() throws Exception {
		assertThat(Json.read("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\ud83d\\uDE00 }],\"").text())
			.isEqualTo("\"\\/\b\f\n\r\tä😀 }],");
	}

	@Test
	void whatIsQuotedIsReadAgain() throws Exception {
		String text = "a \"quoted\" \\ back\nslash\u001b, ü";
		assertThat(Json.read(Json.quote(text)).text()).isEqualTo(text);
	}

	@Test
	void aPartIsWrittenAsItWas() throws Exception {
		assertThat(Json.read("{\"a\": {\"b\":1.50, \"c\":\"\\/\"} }").at("a"))
			.hasToString("{\"b\":1.50, \"c\":\"\\/\"}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "{", "[1", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "\"a", "\"\\u00g0\"",
			"\"\\u00", "<html>", "1 2", "nul", "{\"a\":1,}", "OK" })
	void whatIsNoJsonIsTold(String text) {
		assertThatIOException().isThrownBy(() -> Json.read(text)).withMessageStartingWith("it is no JSON at character");
	}

	@Test
	void whatIsNestedTooDeeplyIsRefused() {
		assertThatIOException().isThrownBy(() -> Json.read("[".repeat(100_000)));
	}

}
