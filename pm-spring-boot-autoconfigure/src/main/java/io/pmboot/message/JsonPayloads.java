package io.pmboot.message;

/**
 * Writes and reads objects as the application's JSON: a seam, because JSON is optional.
 */
public interface JsonPayloads {

	/**
	 * Writes an object.
	 * @param object the object
	 * @return its JSON
	 * @throws IllegalArgumentException where it cannot be written
	 */
	byte[] write(Object object);

	/**
	 * Reads an object.
	 * @param <T> the type
	 * @param json its JSON
	 * @param type the type
	 * @return the object
	 * @throws IllegalArgumentException where it cannot be read as that type
	 */
	<T> T read(byte[] json, Class<T> type);

}
