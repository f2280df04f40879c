namespace BleepStore.Storage;

/// <summary>The limits of a form. A form that exceeds one is answered with 413. Immutable and thread-safe.</summary>
public sealed record FormUploadOptions
{
    internal static FormUploadOptions Default { get; } = new();

    /// <summary>
    /// The largest form, in bytes, with all its files. 0 or more. It replaces the server's limit for this request. The default is
    /// <see langword="null"/>, which keeps the server's limit. That limit is 30,000,000 bytes unless it was changed.
    /// </summary>
    public long? MaxLength { get; init; }

    /// <summary>
    /// The largest accepted file, in bytes. 0 or more. The default is <see langword="null"/>, so only the limit of the whole form applies.
    /// </summary>
    public long? MaxFileLength { get; init; }

    /// <summary>How many files a form may have. 0 or more. The default is 100.</summary>
    public int MaxFiles { get; init; } = 100;

    /// <summary>How many fields a form may have in addition to its files. 0 or more. The default is 1,000.</summary>
    public int MaxFields { get; init; } = 1000;

    /// <summary>The longest value of a field, in bytes. 0 or more. The default is 65,536.</summary>
    public int MaxFieldLength { get; init; } = 64 * 1024;
}
