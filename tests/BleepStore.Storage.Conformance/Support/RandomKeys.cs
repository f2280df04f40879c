namespace BleepStore.Storage.Conformance.Support;

/// <summary>Random keys of the pieces that make trouble. The seed is in the test's output, so that a failure can be repeated.</summary>
/// <param name="seed">The seed of the keys.</param>
internal sealed class RandomKeys(int seed)
{
    private static readonly string[] Pieces =
    [
        "/",
        "//",
        ".",
        "..",
        "a",
        "b",
        "ab",
        "abc",
        "A",
        "é",
        "e\u0301",
        "\u65e5",
        "\ud83d\ude40",
        "\uff5e",
        "\ue000",
        "\ufffd",
        " ",
        "+",
        "%",
        "%2F",
        "#",
        "?",
        "&",
        "\\",
        ":",
        "*",
        "\"",
        "<",
        ">",
        "|",
        "~",
        "=",
        "\t",
        "\n",
        "\u0001",
        "\u007f",
        "-",
        "!",
        "0",
        "_",
        "'",
        "$",
        "@",
        ",",
        ";",
        "^",
        "`",
    ];

    private readonly Random _random = new(seed);

    public string Next()
    {
        int length = _random.Next(1, 8);
        return string.Concat(Enumerable.Range(0, length).Select(_ => Pieces[_random.Next(Pieces.Length)]));
    }

    public IReadOnlyList<string> Distinct(int count)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (keys.Count < count)
        {
            keys.Add(Next());
        }

        return [.. keys];
    }

    public T Pick<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];
}
