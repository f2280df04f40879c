using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>The bytes of a large object.</summary>
/// <param name="Size">How many there are.</param>
/// <param name="Path">The file that holds them; <see langword="null"/> for a stream that cannot be read twice.</param>
internal sealed record LargeSource(long Size, string? Path)
{
    public Stream Open() => Path is null ? new PatternStream(Size) : File.OpenRead(Path);
}
