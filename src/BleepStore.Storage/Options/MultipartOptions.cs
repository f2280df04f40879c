namespace BleepStore.Storage;

/// <summary>The attributes that the object of a multipart upload will have. Immutable and thread-safe.</summary>
public sealed record MultipartOptions : ObjectAttributes
{
    /// <summary>No attributes.</summary>
    public MultipartOptions()
    {
    }

    /// <summary>The attributes of an object that exists, or any others.</summary>
    /// <param name="attributes">The attributes. Properties of an object are attributes too.</param>
    /// <exception cref="ArgumentNullException"><paramref name="attributes"/> is <see langword="null"/>.</exception>
    public MultipartOptions(ObjectAttributes attributes)
        : base(attributes ?? throw new ArgumentNullException(nameof(attributes)))
    {
    }
}
