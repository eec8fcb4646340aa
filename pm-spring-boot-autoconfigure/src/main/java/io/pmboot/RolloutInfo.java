package io.pmboot;

/**
 * A reload or rollback that is under way, and how the two generations compare.
 *
 * @param id its id, as {@link ReloadInfo} has it
 * @param toGeneration the generation that it leads to
 * @param holding whether as many slots are replaced as its canary has, and it waits to be
 * promoted or cancelled
 * @param newer what workers of that generation have answered since the first of them was
 * activated
 * @param others what the other workers have answered since then
 * @since 0.1
 */
public record RolloutInfo(String id, int toGeneration, boolean holding, Answers newer, Answers others) {
}
