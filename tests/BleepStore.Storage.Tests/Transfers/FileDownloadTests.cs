using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Transfers;

public class FileDownloadTests
{
    private const int PartSize = 5 * 1024 * 1024;

    private static readonly byte[] Old = [1, 2, 3];
    private static readonly byte[] Large = Payload.Bytes((3 * PartSize) + 1000);

    private ObjectStore _memory;
    private TemporaryFolder _folder;
    private InterceptingBackend _backend;
    private ObjectStore _store;
    private Bucket _bucket;
    private string _file;

    [SetUp]
    public async Task CreateBucket()
    {
        _memory = InMemoryStore.Create(storeOptions: new ObjectStoreOptions { PartSize = PartSize });
        _folder = new TemporaryFolder();
        _backend = new InterceptingBackend(new UnownedBackend(_memory.GetService<StorageBackend>()!));
        _store = ObjectStore.Create(_backend, new ObjectStoreOptions { PartSize = PartSize });
        await _memory.CreateBucketAsync("bucket");
        _bucket = _store.GetBucket("bucket");
        _file = _folder.File("file", Old);
    }

    [TearDown]
    public async Task DisposeStores()
    {
        await _store.DisposeAsync();
        await _backend.DisposeAsync();
        await _memory.DisposeAsync();
        _folder.Dispose();
    }

    [TestCase(0, 2)]
    [TestCase(1000, 1)]
    [TestCase(PartSize, 1)]
    [TestCase(PartSize + 1, 2)]
    [TestCase((3 * PartSize) + 1000, 4)]
    public async Task It_takes_one_request_for_each_part(int size, int requests)
    {
        byte[] content = Payload.Bytes(size);
        await Memory().PutAsync("object", content);

        await _bucket.GetFileAsync("object", _file);

        Assert.That(_backend.Requests, Is.EqualTo(Enumerable.Repeat("Get", requests)));
        await AssertFileAsync(content);
    }

    [Test]
    public async Task An_object_that_is_replaced_meanwhile_leaves_the_file()
    {
        await Memory().PutAsync("object", Large);
        int gets = 0;
        _backend.Before = request => request is GetRequest && Interlocked.Increment(ref gets) == 2
            ? Memory().PutAsync("object", Payload.Bytes(Large.Length, 7))
            : Task.CompletedTask;

        await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => _bucket.GetFileAsync("object", _file));

