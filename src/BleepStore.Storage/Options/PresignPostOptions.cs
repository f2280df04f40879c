using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>The options that the form of a presigned POST binds in addition to key and time. Immutable and thread-safe.</summary>
public sealed record PresignPostOptions
{
    private readonly ValueMetadata _metadata;

    internal static PresignPostOptions Default { get; } = new();

    /// <summary>
    /// Whether the key is exactly the text given. Otherwise the key begins with that text, and the name of the file follows. The default is
    /// <see langword="false"/>.
    /// </summary>
    public bool IsWholeKey { get; init; }

    /// <summary>The least number of bytes of the file. 0 or more. The default is 0.</summary>
    public long MinimumLength { get; init; }

    /// <summary>
    /// The largest number of bytes of the file. At least <see cref="MinimumLength"/>, and at most 5 GiB. The default is
    /// <see langword="null"/>, which is 5 GiB.
    /// </summary>
    public long? MaximumLength { get; init; }

    /// <summary>The content type that the object gets. Printable ASCII. The default is none.</summary>
    public string? ContentType { get; init; }

    /// <summary>
    /// The metadata that the object gets. The rules are those of <see cref="ObjectAttributes.Metadata"/>. The default is none.
    /// </summary>
    /// <exception cref="ArgumentNullException">Set to <see langword="null"/>.</exception>
    public IReadOnlyDictionary<string, string> Metadata
    {
        get => _metadata.Items;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _metadata = new(value);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(PresignPostOptions))
        .Add(nameof(IsWholeKey), IsWholeKey ? true : null)
        .Add(nameof(MinimumLength), MinimumLength > 0 ? MinimumLength : null)
        .Add(nameof(MaximumLength), MaximumLength)
        .Add(nameof(ContentType), ContentType)
        .Add(nameof(Metadata), Metadata.Count > 0 ? _metadata : null)
        .ToString();
}
