using BleepStore.Storage.Backends;
using BleepStore.Storage.Basics;
using BleepStore.Storage.Checks;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Links;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BleepStore.Storage;

/// <summary>
/// A store of objects in buckets, over one upstream. It is thread-safe. Create one and share it. All members are virtual, and a protected
/// constructor exists, so applications can fake the type in tests. The in-memory backend is usually the better fake.
/// </summary>
/// <remarks>
/// Failures are <see cref="StorageException"/>s with a <see cref="StorageErrorCode"/>. Bad arguments are <see cref="ArgumentException"/>s.
/// Cancellation is <see cref="OperationCanceledException"/>. A disposed store throws <see cref="ObjectDisposedException"/>. Any operation
/// that reaches the upstream can throw <see cref="StorageErrorCode.AccessDenied"/>, <see cref="StorageErrorCode.AuthenticationFailed"/>,
/// <see cref="StorageErrorCode.SlowDown"/>, <see cref="StorageErrorCode.RequestTimeout"/>,
/// <see cref="StorageErrorCode.ServiceUnavailable"/> and <see cref="StorageErrorCode.InternalError"/>. The documentation of members names
/// only further codes.
/// </remarks>
public partial class ObjectStore : IAsyncDisposable, IDisposable
{
    private readonly StoreContext? _context;
    private readonly string _name;

    /// <summary>For fakes, which must override every member that is used.</summary>
    protected ObjectStore() => _name = "";

    private ObjectStore(string name, StoreContext context)
    {
        _name = name;
        _context = context;
    }

    /// <summary>
    /// The name that the store was registered under. It is empty for the unnamed store and for stores made by
    /// <see cref="Create(StorageBackend, ObjectStoreOptions?, ILoggerFactory?, TimeProvider?)"/>.
    /// </summary>
    public virtual string Name => _name;

    /// <summary>The features and limits of the backend.</summary>
    public virtual StorageCapabilities Capabilities => Context.Capabilities;

    private StoreContext Context => _context ?? throw Fakes.NotOverridden(nameof(ObjectStore));

    /// <summary>Creates a store over a backend, for use without dependency injection and for authors of backends.</summary>
    /// <param name="backend">The backend. From now on the store owns it and disposes it.</param>
    /// <param name="options">The options of transfers. The default is a new <see cref="ObjectStoreOptions"/>.</param>
    /// <param name="loggerFactory">The logger factory. By default nothing is logged.</param>
    /// <param name="timeProvider">The clock. The default is the system's.</param>
    /// <exception cref="ArgumentException">An option is out of its range. The message names it.</exception>
    public static ObjectStore Create(
        StorageBackend backend,
        ObjectStoreOptions? options = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null) =>
        Create("", backend, options ?? new ObjectStoreOptions(), loggerFactory, timeProvider);

    internal static ObjectStore Create(
        string name, StorageBackend backend, ObjectStoreOptions options, ILoggerFactory? loggerFactory, TimeProvider? timeProvider)
    {
        ArgumentNullException.ThrowIfNull(backend);
        if (StoreOptions.Faults(options).ToList() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        }

        if (options.MinimumPartSize < backend.Capabilities.MinimumPartSize)
        {
            throw new ArgumentException(
                $"{nameof(options.MinimumPartSize)} is {options.MinimumPartSize} bytes, but the {backend.Provider} backend needs at " +
                $"least {backend.Capabilities.MinimumPartSize}.",
                nameof(options));
        }

        ILogger logger = loggerFactory?.CreateLogger(BleepStoreTelemetry.Name) ?? NullLogger.Instance;
        var operations = new Operations(name, backend, logger, timeProvider ?? TimeProvider.System, typeof(ObjectStore));
        var settings = TransferSettings.From(options, backend.Capabilities);
        backend.SetLimits(settings.Limits);
        StoreLinks? links = StoreLinks.Of(name, options.Links, operations.Time);
        return new ObjectStore(name, new StoreContext(backend, settings, operations) { Links = links });
    }

    /// <summary>
    /// Returns a bucket of this store, whether it exists or not. It does no I/O. Buckets are lightweight, and as thread-safe as the store.
    /// </summary>
    /// <example>
    /// <code>
    /// Bucket photos = store.GetBucket("photos");
    /// </code>
    /// </example>
    /// <param name="name">3 to 63 characters by S3's naming rules.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidBucketName"/>.</exception>
    public virtual Bucket GetBucket(string name)
    {
        CheckBucketName(name);
        return new Bucket(name, Context);
    }

    /// <summary>
    /// Checks that the upstream is reachable and usable. The credential must work, and the upstream must be of a kind that the backend
    /// supports. It only reads, unless the options ask for a probing write. There are two exceptions. Azure creates a missing container if
    /// its options ask for it. A local disk creates a missing root, unless its options forbid it. The library never calls this by itself.
    /// Call it when the application starts.
    /// </summary>
    /// <example>
    /// <code>
    /// await store.CheckAsync(new CheckOptions { ProbeWrite = true });
    /// </code>
    /// </example>
    /// <param name="options">The options of the check. By default no write is probed.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <exception cref="StorageException">The upstream cannot be used. The message names the cause.</exception>
    public virtual Task CheckAsync(CheckOptions? options = null, CancellationToken cancellationToken = default) =>
        Context.Operations.RunAsync(
            OperationNames.Check,
            bucket: null,
            key: null,
            (Context.Backend, ProbeWrite: options?.ProbeWrite ?? false),
            static async (state, token) =>
            {
                await state.Backend.CheckAsync(new CheckRequest { ProbeWrite = state.ProbeWrite }, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    /// <summary>
    /// Returns an object under the store, such as the vendor SDK's client (<c>BlobContainerClient</c>, <c>IAmazonS3</c>) or the backend
    /// itself. Use it for operations that this API does not cover.
    /// </summary>
    /// <typeparam name="T">The requested type.</typeparam>
    /// <returns>
    /// The object. The store disposes it, unless the application has given it to the store. <see langword="null"/> when there is none of
    /// that type.
    /// </returns>
    public virtual T? GetService<T>()
        where T : class => Context.Backend.GetService(typeof(T)) as T;

    /// <summary>
    /// Disposes the backend and the objects that it created. Objects that it was given stay usable. Running operations may fail. It may be
    /// called more than once.
    /// </summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Disposes the backend and the objects that it created. Objects that it was given stay usable. Running operations may fail. It may be
    /// called more than once.
    /// </summary>
    public virtual async ValueTask DisposeAsync()
    {
        if (_context is not null && _context.Operations.TryDispose())
        {
            await _context.Backend.DisposeAsync().ConfigureAwait(false);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the resources of a derived type.</summary>
    /// <param name="disposing">Always <see langword="true"/>, unless a derived type has a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing && _context is not null && _context.Operations.TryDispose())
        {
            _context.Backend.Dispose();
        }
    }

    private void CheckBucketName(string name)
    {
        try
        {
            BucketNames.Check(name);
        }
        catch (StorageException error) when (_context is not null)
        {
            error.At(_name, _context.Backend.Provider, nameof(GetBucket), name, key: null);
            throw;
        }
    }
}
