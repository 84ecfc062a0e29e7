package dev.seeddiffusion.diffusion.torchscript;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The bytes of a TorchScript archive that holds one module without parameters: an uncompressed zip
 * of the module's pickled attributes, its code, its constants and the format's version.
 */
final class TorchScriptArchive {

    private static final String CLASS_HEAD =
            """
            class M(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
            """;
    private static final String FORMAT_VERSION = "10\n";

    private TorchScriptArchive() {}

    /**
     * @param methods method definitions in TorchScript's serialised dialect, indented by two spaces
     */
    static byte[] of(String methods) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            store(zip, "m/data.pkl", moduleObject());
            store(zip, "m/code/__torch__.py", utf8(CLASS_HEAD + methods));
            store(zip, "m/constants.pkl", emptyTuple());
            store(zip, "m/version", utf8(FORMAT_VERSION));
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory does not fail.", e);
        }
        return bytes.toByteArray();
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED); // PyTorch maps the entries and refuses compressed ones
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /** Pickle, protocol 2: an object of class {@code __torch__.M} with {@code training = False}. */
    private static byte[] moduleObject() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x80, 2}); // PROTO 2
        out.writeBytes(utf8("c__torch__\nM\n")); // GLOBAL
        out.write(')'); // EMPTY_TUPLE
        out.write(0x81); // NEWOBJ
        out.writeBytes(utf8("}(")); // EMPTY_DICT, MARK
        out.writeBytes(new byte[] {'X', 8, 0, 0, 0}); // BINUNICODE of 8 bytes
        out.writeBytes(utf8("training"));
        out.write(0x89); // NEWFALSE
        out.writeBytes(utf8("ub.")); // SETITEMS, BUILD, STOP
        return out.toByteArray();
    }

    private static byte[] emptyTuple() {
        return new byte[] {(byte) 0x80, 2, ')', '.'};
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
