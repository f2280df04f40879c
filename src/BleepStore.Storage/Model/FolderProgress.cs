using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>How far the transfer of a folder has come. A snapshot.</summary>
public readonly record struct FolderProgress
{
    private readonly ValueList<string> _current;

    /// <summary>How many files or objects are complete, which means transferred, unchanged, skipped, deleted or failed.</summary>
    public required long Done { get; init; }

    /// <summary>How many there are in all. <see langword="null"/> while nobody knows.</summary>
    public required long? Total { get; init; }

    /// <summary>How many bytes have moved.</summary>
    public required long Bytes { get; init; }

    /// <summary>How many bytes are to move. <see langword="null"/> while nobody knows.</summary>
    public required long? TotalBytes { get; init; }

    /// <summary>How long the transfer has taken so far.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The names that are being transferred.</summary>
    public required IReadOnlyList<string> Current
    {
        get => _current.Items;
        init => _current = new(value);
    }

    /// <summary>Bytes per second since the transfer began. 0 at its beginning.</summary>
    public double BytesPerSecond => Elapsed > TimeSpan.Zero ? Bytes / Elapsed.TotalSeconds : 0;

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(FolderProgress))
        .Add(nameof(Done), Done)
        .Add(nameof(Total), Total)
        .Add(nameof(Bytes), Bytes)
        .Add(nameof(TotalBytes), TotalBytes)
        .Add(nameof(Elapsed), Elapsed)
        .Add(nameof(Current), _current)
        .ToString();
}
