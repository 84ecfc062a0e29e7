package dev.seeddiffusion.system;

/** Python of some length that goes on; no two numbers share more than their first tokens. */
final class Prompts {

    private static final String LINE =
            "def f%d_%d(values, limit):\n    return [v + %d for v in values]\n\n";

    private static final String QUESTION =
            "def sum_even(numbers):\n    \"\"\"Return the sum of the even numbers in numbers.\"\"\"\n";

    private Prompts() {}

    /**
     * @param functions each of about 26 tokens of the shipped model
     */
    static String of(int number, int functions) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < functions; i++) {
            text.append(LINE.formatted(number, i, number + i));
        }
        return text.append(QUESTION).toString();
    }
}
