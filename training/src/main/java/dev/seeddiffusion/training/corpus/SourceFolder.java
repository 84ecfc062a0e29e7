package dev.seeddiffusion.training.corpus;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The functions and methods in the {@code *.py} files of a folder, in the order of their paths. */
final class SourceFolder {
    private static final System.Logger LOG = System.getLogger(SourceFolder.class.getName());

    private final Path folder;

    SourceFolder(Path folder) {
        this.folder = folder;
    }

    void forEach(Consumer<SourceFunction> reader) {
        List<Path> undecodable = new ArrayList<>();
        for (Path file : files()) {
            String text;
            try {
                text = Files.readString(file);
            } catch (CharacterCodingException e) {
                undecodable.add(file);
                continue;
            } catch (IOException e) {
                throw new CorpusException(file + ": cannot be read: " + e.getMessage(), e);
            }
            functions(folder.relativize(file).toString(), text).forEach(reader);
        }
        if (!undecodable.isEmpty()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}: left out {1} files that are not UTF-8, such as {2}",
                    folder,
                    undecodable.size(),
                    undecodable.getFirst());
        }
    }

    /** Nested functions stay within the function that holds them. */
    static List<SourceFunction> functions(String source, String text) {
        List<LogicalLine> lines = LogicalLine.of(text.replace("\r\n", "\n"));
        List<SourceFunction> functions = new ArrayList<>();
        int first = 0;
        while (first < lines.size()) {
            int signature = first;
            while (signature < lines.size() && lines.get(signature).isDecorator()) {
                signature++;
            }
            if (signature == lines.size() || !lines.get(signature).isFunction()) {
                first = signature + 1;
                continue;
            }
            int end = endOfFunction(lines, signature);
            functions.add(function(source, lines, first, signature, end));
            first = end;
        }
        return functions;
    }

    /** After the last line with code that is indented deeper than the signature. */
    private static int endOfFunction(List<LogicalLine> lines, int signature) {
        int indentation = lines.get(signature).indentation();
        int end = signature + 1;
        for (int i = end; i < lines.size(); i++) {
            LogicalLine line = lines.get(i);
            if (line.isEmpty()) {
                continue;
            }
            if (line.indentation() <= indentation) {
                break;
            }
            end = i + 1;
        }
        return end;
    }

    private static SourceFunction function(
            String source, List<LogicalLine> lines, int first, int signature, int end) {
        int indentation = lines.get(signature).indentation();
        LogicalLine last = lines.get(end - 1);
        String text = last.source().substring(lines.get(first).start(), last.end());
        String code = text.replaceAll("(?m)^[ \t]{0," + indentation + "}", "").strip() + "\n";
        String name = lines.get(signature).code().replaceFirst("(?s)^(async )?def +(\\w*).*", "$2");
        String doc =
                lines.subList(signature + 1, end).stream()
                        .filter(line -> !line.isEmpty())
                        .limit(1)
                        .filter(LogicalLine::isDocstring)
                        .map(LogicalLine::docstring)
                        .findFirst()
                        .orElse("");
        return new SourceFunction(source, name, doc, code);
    }

    private List<Path> files() {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(path -> path.toString().endsWith(".py"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new CorpusException(folder + ": cannot be listed: " + e.getMessage(), e);
        }
    }
}
