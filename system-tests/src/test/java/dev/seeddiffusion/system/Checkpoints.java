package dev.seeddiffusion.system;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Checkpoints for prompts that are longer than the shipped model's context. */
final class Checkpoints {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Path NANO = Path.of("..", "models", "nano");
    private static final int CONTEXT_TOKENS = 2048;

    private Checkpoints() {}

    /** The shipped model, which reads longer prompts as fast, if not as well. */
    static Path nano(Path folder) throws IOException {
        Files.createDirectories(folder);
        config(folder, Map.of());
        Files.copy(NANO.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        Files.copy(NANO.resolve("model.safetensors"), folder.resolve("model.safetensors"));
        return folder;
    }

    /** 200 million random weights: 32 KB of keys and values a token. */
    static Path random200M(Path folder) throws IOException {
        Files.createDirectories(folder);
        ObjectNode config =
                config(
                        folder,
                        Map.of(
                                "hidden_size", 1024,
                                "num_hidden_layers", 16,
                                "num_attention_heads", 16,
                                "num_key_value_heads", 8,
                                "head_dim", 64,
                                "intermediate_size", 3072));
        Files.copy(NANO.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        weights(folder.resolve("model.safetensors"), config);
        return folder;
    }

    private static ObjectNode config(Path folder, Map<String, Integer> sizes) throws IOException {
        ObjectNode config =
                (ObjectNode) JSON.readTree(Files.readString(NANO.resolve("config.json")));
        config.put("max_position_embeddings", CONTEXT_TOKENS);
        sizes.forEach(config::put);
        Files.writeString(folder.resolve("config.json"), JSON.writeValueAsString(config));
        return config;
    }

    private static void weights(Path file, ObjectNode config) throws IOException {
        int width = config.get("hidden_size").asInt();
        int head = config.get("head_dim").asInt();
        int queries = config.get("num_attention_heads").asInt() * head;
        int keys = config.get("num_key_value_heads").asInt() * head;
        int inner = config.get("intermediate_size").asInt();
        Map<String, int[]> shapes = new LinkedHashMap<>();
        shapes.put(
                "model.embed_tokens.weight", new int[] {config.get("vocab_size").asInt(), width});
        for (int i = 0; i < config.get("num_hidden_layers").asInt(); i++) {
            String layer = "model.layers." + i + ".";
            shapes.put(layer + "input_layernorm.weight", new int[] {width});
            shapes.put(layer + "self_attn.q_proj.weight", new int[] {queries, width});
            shapes.put(layer + "self_attn.k_proj.weight", new int[] {keys, width});
            shapes.put(layer + "self_attn.v_proj.weight", new int[] {keys, width});
            shapes.put(layer + "self_attn.q_norm.weight", new int[] {head});
            shapes.put(layer + "self_attn.k_norm.weight", new int[] {head});
            shapes.put(layer + "self_attn.o_proj.weight", new int[] {width, queries});
            shapes.put(layer + "post_attention_layernorm.weight", new int[] {width});
            shapes.put(layer + "mlp.gate_proj.weight", new int[] {inner, width});
            shapes.put(layer + "mlp.up_proj.weight", new int[] {inner, width});
            shapes.put(layer + "mlp.down_proj.weight", new int[] {width, inner});
        }
        shapes.put("model.norm.weight", new int[] {width});
        write(file, shapes);
    }

    private static void write(Path file, Map<String, int[]> shapes) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        long end = 0;
        for (Map.Entry<String, int[]> tensor : shapes.entrySet()) {
            long start = end;
            end += elements(tensor.getValue()) * Short.BYTES;
            ObjectNode entry = header.putObject(tensor.getKey()).put("dtype", "BF16");
            for (int length : tensor.getValue()) {
                entry.withArray("shape").add(length);
            }
            entry.putArray("data_offsets").add(start).add(end);
        }
        byte[] json = JSON.writeValueAsBytes(header);
        SplittableRandom random = new SplittableRandom(7);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            out.write(
                    ByteBuffer.allocate(Long.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(json.length)
                            .array());
            out.write(json);
            for (int[] shape : shapes.values()) {
                out.write(values(elements(shape), shape.length == 1, random));
            }
        }
    }

    private static int elements(int[] shape) {
        return shape.length == 1 ? shape[0] : shape[0] * shape[1];
    }

    private static byte[] values(int count, boolean ones, SplittableRandom random) {
        ByteBuffer bytes = ByteBuffer.allocate(count * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            float value = ones ? 1 : (float) random.nextDouble(-0.05, 0.05);
            bytes.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
        }
        return bytes.array();
    }
}
