namespace BleepStore.Storage;

/// <summary>How far a transfer has come. A snapshot.</summary>
public readonly record struct TransferProgress
{
    /// <summary>
    /// How many bytes have moved, including <see cref="KeptBytes"/>. It goes back when bytes have to be sent again.
    /// </summary>
    public required long Bytes { get; init; }

    /// <summary>How many of the bytes an earlier call has moved, so this call did not. 0 unless a transfer was resumed.</summary>
    public long KeptBytes { get; init; }

    /// <summary>How many bytes there are. <see langword="null"/> while nobody knows.</summary>
    public required long? TotalBytes { get; init; }

    /// <summary>How long the transfer has taken so far.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The current phase of the transfer.</summary>
    public required TransferPhase Phase { get; init; }

    /// <summary>Bytes per second since this call began, without <see cref="KeptBytes"/>. 0 at its beginning.</summary>
    public double BytesPerSecond => Elapsed > TimeSpan.Zero ? (Bytes - KeptBytes) / Elapsed.TotalSeconds : 0;

    /// <summary>How much is done, from 0 to 1. <see langword="null"/> while nobody knows the total.</summary>
    public double? Fraction => TotalBytes is not { } total ? null : total > 0 ? Math.Min(1, (double)Bytes / total) : 1;
}
