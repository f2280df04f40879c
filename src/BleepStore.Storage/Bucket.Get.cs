using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Conditions;
using BleepStore.Storage.Checks;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Progress;
using BleepStore.Storage.Engine.Reads;

namespace BleepStore.Storage;

public partial class Bucket
{
    /// <summary>
    /// Opens an object for reading. The properties and the range are known when the method returns. The bytes arrive as
    /// <see cref="ObjectReader.Content"/> is read. A body that breaks off is resumed at the same position and revision. The reader receives
    /// the right bytes or an error, never a mix of revisions.
    /// </summary>
    /// <example>
    /// <code>
    /// await using ObjectReader reader = await bucket.GetAsync("2026/cat.jpg");
    /// await reader.Content.CopyToAsync(Stream.Null);
    /// </code>
    /// </example>
    /// <param name="key">The key.</param>
    /// <param name="options">Range and conditions. By default all bytes are read, without conditions.</param>
    /// <param name="cancellationToken">Stops the opening. Reads have their own tokens.</param>
    /// <returns>The reader. Dispose it in every case.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchKey"/>, <see cref="StorageErrorCode.InvalidRange"/> with the size,
    /// <see cref="StorageErrorCode.PreconditionFailed"/>, <see cref="StorageErrorCode.NotModified"/>,
    /// <see cref="StorageErrorCode.InvalidObjectState"/>.
    /// </exception>
    public virtual Task<ObjectReader> GetAsync(string key, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        Context.Operations.RunAsync(
            OperationNames.Get,
            Name,
            key,
            (Bucket: this, Key: key, Options: options ?? GetOptions.Default),
            static (state, token) =>
            {
                GetOptions options = state.Options;
                state.Bucket.CheckKey(state.Key);
                var request = new GetRequest
                {
                    Bucket = state.Bucket.Name,
                    Key = state.Key,
                    Range = options.Range,
                    IfRevision = OpaqueStrings.Revision(options.IfRevision),
                    Conditions = ToConditions(options),
                };
                var opening = new ObjectOpening<ObjectReader>(
                    state.Bucket.Context, request, static (properties, range, content) => new ObjectReader(properties, range, content));
                return state.Bucket.MeterFor(options.Progress) is { } meter
                    ? OpenMeteredAsync(opening, meter, token)
                    : opening.OpenAsync(token);
            },
            cancellationToken);

    private static async ValueTask<ObjectReader> OpenMeteredAsync(
        ObjectOpening<ObjectReader> opening, ProgressMeter meter, CancellationToken cancellationToken)
    {
        ObjectReader reader = await opening.OpenAsync(cancellationToken).ConfigureAwait(false);
        reader.CountWith(meter);
        return reader;
    }

    /// <summary>Reads an object's properties.</summary>
    /// <example>
    /// <code>
    /// ObjectProperties properties = await bucket.HeadAsync("2026/cat.jpg");
    /// Console.WriteLine($"{properties.Size} bytes, {properties.ETag}");
    /// </code>
    /// </example>
    /// <param name="key">The key.</param>
    /// <param name="options">Conditions. The default is none.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchKey"/>, <see cref="StorageErrorCode.PreconditionFailed"/>,
    /// <see cref="StorageErrorCode.NotModified"/>.
    /// </exception>
    public virtual Task<ObjectProperties> HeadAsync(
        string key, HeadOptions? options = null, CancellationToken cancellationToken = default) =>
        Context.Operations.RunAsync(
            OperationNames.Head,
            Name,
            key,
            (Bucket: this, Key: key, Options: options ?? HeadOptions.Default),
            static async (state, token) =>
            {
                HeadOptions options = state.Options;
                state.Bucket.CheckKey(state.Key);
                ReadConditions conditions = ToConditions(options);
                var revision = new WriteCondition { IfRevision = OpaqueStrings.Revision(options.IfRevision) };
                StoredObject stored = await state.Bucket.HeadStoredAsync(
                    new ObjectAddress(state.Bucket.Name, state.Key), isForWrite: options != HeadOptions.Default, token)
                        .ConfigureAwait(false);
                revision.ThrowIfNotMet(stored.Properties);
                conditions.ThrowIfNotMet(stored.Properties);
                return stored.Properties;
            },
            cancellationToken);

    /// <summary>Returns whether an object exists.</summary>
    /// <example>
    /// <code>
    /// bool exists = await bucket.ExistsAsync("2026/cat.jpg");
    /// </code>
    /// </example>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>
    /// <see langword="false"/> only when the upstream reports that the object does not exist. Every other failure is thrown, including a
    /// missing bucket.
    /// </returns>
    public virtual async Task<bool> ExistsAsync(string key, CancellationToken cancellationToken = default)
    {
        try
        {
            await HeadAsync(key, options: null, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            return false;
        }
    }

    private Task<StoredObject> HeadStoredAsync(ObjectAddress address, bool isForWrite, CancellationToken cancellationToken) =>
        Context.Backend.HeadAsync(
            new HeadRequest { Bucket = address.Bucket, Key = address.Key, IsForWrite = isForWrite }, cancellationToken);

    private static ReadConditions ToConditions(ReadOptions options) =>
        ToConditions(options.IfMatch, options.IfNoneMatch, options.IfModifiedSince, options.IfUnmodifiedSince);

    private static ReadConditions ToConditions(
        string? ifMatch, string? ifNoneMatch, DateTimeOffset? ifModifiedSince, DateTimeOffset? ifUnmodifiedSince) => new()
        {
            IfMatch = ETagLists.IfMatch(ifMatch),
            IfNoneMatch = ETagLists.IfNoneMatch(ifNoneMatch),
            IfModifiedSince = ifModifiedSince,
            IfUnmodifiedSince = ifUnmodifiedSince,
        };
}
