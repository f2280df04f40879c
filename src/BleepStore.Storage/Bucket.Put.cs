using System.Runtime.CompilerServices;
using BleepStore.Storage.Basics;
using BleepStore.Storage.Checks;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Puts;

namespace BleepStore.Storage;

public partial class Bucket
{
    /// <summary>
    /// Stores the rest of a stream as an object, atomically. Readers see either the old object or the complete new one with its attributes.
    /// A stream that fails, or has another length than declared, leaves the old object unchanged.
    /// </summary>
    /// <example>
    /// <code>
    /// await using FileStream file = File.OpenRead("cat.jpg");
    /// ObjectProperties stored = await bucket.PutAsync("2026/cat.jpg", file, new PutOptions { ContentType = "image/jpeg" });
    /// </code>
    /// </example>
    /// <param name="key">The key, from 1 byte to <see cref="StorageCapabilities.MaxKeyBytes"/> in UTF-8.</param>
    /// <param name="content">
    /// The bytes from the stream's position to its end, or as many as <see cref="PutOptions.ContentLength"/>. Any size. The stream need not
    /// be seekable, and is not disposed. After success the stream's position is after the last byte that was read. After a failure a
    /// seekable stream is back at its old position, so the same call can be repeated.
    /// </param>
    /// <param name="options">Attributes, conditions, checks. The default is none.</param>
    /// <param name="cancellationToken">
    /// Stops the put. When it is cancelled before the commit is sent, the old object stays. Later the key holds the complete old or new
    /// object. Where the outcome cannot be known, the <see cref="OperationCanceledException"/> has an inner <see cref="StorageException"/>
    /// with <see cref="StorageException.IsOutcomeUnknown"/>. A read of the source that ignores the token is abandoned after 5 seconds. The
    /// source must not be used again.
    /// </param>
    /// <returns>The properties of the stored object.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.PreconditionFailed"/>, <see cref="StorageErrorCode.BadDigest"/>,
    /// <see cref="StorageErrorCode.IncompleteBody"/>, <see cref="StorageErrorCode.MetadataTooLarge"/>,
    /// <see cref="StorageErrorCode.EntityTooLarge"/>, <see cref="StorageErrorCode.InsufficientStorage"/>.
    /// </exception>
    /// <exception cref="ArgumentException">An option breaks its rule, or the stream cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The store was disposed before or during the call.</exception>
    /// <exception cref="Exception">
    /// The exception that <paramref name="content"/> threw when it was read, unchanged. Nothing was stored.
    /// </exception>
    public virtual Task<ObjectProperties> PutAsync(
        string key, Stream content, PutOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return PutAsync(key, new GivenContent(content), options, cancellationToken);
    }

    /// <summary>Stores bytes in memory as an object. All else is as for the other overload.</summary>
    /// <example>
    /// <code>
    /// await bucket.PutAsync("flag", new byte[] { 1 }, new PutOptions { IfAbsent = true });
    /// </code>
    /// </example>
    /// <param name="key">The key.</param>
    /// <param name="content">The bytes. They must not change until the task ends.</param>
    /// <param name="options">Attributes, conditions, checks. The default is none.</param>
    /// <param name="cancellationToken">Stops the put. The other overload describes the outcome.</param>
    /// <returns>The properties of the stored object.</returns>
    /// <exception cref="StorageException">As the other overload.</exception>
    /// <exception cref="ArgumentException">An option breaks its rule.</exception>
    public virtual Task<ObjectProperties> PutAsync(
        string key, ReadOnlyMemory<byte> content, PutOptions? options = null, CancellationToken cancellationToken = default) =>
        PutAsync(key, new GivenContent(content), options, cancellationToken);

    internal Task<ObjectProperties> PutAsync(
        string key, GivenContent content, PutOptions? options, CancellationToken cancellationToken, bool isRecognisable = false) =>
        Context.Operations.RunAsync(
            OperationNames.Put,
            Name,
            key,
            (Bucket: this, Key: key, Content: content, Options: options ?? PutOptions.Default, IsRecognisable: isRecognisable),
            static (state, token) => state.Bucket.PutCheckedAsync(state.Key, state.Content, state.Options, state.IsRecognisable, token),
            cancellationToken);

    /// <summary>Stores a stream with a token by which <see cref="IsSameObjectAsync"/> recognises the object.</summary>
    internal Task<ObjectProperties> PutRecognisablyAsync(
        string key, Stream content, PutOptions options, CancellationToken cancellationToken) =>
        _context is null
            ? PutAsync(key, content, options, cancellationToken)
            : PutAsync(key, new GivenContent(content), options, cancellationToken, isRecognisable: true);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ObjectProperties> PutCheckedAsync(
        string key, GivenContent content, PutOptions options, bool isRecognisable, CancellationToken cancellationToken)
    {
        CheckKey(key);
        var put = new ObjectPut
        {
            Address = new ObjectAddress(Name, key),
            Attributes = Attributes.Check(options),
            Condition = ToCondition(options.IfAbsent, options.IfMatch, options.IfRevision),
            ExpectedMd5 = Md5Digests.Check(options.ContentMd5),
            SinglePart = options.SinglePart,
            IsRecognisable = isRecognisable,
            Meter = MeterFor(options.Progress),
        };
        ObjectProperties stored = await Puts.RunAsync(put, content, options.ContentLength, cancellationToken).ConfigureAwait(false);
        put.Meter?.End(stored.Size);
        Telemetry.BytesWritten.Add(stored.Size, new KeyValuePair<string, object?>(Telemetry.ProviderTag, Context.Backend.Provider));
        return stored;
    }
}
