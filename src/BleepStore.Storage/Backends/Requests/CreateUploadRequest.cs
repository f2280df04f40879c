namespace BleepStore.Storage.Backends;

/// <summary>A multipart upload to begin.</summary>
public sealed record CreateUploadRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>The attributes to store. Metadata names are lower case.</summary>
    public ObjectAttributes Attributes { get; init; } = ObjectAttributes.None;

    /// <summary>
    /// The token that the finished object carries and that the upload id begins with. It has 22 random characters of the Base64url
    /// alphabet.
    /// </summary>
    public required string WriteToken { get; init; }

    /// <summary>
    /// The source object when the upload is a copy by parts. <see langword="null"/> for any other upload. <see cref="Attributes"/> still
    /// holds everything to store. This property is for data that a copy in one request carries along by itself, such as tags.
    /// </summary>
    public ObjectAddress? CopySource { get; init; }

    /// <summary>
    /// Where the parts begin, when the core sends all of them. <see langword="null"/> for a caller's upload and for a copy.
    /// </summary>
    internal PartLayout? Layout { get; init; }
}
