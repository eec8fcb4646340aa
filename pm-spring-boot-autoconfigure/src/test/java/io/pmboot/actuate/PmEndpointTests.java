package io.pmboot.actuate;

import io.pmboot.test.HttpAnswer;
import org.json.JSONException;
import org.junit.jupiter.api.Test;
import org.skyscreamer.jsonassert.JSONAssert;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What endpoint {@code pm} and health {@code pm} tell over HTTP.
 */
class PmEndpointTests extends AbstractMasterHttpTests {

	@Test
	void statusTellsOfMasterGroupsAndWorkers() throws JSONException {
		HttpAnswer response = RawRequest.get("/actuator/pm").send(port());
		assertThat(response.status()).isEqualTo(200);
		JSONAssert.assertEquals(
				"""
						{"master":{"pid":4710},"groups":{
						"web":{"state":"RUNNING","generation":1,"copied":false,"children":2,"listen":["0.0.0.0:8080"],"workers":[
						{"index":0,"pid":4711,"generation":1,"copied":false,"state":"READY","since":"2026-07-01T10:15:30.500Z"},
						{"index":1,"pid":4712,"generation":1,"copied":false,"state":"STARTING","since":"2026-07-01T10:15:30.500Z",
						"reason":"forked after exit code 1"}]},
						"jobs":{"state":"RUNNING","generation":1,"copied":false,"children":0,"listen":[],"workers":[]}}}""",
				response.body(), true);
		assertThat(response.body().indexOf("\"web\"")).isLessThan(response.body().indexOf("\"jobs\""));
	}

	@Test
	void statusOfOneGroup() throws JSONException {
		HttpAnswer response = RawRequest.get("/actuator/pm/jobs").send(port());
		assertThat(response.status()).isEqualTo(200);
		JSONAssert.assertEquals(
				"""
						{"name":"jobs","state":"RUNNING","generation":1,"copied":false,"children":0,"listen":[],"workers":[]}""",
				response.body(), true);
	}

	@Test
	void statusOfUnknownGroupNamesThoseThatThereAre() throws JSONException {
		HttpAnswer response = RawRequest.get("/actuator/pm/wep").send(port());
		assertThat(response.status()).isEqualTo(404);
		JSONAssert.assertEquals("""
				{"error":"There is no group 'wep'; there are: web, jobs","groups":["web","jobs"]}""", response.body(),
				true);
	}

	@Test
	void healthTellsOfGroups() throws JSONException {
		HttpAnswer response = RawRequest.get("/actuator/health/pm").send(port());
		JSONAssert.assertEquals("""
				{"status":"UP","details":{"web":{"state":"RUNNING","ready":1,"children":2},
				"jobs":{"state":"RUNNING","ready":0,"children":0}}}""", response.body(), true);
	}

}
