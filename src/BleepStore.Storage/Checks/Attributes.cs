using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Checks;

/// <summary>Checks attributes, and copies them for a backend with names in lower case.</summary>
internal static class Attributes
{
    public static ObjectAttributes Check(ObjectAttributes? given)
    {
        if (given is null or
            {
                ContentType: null,
                ContentEncoding: null,
                ContentLanguage: null,
                ContentDisposition: null,
                CacheControl: null,
                StorageClass: null,
                Expires: null,
                Metadata.Count: 0,
            })
        {
            return ObjectAttributes.None;
        }

        return new ObjectAttributes
        {
            // ASP.NET's IFormFile has an empty content type where the browser sent none.
            ContentType = given.ContentType is "" ? null : Printable(given.ContentType, nameof(given.ContentType)),
            ContentEncoding = Printable(given.ContentEncoding, nameof(given.ContentEncoding)),
            ContentLanguage = Printable(given.ContentLanguage, nameof(given.ContentLanguage)),
            ContentDisposition = Printable(given.ContentDisposition, nameof(given.ContentDisposition)),
            CacheControl = Printable(given.CacheControl, nameof(given.CacheControl)),
            StorageClass = Printable(given.StorageClass, nameof(given.StorageClass)),
            Expires = given.Expires is { } expires ? DateTimeOffset.FromUnixTimeSeconds(expires.ToUnixTimeSeconds()) : null,
            Metadata = CheckMetadata(given.Metadata),
        };
    }

    private static string? Printable(string? value, string property)
    {
        if (value is null)
        {
            return null;
        }

        if (value.Length == 0 || value.AsSpan().ContainsAnyExceptInRange(' ', '~') || value[0] == ' ' || value[^1] == ' ')
        {
            throw new ArgumentException($"{property} must be printable ASCII, neither empty nor with spaces at its ends.", property);
        }

        return value;
    }

    private static IReadOnlyDictionary<string, string> CheckMetadata(IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
        {
            return UserMetadata.Empty;
        }

        var kept = new Dictionary<string, string>(metadata.Count, StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in metadata)
        {
            if (string.IsNullOrEmpty(name))
            {
                throw new ArgumentException("A metadata name is empty.", nameof(metadata));
            }

            Keys.CheckText(name, nameof(metadata));
            Keys.CheckText(value, nameof(metadata));
            string lower = name.ToLowerInvariant();
            if (lower.StartsWith(MetadataRules.ReservedPrefix, StringComparison.Ordinal))
            {
                throw new ArgumentException(
                    $"The metadata name '{Visible.Text(name)}' is reserved. Names that begin with '{MetadataRules.ReservedPrefix}' "
                    + "belong to this library.",
                    nameof(metadata));
            }

            if (!kept.TryAdd(lower, value))
            {
                throw new ArgumentException(
                    $"The metadata name '{Visible.Text(name)}' occurs twice. Names are compared without regard to case.", nameof(metadata));
            }
        }

        if (MetadataRules.Measure(kept) is var size && size > MetadataRules.MaximumSize)
        {
            throw new StorageException(
                StorageErrorCode.MetadataTooLarge,
                $"The metadata has {size} bytes as stored, but at most {MetadataRules.MaximumSize} are allowed. "
                + "Non-ASCII names and values take more than their characters.");
        }

        return kept;
    }
}
