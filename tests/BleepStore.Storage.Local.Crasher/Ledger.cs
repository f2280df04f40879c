using System.Globalization;

namespace BleepStore.Storage.Local.Crasher;

/// <summary>What the objects of a store have to be, as far as the children said what they did.</summary>
internal sealed class Ledger
{
    private readonly Content?[] _objects = new Content?[Plan.Keys.Length];
    private readonly Dictionary<int, string[]> _begun = [];

    /// <summary>The uploads that were begun and not heard to be ended.</summary>
    public Dictionary<string, UploadEntry> Uploads { get; } = new(StringComparer.Ordinal);

    public int Acknowledged { get; private set; }

    public int InFlight { get; private set; }

    public int Landed { get; private set; }

    /// <summary>What is known of a key: what was acknowledged last, and what was begun since, if anything.</summary>
    public (Content? Old, bool IsDoubtful, Content? New) Of(int key)
    {
        Content? old = _objects[key];
        return !_begun.TryGetValue(key, out string[]? line) ? (old, false, null) : line[1] switch
        {
            "put" or "delete" or "copy" => (old, true, ResultOf(line)),
            "complete" => (old, true, Uploads[line[3]].Content),
            _ => (old, false, null),
        };
    }

    /// <summary>What was begun on a key when the child was killed.</summary>
    public string? BegunOn(int key) => _begun.GetValueOrDefault(key)?[1];

    /// <summary>Takes a line of a child.</summary>
    public void Read(string text)
    {
        string[] line = text.Split('\t');
        if (line[0] == "failed")
        {
            throw new CrashTestException($"An operation failed that nothing stood in the way of: {line[1]}");
        }

        int key = Number(line[2]);
        if (line[0] == "begin")
        {
            _begun[key] = line;
            if (line[1] is "complete" or "abort")
            {
                Uploads[line[3]].Ending = line[1];
            }

            return;
        }

        string[] begun = _begun[key];
        _begun.Remove(key);
        Acknowledged++;
        switch (line[1])
        {
            case "put" or "delete" or "copy":
                _objects[key] = ResultOf(begun);
                break;
            case "missing" when _objects[Number(begun[3])] is not null:
                throw new CrashTestException($"'{Plan.Keys[Number(begun[3])]}' was there and was not found to be copied.");
            case "create":
                Uploads[line[3]] = new UploadEntry(key, Number(begun[3]), [.. begun[4].Split(',').Select(Number)]);
                break;
            case "part":
                Uploads[line[3]].Parts.Add(Number(line[4]));
                break;
            case "complete":
                _objects[key] = Uploads[line[3]].Content;
                Uploads.Remove(line[3]);
                break;
            case "abort":
                Uploads.Remove(line[3]);
                break;
        }
    }

    /// <summary>Takes down what was found, or made, after the kill.</summary>
    public void Settle(int key, Content? found)
    {
        if (Of(key) is { IsDoubtful: true } doubtful)
        {
            InFlight++;
            Landed += found == doubtful.New ? 1 : 0;
        }

        _begun.Remove(key);
        _objects[key] = found;
    }

    private Content? ResultOf(string[] line) => line[1] switch
    {
        "put" => Content.OfPut(Number(line[3]), Number(line[4])),
        "copy" => _objects[Number(line[3])],
        _ => null,
    };

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>An upload.</summary>
    internal sealed class UploadEntry(int key, int seed, int[] sizes)
    {
        public int Key => key;

        public int Seed => seed;

        public int[] Sizes => sizes;

        /// <summary>The parts that were acknowledged, from 0.</summary>
        public HashSet<int> Parts { get; } = [];

        /// <summary>What was begun to end it.</summary>
        public string? Ending { get; set; }

        public Content Content { get; } = Content.OfParts(seed, sizes);
    }
}
