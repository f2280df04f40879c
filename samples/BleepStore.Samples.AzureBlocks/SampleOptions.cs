namespace BleepStore.Samples.AzureBlocks;

/// <summary>What was asked for.</summary>
internal sealed record SampleOptions
{
    /// <summary>The file to upload; <see langword="null"/> to generate one.</summary>
    public required FileInfo? File { get; init; }

    /// <summary>Where to; <see langword="null"/> for an emulator of the sample's own.</summary>
    public required Account? Account { get; init; }

    public required string Container { get; init; }

    public required DirectoryInfo State { get; init; }

    /// <summary>The emulator's program; <see langword="null"/> for the repository's.</summary>
    public required FileInfo? Azurite { get; init; }

    public required TimeSpan Pause { get; init; }

    public required bool Restart { get; init; }

    public required bool Keep { get; init; }
}
