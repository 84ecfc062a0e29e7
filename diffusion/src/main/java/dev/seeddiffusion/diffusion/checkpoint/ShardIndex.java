package dev.seeddiffusion.diffusion.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Which shard holds which tensor. */
record ShardIndex(Map<String, String> fileOfTensor) {
    static final String FILE = "model.safetensors.index.json";

    /** A name in the same folder: an index must not lead anywhere else. */
    private static final Pattern SHARD = Pattern.compile("[\\w-][\\w.-]*\\.safetensors");

    /**
     * @throws CheckpointException if the folder has no index, which means no weights, or a
     *     malformed one
     */
    static ShardIndex read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            throw new CheckpointException(
                    "%s has no weights: neither %s nor %s is there"
                            .formatted(folder, CheckpointReader.WEIGHTS, FILE));
        }
        if (!(StrictJson.read(file).get("weight_map") instanceof JsonObject map)) {
            throw new CheckpointException(
                    file + ": weight_map must be an object of tensor names to file names");
        }
        Map<String, String> files = new TreeMap<>();
        map.asMap().forEach((tensor, name) -> files.put(tensor, shard(file, tensor, name)));
        return new ShardIndex(files);
    }

    private static String shard(Path index, String tensor, JsonElement name) {
        if (name instanceof JsonPrimitive text
                && text.isString()
                && SHARD.matcher(text.getAsString()).matches()) {
            return text.getAsString();
        }
        throw new CheckpointException(
                "%s: weight_map.%s is %s, but must be the name of a *.safetensors file beside it"
                        .formatted(index, tensor, name));
    }
}
