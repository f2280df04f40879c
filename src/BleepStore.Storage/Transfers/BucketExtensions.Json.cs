using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

public static partial class BucketExtensions
{
    private const string NeedsReflection =
        "JSON without a JsonTypeInfo is written and read by reflection. Use the overload with a JsonTypeInfo.";

    private const string JsonType = "application/json";

    /// <summary>Stores a value as JSON. It is sent while it is written, so a large one takes little memory.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value. <see langword="null"/> is stored as <c>null</c>.</param>
    /// <param name="typeInfo">How to write it, from a <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>.</param>
    /// <param name="options">
    /// Attributes, conditions, checks. Without a <see cref="ObjectAttributes.ContentType"/> it is <c>application/json</c>.
    /// </param>
    /// <param name="cancellationToken">Stops the put.</param>
    /// <returns>The properties of the stored object.</returns>
    /// <exception cref="JsonException">The value cannot be written. The old object stays.</exception>
    /// <exception cref="StorageException">As <see cref="Bucket.PutAsync(string, Stream, PutOptions?, CancellationToken)"/>.</exception>
    public static Task<ObjectProperties> PutJsonAsync<T>(
        this Bucket bucket,
        string key,
        T value,
        JsonTypeInfo<T> typeInfo,
        PutOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentNullException.ThrowIfNull(typeInfo);
        return bucket.WriteAsync(
            key,
            stream => JsonSerializer.SerializeAsync(stream, value, typeInfo, cancellationToken),
            WithContentType(options, JsonType),
            cancellationToken);
    }

    /// <summary>Stores a value as JSON, written by reflection. All else is as for the other overload.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value. <see langword="null"/> is stored as <c>null</c>.</param>
    /// <param name="serializerOptions">
    /// How to write it. The default is <see cref="JsonSerializerOptions.Web"/>, so names are in camel case.
    /// </param>
    /// <param name="options">Attributes, conditions, checks. See the other overload.</param>
    /// <param name="cancellationToken">Stops the put.</param>
    /// <returns>The properties of the stored object.</returns>
    /// <exception cref="JsonException">The value cannot be written. The old object stays.</exception>
    /// <exception cref="NotSupportedException">The type cannot be written. The old object stays.</exception>
    /// <exception cref="StorageException">As <see cref="Bucket.PutAsync(string, Stream, PutOptions?, CancellationToken)"/>.</exception>
    [RequiresUnreferencedCode(NeedsReflection)]
    [RequiresDynamicCode(NeedsReflection)]
    public static Task<ObjectProperties> PutJsonAsync<T>(
        this Bucket bucket,
        string key,
        T value,
        JsonSerializerOptions? serializerOptions = null,
        PutOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        return bucket.WriteAsync(
            key,
            stream => JsonSerializer.SerializeAsync(stream, value, serializerOptions ?? JsonSerializerOptions.Web, cancellationToken),
            WithContentType(options, JsonType),
            cancellationToken);
    }

    /// <summary>Reads a value from JSON. It is parsed while it is received, so its text is never completely in memory.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="typeInfo">How to read it, from a <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>.</param>
    /// <param name="options">Conditions. The default is none.</param>
    /// <param name="maxBytes">The maximum size of the object in bytes. The default is 64 MiB.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The value. <see langword="null"/> only when the object holds <c>null</c>.</returns>
    /// <exception cref="JsonException">The object is no JSON, or none of this type.</exception>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.EntityTooLarge"/> when the object has more than <paramref name="maxBytes"/> bytes, none of which was
    /// read. All else as <see cref="Bucket.GetAsync"/>.
    /// </exception>
    public static async Task<T?> GetJsonAsync<T>(
        this Bucket bucket,
        string key,
        JsonTypeInfo<T> typeInfo,
        GetOptions? options = null,
        long maxBytes = DefaultMaxBytes,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        return await ReadAsync(
            bucket,
            key,
            options,
            maxBytes,
            content => ExplainAsync(bucket, key, JsonSerializer.DeserializeAsync(content, typeInfo, cancellationToken)),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a value from JSON by reflection. All else is as for the other overload.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="serializerOptions">
    /// How to read it. The default is <see cref="JsonSerializerOptions.Web"/>, so names match in any case.
    /// </param>
    /// <param name="options">Conditions. The default is none.</param>
    /// <param name="maxBytes">The maximum size of the object in bytes. The default is 64 MiB.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The value. <see langword="null"/> only when the object holds <c>null</c>.</returns>
    /// <exception cref="JsonException">The object is no JSON, or none of this type.</exception>
    /// <exception cref="NotSupportedException">The type cannot be read.</exception>
    /// <exception cref="StorageException">As the other overload.</exception>
    [RequiresUnreferencedCode(NeedsReflection)]
    [RequiresDynamicCode(NeedsReflection)]
    public static async Task<T?> GetJsonAsync<T>(
        this Bucket bucket,
        string key,
        JsonSerializerOptions? serializerOptions = null,
        GetOptions? options = null,
        long maxBytes = DefaultMaxBytes,
        CancellationToken cancellationToken = default)
    {
        serializerOptions ??= JsonSerializerOptions.Web;
        return await ReadAsync(
            bucket,
            key,
            options,
            maxBytes,
            content => ExplainAsync(bucket, key, JsonSerializer.DeserializeAsync<T>(content, serializerOptions, cancellationToken)),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says of which object it is that the JSON is wrong.</summary>
    private static async ValueTask<T?> ExplainAsync<T>(Bucket bucket, string key, ValueTask<T?> reading)
    {
        try
        {
            return await reading.ConfigureAwait(false);
        }
        catch (JsonException error)
        {
            string message = $"The object '{bucket.Name}/{Visible.Text(key)}' is not JSON of the requested type. {error.Message}";
            throw new JsonException(message, error.Path, error.LineNumber, error.BytePositionInLine, error);
        }
    }
}
