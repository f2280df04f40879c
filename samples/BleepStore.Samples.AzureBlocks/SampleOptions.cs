namespace BleepStore.Samples.AzureBlocks;

/// <summary>The options of the command line.</summary>
internal sealed record SampleOptions
{
    /// <summary>The file to upload. <see langword="null"/> generates one.</summary>
    public required FileInfo? File { get; init; }

    /// <summary>The account. <see langword="null"/> starts the sample's own emulator.</summary>
    public required Account? Account { get; init; }

    public required string Container { get; init; }

    public required DirectoryInfo State { get; init; }

    /// <summary>The emulator's program. <see langword="null"/> uses the repository's.</summary>
    public required FileInfo? Azurite { get; init; }

    public required TimeSpan Pause { get; init; }

    public required bool Restart { get; init; }

    public required bool Keep { get; init; }
}
