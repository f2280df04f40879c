using System.IO.Compression;
using System.Text;
using BleepStore.Storage.Comparison.Places;

namespace BleepStore.Storage.Comparison.Behaviours;

/// <summary>The behaviours, in the order of the table. Each works on keys of its own.</summary>
internal static class Catalogue
{
    /// <summary>How much of a source arrives before it breaks: several parts of every library.</summary>
    public const long LargeSize = 40 << 20;

    private const int ZipEntries = 64;

    private const int ZipEntrySize = 1 << 20;

    private const int Keys = 10_000;

    private const int AtOnce = 16;

    /// <summary>Enough to see a race that a library loses in one round of a hundred.</summary>
    private const int Rounds = 500;

    /// <summary>The server carries out one request at a time.</summary>
    private const int RoundsOnServer = 20;

    private static readonly byte[] Old = "old"u8.ToArray();

    public static IReadOnlyList<Behaviour> All { get; } =
    [
        new("The source of a put over an old object fails after 40 MiB", FailingSourceAsync),
        new("The process is killed in the middle of such a put", KillAsync),
        new("A put to the key `../x`", OutsideAsync),
        new("Metadata `author: Zoë` is read back", MetadataAsync),
        new("A read of a missing object", MissingAsync),
        new("16 puts at once that must not overwrite", ConditionAsync),
        new("One entry of a zip of 64 MiB is read", ZipAsync),
        new("10,000 keys are listed", ListAsync),
        new("Bytes are appended to an object", AppendAsync),
    ];

    private static async Task<string> FailingSourceAsync(Observed observed)
    {
        await observed.Place.PutAsync("failing", new MemoryStream(Old));
        string caller = "no exception";
        try
        {
            await observed.Place.PutAsync("failing", new BrokenSource(LargeSize, static _ => throw new InvalidDataException("It broke off.")));
        }
        catch (InvalidDataException)
        {
            caller = "the caller gets the exception";
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            caller = $"the caller gets {Answer.Of(error)}";
        }

        return $"{await Answer.OfReaderAsync(observed.Place, "failing", Old)}, and {caller}";
    }

    private static async Task<string> KillAsync(Observed observed)
    {
        await observed.Place.PutAsync("killed", new MemoryStream(Old));
        await KilledPut.RunAsync(observed.Kind, observed.Where, "killed");
        return await Answer.OfReaderAsync(observed.Place, "killed", Old);
    }

    private static async Task<string> OutsideAsync(Observed observed)
    {
        try
        {
            await observed.Place.PutAsync("../x", new MemoryStream(Old));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return $"Refused: {Answer.Of(error)}";
        }

        if (File.Exists(Path.Combine(observed.Where, "x")))
        {
            return "Written outside the folder of the store";
        }

        List<string> keys = await observed.Place.ListAsync("");
        string[] stored = [.. keys.Where(static key => key.EndsWith('x'))];
        return stored.Length == 0 ? "Not listed afterwards" : $"Stored as `{string.Join("`, `", stored)}`";
    }

    private static async Task<string> MetadataAsync(Observed observed)
    {
        var metadata = new Dictionary<string, string> { ["author"] = "Zoë" };
        try
        {
            await observed.Place.PutAsync("with-metadata", new MemoryStream(Old), metadata);
            IReadOnlyDictionary<string, string> read = await observed.Place.GetMetadataAsync("with-metadata");
            return read.TryGetValue("author", out string? author)
                ? author == "Zoë" ? "Yes" : $"Changed to `{author}`"
                : "Lost, without an exception";
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return $"Refused: {Answer.Of(error)}";
        }
    }

    private static async Task<string> MissingAsync(Observed observed)
    {
        try
        {
            return await observed.Place.GetAsync("missing") is null ? "`null`" : "An empty object";
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return Answer.Of(error);
        }
    }

    private static async Task<string> ConditionAsync(Observed observed)
    {
        int mostWinners = 0;
        string others = "";
        int rounds = observed.Kind is PlaceKind.Local or PlaceKind.Fluent ? Rounds : RoundsOnServer;
        for (int round = 0; round < rounds; round++)
        {
            string key = $"once/{round}";
            string[] answers = await Task.WhenAll(
                Enumerable.Range(0, AtOnce).Select(_ => Task.Run(() => PutOnceAsync(observed.Place, key))));
            mostWinners = Math.Max(mostWinners, answers.Count(static answer => answer.Length == 0));
            others = answers.FirstOrDefault(static answer => answer.Length > 0) ?? others;
        }

        return mostWinners == 1 ? $"One succeeds, the others get {others}" : "In some rounds several succeed";
    }

    /// <returns>What the caller gets, or nothing when the put succeeds.</returns>
    private static async Task<string> PutOnceAsync(IPlace place, string key)
    {
        try
        {
            return await place.PutIfAbsentAsync(key, new MemoryStream(Old)) ? "" : "`null`";
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return Answer.Of(error);
        }
    }

    private static async Task<string> ZipAsync(Observed observed)
    {
        using (var zip = new MemoryStream())
        {
            await WriteZipAsync(zip);
            zip.Position = 0;
            await observed.Place.PutAsync("entries.zip", zip);
        }

        // Once before the count, so that no assembly is loaded meanwhile.
        await ReadZipAsync(observed.Place);
        long before = observed.Place.BytesRead;
        await ReadZipAsync(observed.Place);
        long read = (observed.Place.BytesRead - before + (ZipEntrySize / 2)) / ZipEntrySize;
        return $"About {read} MiB are read";
    }

    private static async Task WriteZipAsync(Stream stream)
    {
        await using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        byte[] bytes = new byte[ZipEntrySize];
        for (int at = 0; at < ZipEntries; at++)
        {
            await using Stream entry = await zip.CreateEntry($"{at}", CompressionLevel.NoCompression).OpenAsync();
            await entry.WriteAsync(bytes);
        }
    }

    private static async Task ReadZipAsync(IPlace place)
    {
        await using Stream stream = await place.OpenSeekableAsync("entries.zip");
        await using var zip = new ZipArchive(stream);
        await using Stream entry = await zip.GetEntry($"{ZipEntries / 2}")!.OpenAsync();
        await entry.CopyToAsync(Stream.Null);
    }

    /// <remarks>A folder sorts its names in another way than the whole keys are sorted.</remarks>
    private static async Task<string> ListAsync(Observed observed)
    {
        string[] keys = [.. Enumerable.Range(0, Keys).Select(static at => $"many/{at % 10}{"-/."[at % 3]}{at:D5}")];
        await Parallel.ForEachAsync(
            keys,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (key, _) => await observed.Place.PutAsync(key, new MemoryStream(Old)));

        List<string> listed = await observed.Place.ListAsync("many/");
        bool isComplete = listed.ToHashSet().SetEquals(keys) && listed.Count == keys.Length;
        bool isOrdered = listed.SequenceEqual(listed.Order(StringComparer.Ordinal));
        return $"{(isComplete ? "All" : $"{listed.Count} of them")}, {(isOrdered ? "sorted" : "not sorted")}";
    }

    private static async Task<string> AppendAsync(Observed observed)
    {
        try
        {
            await observed.Place.AppendAsync("log", new MemoryStream("one "u8.ToArray()));
            await observed.Place.AppendAsync("log", new MemoryStream("two"u8.ToArray()));
            return Encoding.UTF8.GetString(await observed.Place.GetAsync("log")) == "one two" ? "Yes" : "No";
        }
        catch (NotSupportedException)
        {
            return Answer.NoSuchCall;
        }
    }
}