        await AssertFileAsync(Old);
    }

    [Test]
    public async Task An_upstream_that_ignores_the_revision_does_not_mix_two_objects()
    {
        await Memory().PutAsync("object", Large);
        int gets = 0;
        _backend.Before = request => request is GetRequest && Interlocked.Increment(ref gets) == 2
            ? Memory().PutAsync("object", Payload.Bytes(Large.Length, 7))
            : Task.CompletedTask;
        await using var store = ObjectStore.Create(new Unpinned(_backend), new ObjectStoreOptions { PartSize = PartSize });

        await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => store.GetBucket("bucket").GetFileAsync("object", _file));

        await AssertFileAsync(Old);
    }

    [Test]
    public async Task Other_bytes_than_were_stored_are_BadDigest_and_leave_the_file([Values(1000, PartSize + 1000)] int size)
    {
        await Memory().PutAsync("object", Payload.Bytes(size), new PutOptions { SinglePart = true });
        _backend.Body = static (request, body) => request.Range is { Offset: > 0 } ? body : new FlippingStream(body);

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.BadDigest, () => _bucket.GetFileAsync("object", _file));
        Assert.That((error.Operation, error.Bucket, error.Key), Is.EqualTo(("Get", "bucket", "object")));
        await AssertFileAsync(Old);

        await _bucket.GetFileAsync("object", _file, new GetFileOptions { Verify = false });
        Assert.That(await File.ReadAllBytesAsync(_file), Has.Length.EqualTo(size));
    }

    /// <summary>Only one of four parts is damaged.</summary>
    [Test]
    public async Task Other_bytes_than_were_stored_in_parts_are_BadDigest_and_leave_the_file(
        [Values] bool resumes, [Values] bool resumably)
    {
        Bucket bucket = Cut(partSize: 1000);
        string source = _folder.File("source", Payload.Bytes(3500));
        await (resumably
            ? bucket.PutFileResumablyAsync("object", source, _folder.PathOf("journal"))
            : bucket.PutFileAsync("object", source));
        File.Delete(source);
        var options = new GetFileOptions { Resume = resumes };
        _backend.Body = static (request, body) => request.Range is { Offset: 2000 } ? new FlippingStream(body) : body;

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.BadDigest, () => bucket.GetFileAsync("object", _file, options));
        Assert.That((error.Operation, error.Bucket, error.Key), Is.EqualTo(("Get", "bucket", "object")));
        await AssertFileAsync(Old);

        _backend.Body = null;
        await bucket.GetFileAsync("object", _file, options);
        await AssertFileAsync(Payload.Bytes(3500));
    }

    /// <summary>Some servers that speak S3 compute the ETag of parts in their own way, so another ETag proves nothing there.</summary>
    [Test]
    public async Task Where_the_ETag_of_parts_can_be_the_servers_own_another_one_does_not_look_like_damage()
    {
        Bucket bucket = Stores.Over(new RepeatingRevisions(_backend), partSize: 1000);
        await bucket.PutAsync("object", Payload.Bytes(3500));
        _backend.Body = static (request, body) => request.Range is { Offset: 2000 } ? new FlippingStream(body) : body;

        await bucket.GetFileAsync("object", _file);

        Assert.That(await File.ReadAllBytesAsync(_file), Has.Length.EqualTo(3500));
    }

    /// <summary>The number of parts is the same, but another tool or an application has cut the object elsewhere.</summary>
    [Test]
    public async Task Parts_of_other_sizes_do_not_look_like_damage([Values] bool byApplication)
    {
        byte[] bytes = Payload.Bytes(3500);
        if (byApplication)
        {
            MultipartUpload upload = await Cut(partSize: 1000).CreateMultipartUploadAsync("object");
            PartInfo[] parts = await Task.WhenAll(bytes.Chunk(900).Select((part, at) => upload.UploadPartAsync(at + 1, part)));
            await upload.CompleteAsync(parts);
        }
        else
        {
            await Cut(partSize: 900).PutAsync("object", bytes);
        }

        await Cut(partSize: 1000).GetFileAsync("object", _file);

        await AssertFileAsync(bytes);
    }

    [Test]
    public async Task An_ETag_that_is_known_to_be_no_MD5_is_not_compared()
    {
        await Memory().PutAsync("object", Payload.Bytes(1000));
        var backend = new OpaqueETags(new UnownedBackend(_memory.GetService<StorageBackend>()!));
        await using var store = ObjectStore.Create(backend);

        await store.GetBucket("bucket").GetFileAsync("object", _file);

        await AssertFileAsync(Payload.Bytes(1000));
    }

    [Test]
    public async Task What_the_ETag_does_not_prove_is_logged()
    {
        await Memory().PutAsync("object", Large);
        var log = new TestLogger();
        await using var store = ObjectStore.Create(
            new UnownedBackend(_memory.GetService<StorageBackend>()!), new ObjectStoreOptions { PartSize = 2 * PartSize }, log);

        await store.GetBucket("bucket").GetFileAsync("object", _file);

        await AssertFileAsync(Large);
        Assert.That(log.Lines.Select(static line => line.EventId), Does.Contain(10));
    }

    [Test]
    public async Task A_cancelled_download_leaves_the_file_and_nothing_else()
    {
        await Memory().PutAsync("object", Large);
        using var stop = new CancellationTokenSource();
        int gets = 0;
        _backend.Before = request =>
            request is GetRequest && Interlocked.Increment(ref gets) == 3 ? stop.CancelAsync() : Task.CompletedTask;

        await Assert.CatchAsync<OperationCanceledException>(() => _bucket.GetFileAsync("object", _file, cancellationToken: stop.Token));

        await AssertFileAsync(Old);
    }

    [Test]
    public async Task A_file_that_may_not_be_overwritten_stays_and_costs_no_request()
    {
        await Assert.ThrowsAsync<IOException>(() => _bucket.GetFileAsync("object", _file, new GetFileOptions { Overwrite = false }));

        Assert.That(_backend.Requests, Is.Empty);
        await AssertFileAsync(Old);
    }

    [Test]
    public async Task A_file_that_appears_meanwhile_is_not_overwritten_either()
    {
        await Memory().PutAsync("object", Payload.Bytes(10));
        File.Delete(_file);
        _backend.After = _ => File.WriteAllBytesAsync(_file, Old);

        await Assert.ThrowsAsync<IOException>(() => _bucket.GetFileAsync("object", _file, new GetFileOptions { Overwrite = false }));

        await AssertFileAsync(Old);
    }

    [Test]
    public async Task A_folder_is_not_a_file()
    {
        await Assert.ThrowsAsync<IOException>(() => _bucket.GetFileAsync("object", _folder.PathOf("")));
        await Assert.ThrowsAsync<IOException>(() => _bucket.GetFileAsync("object", _folder.PathOf("new/")));
        Assert.That(_backend.Requests, Is.Empty);
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    [Platform("Linux,MacOsX")]
    public async Task A_file_that_is_replaced_keeps_who_may_read_it()
    {
        const UnixFileMode mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        await Memory().PutAsync("object", Payload.Bytes(10));
        File.SetUnixFileMode(_file, mine);
        UnixFileMode meanwhile = default;
        _backend.Body = (_, body) => new ActingStream(
            body, () => meanwhile = File.GetUnixFileMode(Directory.GetFiles(_folder.PathOf(""), "*.tmp").Single()));

        await _bucket.GetFileAsync("object", _file);

        Assert.That((File.GetUnixFileMode(_file), meanwhile), Is.EqualTo((mine, mine)));
        await AssertFileAsync(Payload.Bytes(10));
    }

    [Test]
    [Platform("Linux")]
    public async Task A_device_a_pipe_and_a_socket_are_not_replaced()
    {
        await Memory().PutAsync("object", Payload.Bytes(10));
        string path = _folder.PathOf("socket");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        string link = _folder.PathOf("link");
        File.CreateSymbolicLink(link, "/dev/null");

        IOException error = await StorageAssert.ThrowsAsync<IOException>(() => _bucket.GetFileAsync("object", path));
        await Assert.ThrowsAsync<IOException>(() => _bucket.GetFileAsync("object", link));

        Assert.That(error.Message, Does.Contain(path).And.Contain("DownloadToAsync"));
        Assert.That(_backend.Requests, Is.Empty);
        Assert.That(new FileInfo(link).LinkTarget, Is.EqualTo("/dev/null"));
        Assert.That(_folder.Names, Is.EquivalentTo(["file", "socket", "link"]));
    }

    [Test]
    public async Task A_folder_that_is_missing_is_told_as_itself()
    {
        await Memory().PutAsync("object", Payload.Bytes(10));

        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => _bucket.GetFileAsync("object", _folder.PathOf("missing/file")));
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public async Task A_link_is_replaced_and_what_it_points_to_stays()
    {
        await Memory().PutAsync("object", Payload.Bytes(10));
        string link = _folder.PathOf("link");
        File.CreateSymbolicLink(link, _file);

        await _bucket.GetFileAsync("object", link);

        Assert.That(await File.ReadAllBytesAsync(link), Is.EqualTo(Payload.Bytes(10)));
        Assert.That(new FileInfo(link).LinkTarget, Is.Null);
        Assert.That(await File.ReadAllBytesAsync(_file), Is.EqualTo(Old));
    }

    [Test]
    public async Task Conditions_hold()
    {
        ObjectProperties stored = await Memory().PutAsync("object", Payload.Bytes(10));

        await StorageAssert.FailsAsync(
            StorageErrorCode.NotModified, () => _bucket.GetFileAsync("object", _file, new GetFileOptions { IfNoneMatch = stored.ETag }));
        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => _bucket.GetFileAsync("object", _file, new GetFileOptions { IfMatch = "other" }));

        await AssertFileAsync(Old);
    }

    [Test]
    public async Task A_file_that_is_missing_is_told_as_itself()
    {
        await Assert.ThrowsAsync<FileNotFoundException>(() => _bucket.PutFileAsync("object", _folder.PathOf("missing")));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => _bucket.PutFileAsync("object", _folder.PathOf("")));
        Assert.That(_backend.Requests, Is.Empty);
    }

    [Test]
    public async Task A_file_that_somebody_writes_to_can_be_put()
    {
        await using var writer = new FileStream(_file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);

        ObjectProperties stored = await _bucket.PutFileAsync("object", _file);

        Assert.That(stored.Size, Is.EqualTo(Old.Length));
    }

    [Test]
    [Platform("Linux")]
    public async Task A_pipe_is_read_to_its_end([Values] bool resumably)
    {
        string pipe = await MakePipeAsync();

        Task<ObjectProperties> put = Task.Run(() => resumably
            ? _bucket.PutFileResumablyAsync("object", pipe, _folder.PathOf("journal"))
            : _bucket.PutFileAsync("object", pipe));
        await File.WriteAllBytesAsync(pipe, Old);

        Assert.That((await put.WaitAsync(Until.Patience)).Size, Is.EqualTo(Old.Length));
        Assert.That(_folder.Names, Does.Not.Contain("journal"));
    }

    [Test]
    public async Task A_folder_is_not_put([Values] bool resumably)
    {
        string folder = _folder.PathOf("");
        await StorageAssert.ThrowsAsync<UnauthorizedAccessException>(() => resumably
            ? _bucket.PutFileResumablyAsync("object", folder, _folder.PathOf("journal"))
            : _bucket.PutFileAsync("object", folder));
        Assert.That((_backend.Requests.Count, File.Exists(_folder.PathOf("journal"))), Is.EqualTo((0, false)));
    }

    [Test]
    [Platform("Linux")]
    public async Task A_pipe_without_a_writer_holds_up_nobody_who_cancels()
    {
        string pipe = await MakePipeAsync();
        using var stop = new CancellationTokenSource();

        Task<ObjectProperties> put = Task.Run(() => _bucket.PutFileAsync("object", pipe, cancellationToken: stop.Token));
        await stop.CancelAsync();
        try
        {
            await Assert.CatchAsync<OperationCanceledException>(() => put.WaitAsync(Until.Patience));
        }
        finally
        {
            // Lets the thread go that still waits for a writer.
            await File.WriteAllBytesAsync(pipe, []);
        }

        Assert.That(_backend.Requests, Is.Empty);
    }

    private async Task<string> MakePipeAsync()
    {
        string pipe = _folder.PathOf("pipe");
        using var make = Process.Start("mkfifo", [pipe]);
        await make.WaitForExitAsync();
        return pipe;
    }

    /// <summary>A store that cuts objects into small parts, as clouds have them.</summary>
    private Bucket Cut(int partSize) => Stores.Over(new Parted(_backend), partSize);

    private Bucket Memory() => _memory.GetBucket("bucket");

    private async Task AssertFileAsync(byte[] expected)
    {
        Assert.That((await File.ReadAllBytesAsync(_file)).AsSpan().SequenceEqual(expected), Is.True, "the file's bytes");
        Assert.That(_folder.Names, Is.EqualTo(["file"]), "nothing temporary is left");
    }

    /// <summary>An upstream whose revisions are its ETags.</summary>
    private sealed class RepeatingRevisions(StorageBackend inner) : Parted(inner)
    {
        public override StorageCapabilities Capabilities => base.Capabilities with { RevisionsRepeat = true };
    }

    /// <summary>An upstream that is sent large objects in parts.</summary>
    private class Parted(StorageBackend inner) : DelegatingBackend(inner)
    {
        public override StorageCapabilities Capabilities => base.Capabilities with { StreamsPuts = false };
    }

    /// <summary>Acts before each read.</summary>
    private sealed class ActingStream(Stream inner, Action act) : ReadOnlyStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            act();
            return inner.ReadAsync(buffer, cancellationToken);
        }

        public override int Read(Span<byte> buffer) => throw new NotSupportedException();
    }

    /// <summary>An upstream that delivers whatever revision is there.</summary>
    private sealed class Unpinned(StorageBackend inner) : DelegatingBackend(inner)
    {
        public override ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken) =>
            Inner.GetAsync(request with { IfRevision = null }, cancellationToken);
    }

    /// <summary>An upstream whose ETags look like MD5s and are none.</summary>
    private sealed class OpaqueETags(StorageBackend inner) : DelegatingBackend(inner)
    {
        public override async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
        {
            GetResult result = await Inner.GetAsync(request, cancellationToken);
            return result with { Properties = result.Properties with { ETag = new string('0', 32) }, HasOpaqueETag = true };
        }
    }
}
