using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>
/// A form that a browser can send to upload a file. Until the form expires, everybody who has it can upload with it, so treat it as a
/// secret. <see cref="ToString"/> leaves the fields out. Immutable and thread-safe.
/// </summary>
public sealed record PresignedPost
{
    private readonly ValueMetadata _fields;

    /// <summary>Where the form goes, by <c>POST</c> as <c>multipart/form-data</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>The form's fields. The file follows them, as the last field, under the name <c>file</c>.</summary>
    /// <exception cref="ArgumentNullException">Set to <see langword="null"/>.</exception>
    public required IReadOnlyDictionary<string, string> Fields
    {
        get => _fields.Items;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _fields = new(value);
        }
    }

    /// <summary>
    /// When the form expires. UTC, to the second. A temporary credential can end earlier, if neither the options nor the SDK tells its end.
    /// </summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Prints the address and the time.</summary>
    public override string ToString() =>
        new MemberPrinter(nameof(PresignedPost)).Add(nameof(Url), Url).Add(nameof(ExpiresAt), ExpiresAt).ToString();
}
