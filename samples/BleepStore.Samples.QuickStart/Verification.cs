using BleepStore.Storage;

namespace BleepStore.Samples.QuickStart;

/// <summary>Compares everything that a bucket holds with the files that it was made of.</summary>
/// <param name="bucket">The bucket.</param>
internal sealed class Verification(Bucket bucket)
{
    private readonly Dictionary<string, Expected> _expected = new(StringComparer.Ordinal);

    /// <summary>The object must have this file's bytes.</summary>
    /// <param name="key">The object.</param>
    /// <param name="file">The file.</param>
    /// <param name="hasOwnETag">Whether its ETag follows from the bytes. That of a copy is opaque.</param>
    public void Expect(string key, FileInfo file, bool hasOwnETag = true) => _expected[key] = new Expected(file, hasOwnETag);

    /// <summary>Reads every object back and hashes every file.</summary>
    /// <returns>Whether all is as expected.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var missing = new HashSet<string>(_expected.Keys, StringComparer.Ordinal);
        int right = 0;
        int wrong = 0;
        await foreach (ListEntry entry in bucket.ListAsync(cancellationToken: cancellationToken))
        {
            missing.Remove(entry.Key);
            if (await FindFaultAsync(entry, cancellationToken) is { } fault)
            {
                Report(entry.Key, fault);
                wrong++;
            }
            else
            {
                right++;
            }
        }

        foreach (string key in missing)
        {
            Report(key, "is missing");
            wrong++;
        }

        Console.WriteLine($"   {right + wrong} objects checked against their files: {right} right, {wrong} wrong.");
        return wrong == 0;
    }

    private async Task<string?> FindFaultAsync(ListEntry entry, CancellationToken cancellationToken)
    {
        if (!_expected.TryGetValue(entry.Key, out Expected? expected))
        {
            return "should not be there";
        }

        await using FileStream source = expected.File.OpenRead();
        Fingerprint file = await Fingerprint.OfAsync(source, cancellationToken);
        await using ObjectReader reader = await bucket.GetAsync(entry.Key, cancellationToken: cancellationToken);
        Fingerprint stored = await Fingerprint.OfAsync(reader.Content, cancellationToken);
        if (stored.Md5 != file.Md5)
        {
            return $"has the MD5 {stored.Md5}, its file {file.Md5}";
        }

        if (entry.ETag != reader.Properties.ETag)
        {
            return $"is listed with the ETag {entry.ETag}, but has {reader.Properties.ETag}";
        }

        return expected.HasOwnETag && reader.Properties.ETag != file.ETag
            ? $"has the ETag {reader.Properties.ETag}; by its file it should be {file.ETag}"
            : null;
    }

    private static void Report(string key, string fault) => Console.WriteLine($"   WRONG: {key} {fault}");

    private sealed record Expected(FileInfo File, bool HasOwnETag);
}
