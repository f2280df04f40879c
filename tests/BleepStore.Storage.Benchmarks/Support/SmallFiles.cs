namespace BleepStore.Storage.Benchmarks.Support;

/// <summary>A tree of small files. No two are alike.</summary>
/// <param name="size">The size of a file.</param>
/// <param name="count">How many files there are.</param>
internal sealed class SmallFiles(long size, int count)
{
    private const int FilesPerFolder = 100;

    /// <summary>Each file is another window of this.</summary>
    private readonly byte[] _bytes = PatternStream.Bytes((int)size + count);

    public int Count => count;

    /// <summary>The path of a file below the tree, with <c>/</c>.</summary>
    public static string NameOf(int number) => $"folder-{number / FilesPerFolder:d4}/file-{number:d6}";

    public ReadOnlyMemory<byte> BytesOf(int number) => _bytes.AsMemory(number, (int)size);

    /// <summary>Writes the tree.</summary>
    public void Write(string folder)
    {
        for (int number = 0; number < count; number++)
        {
            string path = Path.Combine(folder, NameOf(number));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, BytesOf(number).Span);
        }
    }

    /// <summary>Requires that a folder holds this tree and nothing else.</summary>
    public void Require(string folder)
    {
        int found = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Count();
        Same.Require(found == count, $"there are {found} files, not {count}");
        for (int number = 0; number < count; number++)
        {
            Same.Require(
                File.ReadAllBytes(Path.Combine(folder, NameOf(number))).AsSpan().SequenceEqual(BytesOf(number).Span),
                $"the file {NameOf(number)} has other bytes");
        }
    }

    /// <summary>Requires the bytes of one file.</summary>
    public async Task RequireAsync(int number, Stream actual, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        await actual.CopyToAsync(copy, cancellationToken);
        Same.Require(copy.ToArray().AsSpan().SequenceEqual(BytesOf(number).Span), $"the object {NameOf(number)} has other bytes");
    }
}
