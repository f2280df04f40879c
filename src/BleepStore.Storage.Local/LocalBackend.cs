using BleepStore.Storage.Backends;
using BleepStore.Storage.Local.Commit;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;
using BleepStore.Storage.Local.Managed;
using BleepStore.Storage.Local.Native;
using BleepStore.Storage.Local.Records;

namespace BleepStore.Storage.Local;

/// <summary>
/// Keeps objects as files. <see cref="LocalNames"/> describes the layout, <see cref="Commits"/> the commits and <see cref="KeyLocks"/> the
/// locks.
/// </summary>
internal sealed partial class LocalBackend(LocalBackendOptions options) : StorageBackend
{
    private readonly string _rootPath = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.RootPath));
    private readonly bool _createRoot = options.CreateRoot;
    private readonly Durability _durability = options.Durability;
    private readonly bool _skipsUnreadable = options.SkipUnreadable;
    private readonly SemaphoreSlim _starting = new(1, 1);
    private volatile LocalSession? _session;
    private volatile LocalWriter? _writer;
    private bool _isDisposed;

    public override string Provider => "local";

    public override StorageCapabilities Capabilities { get; } = new()
    {
        StreamsPuts = true,
        ComparesETags = true,
        MaxKeyBytes = LocalNames.LongestKey,
    };

    /// <summary>Records above this size are kept in files. Tests set it to simulate a file system without attributes.</summary>
    internal int LargestAttribute { get; init; } = int.MaxValue;

    /// <summary>Whether openat2 is not used. Tests set it to simulate an old kernel.</summary>
    internal bool Stepwise { get; init; }

    /// <summary>The file layer. The default is the layer of the system. For tests.</summary>
    internal FileLayer? Layer { get; init; }

    private bool Flushes => _durability == Durability.Full;

    public override string PlaceOf(string bucket, string key) => $"{_rootPath} {bucket}/{key}";

    public override async Task CheckAsync(CheckRequest request, CancellationToken cancellationToken)
    {
        LocalSession session = await StartAsync(cancellationToken).ConfigureAwait(false);
        session.Root.Check();
        if (request.ProbeWrite)
        {
            LocalWriter writer = await StartWritingAsync(cancellationToken).ConfigureAwait(false);
            using TempFile temp = await TempFile.MakeAsync(writer.Workspace, cancellationToken).ConfigureAwait(false);
            writer.Root.RequireInPlace();
            await DiskWork.RunAsync(() => Probe(temp), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Verifies the objects of a bucket.</summary>
    internal async Task<LocalVerifyReport> VerifyAsync(string bucket, LocalVerifyOptions options, CancellationToken cancellationToken)
    {
        LocalSession session = await StartAsync(cancellationToken).ConfigureAwait(false);
        return await new BucketVerification(session, bucket, options).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Acquires the lock of a key. For tests of a process that dies with the lock.</summary>
    internal async Task<IDisposable> LockAsync(string bucket, string key, CancellationToken cancellationToken = default)
    {
        LocalWriter writer = await StartWritingAsync(cancellationToken).ConfigureAwait(false);
        return await writer.Workspace.Locks.LockKeyAsync(writer.Root.Locate(bucket, key), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Acquires the lock of a bucket. For tests.</summary>
    internal async Task<IDisposable> LockBucketAsync(string bucket, CancellationToken cancellationToken = default)
    {
        LocalWriter writer = await StartWritingAsync(cancellationToken).ConfigureAwait(false);
        return await writer.Workspace.Locks.LockBucketAsync(bucket, cancellationToken).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        _writer?.Dispose();
        _session?.Dispose();
        base.Dispose(disposing);
    }

    private static void Probe(TempFile temp)
    {
        LocalErrors.Check(temp.Handle.Write("probe"u8, 0), "Writing a probe");
        LocalErrors.Check(temp.Handle.Flush(), "Flushing a probe");
    }

    /// <summary>
    /// Opens the root on first use, and prepares it for writes. A root that cannot be written serves reads. The slow path is a separate
    /// method, because the closure of a local function would cost each call an object.
    /// </summary>
    private ValueTask<LocalSession> StartAsync(CancellationToken cancellationToken) =>
        _session is { } session ? ValueTask.FromResult(session) : StartSlowlyAsync(cancellationToken);

    private async ValueTask<LocalSession> StartSlowlyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StartWritingAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException) when (_session is not null)
        {
            // A disk that is full, read-only or faulty serves reads as well as it can. The writes report the error.
        }

        return _session!;
    }

    private ValueTask<LocalWriter> StartWritingAsync(CancellationToken cancellationToken) =>
        _writer is { Workspace.IsInPlace: true } writer ? ValueTask.FromResult(writer) : StartWritingSlowlyAsync(cancellationToken);

    private async ValueTask<LocalWriter> StartWritingSlowlyAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_writer is { } opened)
            {
                await opened.Workspace.RestoreAsync(cancellationToken).ConfigureAwait(false);
            }

            return _writer ??= await DiskWork.RunAsync(() => OpenAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (_isDisposed)
            {
                // The store was disposed during its start, when the disposal found nothing to close.
                _writer?.Dispose();
                _session?.Dispose();
            }

            _starting.Release();
        }
    }

    private async Task<LocalWriter> OpenAsync(CancellationToken cancellationToken)
    {
        if (_session is null)
        {
            FileLayer layer = Layer ?? LayerOfThisSystem() ?? throw LocalErrors.NotThisSystem();
            layer.Prepare();
            LocalRoot root = LocalRoot.Open(layer, _rootPath, _createRoot, _durability);
            _session = new LocalSession(root, OpenKeeperAsync);
        }

        return await LocalWriter.OpenAsync(_session, _durability, LargestAttribute, cancellationToken).ConfigureAwait(false);
    }

    private FileLayer? LayerOfThisSystem() => NativeLayer.IsSupported ? new NativeLayer(Stepwise) : ManagedLayer.ForThisSystem();

    private async ValueTask<RecordKeeper> OpenKeeperAsync(CancellationToken cancellationToken) =>
        (await StartWritingAsync(cancellationToken).ConfigureAwait(false)).Records;

    private async Task ReceiveAsync(StorageBody body, TempFile temp, CancellationToken cancellationToken)
    {
        var destination = new FileWriteStream(temp.Handle, Flushes);
        await using (destination.ConfigureAwait(false))
        {
            Stream content = body.Open();
            await using (content.ConfigureAwait(false))
            {
                await content.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
    }
}
