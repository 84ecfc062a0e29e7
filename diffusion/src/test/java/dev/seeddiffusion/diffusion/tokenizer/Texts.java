package dev.seeddiffusion.diffusion.tokenizer;

import java.util.List;
import java.util.Random;

/** Python and worse for the tests of this package. */
final class Texts {
    static final List<String> FUNCTIONS =
            List.of(
                    """
                    def is_prime(n):
                        \"""Return True if n is a prime number.\"""
                        if n < 2:
                            return False
                        for divisor in range(2, int(n ** 0.5) + 1):
                            if n % divisor == 0:
                                return False

                        return True
                    """,
                    """
                    class Stack:

                        def __init__(self, items=None):
                            self._items = list(items or [])


                        def push(self, item):\t# keeps the order
                            self._items.append(item)
                    """,
                    "def greet(name: str) -> str:\r\n\treturn f'Grüß dich, {name}! 你好 🦀👩‍🚀' \\\r\n"
                            + "\t\t+ \"\\n\" * 10\r\n\r\n\r\n    \r\n# ---- done == 12345 ----   \n  ");

    private static final String[] PIECES = {
        "\n",
        "\r",
        "\r\n",
        "\t",
        " ",
        "  ",
        "        ",
        "\u00a0",
        "\u2028",
        "\u0085",
        "a",
        "Z",
        "_",
        "__",
        "def ",
        "return",
        "(",
        ")",
        "[",
        "]:",
        "==",
        "\"\"\"",
        "'",
        "0",
        "7",
        "½",
        "Ⅷ",
        "٣",
        "ß",
        "é",
        "e\u0301",
        "中",
        "文",
        "한",
        "й",
        "ﬁ",
        "🦀",
        "👩‍🚀",
        "𝒳",
        "\u200b",
        "\u0000",
        "\u001f",
        "\u007f",
        "<|",
        "|>",
        "<|mask|>",
        "<|endoftext|>",
        "self",
        ".",
        ",",
        "#",
        "\\"
    };

    private Texts() {}

    static String random(long seed, int pieces) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }
}
