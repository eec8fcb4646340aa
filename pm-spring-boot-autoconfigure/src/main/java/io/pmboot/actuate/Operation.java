package io.pmboot.actuate;

import java.util.concurrent.CompletionStage;

import io.pmboot.GroupStartFailedException;
import io.pmboot.OperationRefusedException;
import io.pmboot.UnknownGroupException;
import io.pmboot.UnknownReloadException;
import io.pmboot.actuate.OperationBody.InvalidRequestException;

import org.springframework.http.HttpHeaders;

/**
 * Something that the master is asked to do by a POST to a path below the endpoint.
 */
interface Operation {

	/**
	 * What it is called, and the last part of its path.
	 * @return the word
	 */
	String word();

	/**
	 * Asks the master. Blocks no longer than the master takes to answer.
	 * @param headers the headers of the request
	 * @param body its body
	 * @return completes with the answer, or exceptionally with what is thrown here
	 * @throws InvalidRequestException where the request is not understood
	 * @throws IllegalArgumentException where a value in it is out of range
	 * @throws UnknownGroupException where there is no such group
	 * @throws UnknownReloadException where there is no such reload
	 * @throws OperationRefusedException where it cannot be done now
	 * @throws GroupStartFailedException where it was tried in vain
	 */
	CompletionStage<JsonReply> perform(HttpHeaders headers, byte[] body);

}
