namespace BleepStore.Storage.Checks;

/// <summary>The rules of presigning that all signers share.</summary>
internal static class PresignRules
{
    /// <summary>The largest object that one request stores on every service (5 GiB).</summary>
    public const long MaximumLength = 5L * 1024 * 1024 * 1024;

    /// <summary>The placeholder that services replace by the name of the file, anywhere in a form.</summary>
    private const string FileName = "${filename}";

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    public static string HttpMethodOf(PresignMethod method) => method switch
    {
        PresignMethod.Get => "GET",
        PresignMethod.Put => "PUT",
        PresignMethod.Head => "HEAD",
        _ => "DELETE",
    };

    /// <summary>When something signed now expires. The services count in whole seconds.</summary>
    public static DateTimeOffset ExpiryOf(DateTimeOffset now, TimeSpan expiresIn) =>
        DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() + (long)expiresIn.TotalSeconds);

    /// <returns>The time in whole seconds.</returns>
    public static TimeSpan Check(TimeSpan expiresIn)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(expiresIn, Shortest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(expiresIn, Longest);
        return TimeSpan.FromSeconds(Math.Floor(expiresIn.TotalSeconds));
    }

    public static PresignOptions Check(PresignMethod method, PresignOptions options)
    {
        if (!Enum.IsDefined(method))
        {
            throw new ArgumentOutOfRangeException(nameof(method), method, "This method cannot be presigned.");
        }

        if (options.BindsRequest && method != PresignMethod.Put)
        {
            throw new ArgumentException(
                $"ContentType, ContentLength, ContentMd5 and Metadata are for {nameof(PresignMethod.Put)}. Leave them out for {method}.",
                nameof(options));
        }

        if (options.BindsAnswer && method is not (PresignMethod.Get or PresignMethod.Head))
        {
            throw new ArgumentException(
                $"The headers of an answer are for {nameof(PresignMethod.Get)} and {nameof(PresignMethod.Head)}. Leave them out for " +
                $"{method}.",
                nameof(options));
        }

        if (options.ContentLength is { } length)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(options.ContentLength));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaximumLength, nameof(options.ContentLength));
        }

        ObjectAttributes answer = Attributes.Check(new ObjectAttributes
        {
            ContentType = options.ResponseContentType,
            ContentDisposition = options.ResponseContentDisposition,
            CacheControl = options.ResponseCacheControl,
        });
        ObjectAttributes stored = Attributes.Check(new ObjectAttributes { ContentType = options.ContentType, Metadata = options.Metadata });
        return options with
        {
            ResponseContentType = answer.ContentType,
            ContentType = stored.ContentType,
            ContentMd5 = Md5Digests.Check(options.ContentMd5),
            Metadata = stored.Metadata,
        };
    }

    public static long? CheckPartLength(long? length)
    {
        if (length is { } bytes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(bytes, nameof(UploadPartOptions.ContentLength));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(
                bytes, ObjectStoreOptions.MaximumPartSize, nameof(UploadPartOptions.ContentLength));
        }

        return length;
    }

    public static PresignPostOptions Check(PresignPostOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.MinimumLength, nameof(options.MinimumLength));
        long most = options.MaximumLength ?? MaximumLength;
        ArgumentOutOfRangeException.ThrowIfLessThan(most, options.MinimumLength, nameof(options.MaximumLength));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(most, MaximumLength, nameof(options.MaximumLength));
        ObjectAttributes stored = Attributes.Check(new ObjectAttributes { ContentType = options.ContentType, Metadata = options.Metadata });
        return options with { MaximumLength = most, ContentType = stored.ContentType, Metadata = stored.Metadata };
    }

    /// <summary>Refuses the key of a form, or its beginning, that the service would change.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidKey"/>.</exception>
    public static void CheckFormKey(string key)
    {
        if (key.Contains(FileName, StringComparison.Ordinal))
        {
            throw new StorageException(
                StorageErrorCode.InvalidKey,
                $"The key contains '{FileName}', which services replace by the name of the file. Presign a PUT, or choose another key.");
        }
    }

    /// <summary>
    /// Refuses a name that would not arrive, because browsers and HTTP clients resolve dot segments before they send a URL.
    /// </summary>
    /// <param name="name">A key or an upstream name.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidKey"/>.</exception>
    public static void CheckPath(string name)
    {
        if (name.Split('/').Any(static segment => segment is "." or ".."))
        {
            throw new StorageException(
                StorageErrorCode.InvalidKey,
                "The key has a segment '.' or '..'. Browsers would send the request to another address. Copy the object to another key " +
                "first.");
        }
    }
}
