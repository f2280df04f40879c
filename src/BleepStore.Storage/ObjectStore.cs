using BleepStore.Storage.Backends;
using BleepStore.Storage.Checks;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Links;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BleepStore.Storage;

/// <summary>
/// A store of objects in buckets, over one upstream. Thread-safe; make one and share it. Every member is virtual and there is a protected
/// constructor, so that applications can fake it in their tests; the in-memory backend is usually the better fake.
/// </summary>
/// <remarks>
/// Failures are <see cref="StorageException"/>s with a <see cref="StorageErrorCode"/>; bad arguments are <see cref="ArgumentException"/>s;
/// cancellation is <see cref="OperationCanceledException"/>; a disposed store throws <see cref="ObjectDisposedException"/>. Any operation
/// that reaches the upstream can answer <see cref="StorageErrorCode.AccessDenied"/>, <see cref="StorageErrorCode.AuthenticationFailed"/>,
/// <see cref="StorageErrorCode.SlowDown"/>, <see cref="StorageErrorCode.RequestTimeout"/>,
/// <see cref="StorageErrorCode.ServiceUnavailable"/> and <see cref="StorageErrorCode.InternalError"/>; members name only what they add to
/// these.
/// </remarks>
public partial class ObjectStore : IAsyncDisposable, IDisposable
{
    private readonly StoreContext? _context;
    private readonly string _name;

    /// <summary>For fakes: a store of which every member that is used must be overridden.</summary>
    protected ObjectStore() => _name = "";

    private ObjectStore(string name, StoreContext context)
    {
        _name = name;
        _context = context;
    }

    /// <summary>
    /// The name that the store was registered under; empty for the unnamed one and for stores made by
    /// <see cref="Create(StorageBackend, ObjectStoreOptions?, ILoggerFactory?, TimeProvider?)"/>.
    /// </summary>
    public virtual string Name => _name;

    /// <summary>What the backend can do and where its limits are.</summary>
    public virtual StorageCapabilities Capabilities => Context.Capabilities;

    private StoreContext Context => _context ?? throw new InvalidOperationException($"This {nameof(ObjectStore)} is a fake that does not override the member that was called.");

    /// <summary>Makes a store of a backend, for use without dependency injection and for authors of backends.</summary>
    /// <param name="backend">The backend. The store owns it from now on and disposes it.</param>
    /// <param name="options">How bytes are moved. Default: the defaults of <see cref="ObjectStoreOptions"/>.</param>
    /// <param name="loggerFactory">Where to log. Default: nowhere.</param>
    /// <param name="timeProvider">The clock. Default: the system's.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public static ObjectStore Create(
        StorageBackend backend, ObjectStoreOptions? options = null, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null) =>
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
                $"{nameof(options.MinimumPartSize)} is {options.MinimumPartSize} bytes; the {backend.Provider} backend needs at least {backend.Capabilities.MinimumPartSize}.",
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
    /// A bucket of this store, whether it exists or not. No I/O; buckets are light, and as thread-safe as the store.
    /// </summary>
    /// <param name="name">3 to 63 characters by S3's naming rules.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidBucketName"/>.</exception>
    public virtual Bucket GetBucket(string name)
    {
        CheckBucketName(name);
        return new Bucket(name, Context);
    }

    /// <summary>
    /// Checks that the upstream can be reached and used: that it is there, that the credential serves, that it is of a kind that the
    /// backend supports. Reads only, unless asked to probe a write, or to create a missing container (an option of Azure's). Nothing calls
    /// this by itself: call it where the application starts.
    /// </summary>
    /// <param name="options">What to check. Default: no write is probed.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <exception cref="StorageException">It cannot be used; the message says what is missing and names it.</exception>
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
    /// What lies under the store: the vendor SDK's client (<c>BlobContainerClient</c>, <c>IAmazonS3</c>), or the backend itself. The way
    /// out to what this API does not cover.
    /// </summary>
    /// <typeparam name="T">The type asked for.</typeparam>
    /// <returns>The object, which stays the store's to dispose; <see langword="null"/> when there is none of that type.</returns>
    public virtual T? GetService<T>()
        where T : class => Context.Backend.GetService(typeof(T)) as T;

    /// <summary>
    /// Disposes the backend and what it made itself; what it was given stays. Operations under way may fail. May be called more than once.
    /// </summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Disposes the backend and what it made itself; what it was given stays. Operations under way may fail. May be called more than once.
    /// </summary>
    public virtual async ValueTask DisposeAsync()
    {
        if (_context is not null && _context.Operations.TryDispose())
        {
            await _context.Backend.DisposeAsync().ConfigureAwait(false);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Where a derived type releases what it made.</summary>
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
