using System.Security.Cryptography;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Engine.Puts;

/// <summary>Files that change between the read that makes their MD5 and the read that sends them.</summary>
public class ChangedSourceTests
{
    private static readonly StorageException Refusal = new(StorageErrorCode.BadDigest, "The MD5 you sent is not that of what came.")
    {
        Status = 400,
        ProviderCode = "BadDigest",
        RequestId = "r1",
    };

    private string _path = null!;

    [SetUp]
    public void SetUp() => _path = Path.Combine(Path.GetTempPath(), $"bleepstore-changed-{Guid.NewGuid():N}");

    [TearDown]
    public void TearDown() => File.Delete(_path);

    [Test]
    public async Task A_file_that_changed_is_IncompleteBody([Values(50, 100)] int threshold)
    {
        (Bucket bucket, _) = Prepare(threshold, change: true);
        await File.WriteAllBytesAsync(_path, Bytes.Of(100));
        await using FileStream file = Open();

        StorageException error = await Catch.CodeAsync(StorageErrorCode.IncompleteBody, () => bucket.PutAsync("k", file));

        Assert.That(error.Message, Does.Contain("The source changed while it was read").And.Contain("when no program writes to it"));
        Assert.That((error.Status, error.ProviderCode, error.RequestId), Is.EqualTo(((int?)400, "BadDigest", "r1")));
        Assert.That(error.InnerException, Is.SameAs(Refusal.InnerException));
        Assert.That(await bucket.ExistsAsync("k"), Is.False);
    }

    [Test]
    public async Task A_file_of_a_part_that_changed_is_IncompleteBody()
    {
        (Bucket bucket, _) = Prepare(threshold: 100, change: true);
        await File.WriteAllBytesAsync(_path, Bytes.Of(100));
        await using FileStream file = Open();
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");
        StorageException error = await Catch.CodeAsync(StorageErrorCode.IncompleteBody, () => upload.UploadPartAsync(1, file));
        Assert.That(error.Message, Does.Contain("The source changed while it was read"));
    }

    [Test]
    public async Task BadDigest_of_a_file_that_is_as_it_was_stays_what_the_upstream_said([Values(50, 100)] int threshold)
    {
        (Bucket bucket, _) = Prepare(threshold, change: false);
        await File.WriteAllBytesAsync(_path, Bytes.Of(100));
        await using FileStream file = Open();
        StorageException error = await Catch.CodeAsync(StorageErrorCode.BadDigest, () => bucket.PutAsync("k", file));
        Assert.That(error, Is.SameAs(Refusal));
    }

    [Test]
    public async Task A_file_that_grows_is_stored_as_far_as_declared([Values] bool isDeclared)
    {
        await File.WriteAllBytesAsync(_path, Bytes.Of(100));
        var backend = new ScriptedBackend();
        backend.UploadPart = async (request, token) =>
        {
            await AppendAsync();
            return await backend.Real.UploadPartAsync(request, token);
        };
        Bucket bucket = Stores.Over(backend, partSize: 50, threshold: 50, concurrency: 1);
        await using FileStream file = Open();
        await AppendAsync();

        if (isDeclared)
        {
            await bucket.PutAsync("k", file, new PutOptions { ContentLength = 100 });
            Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Bytes.Of(100)));
            Assert.That(file.Position, Is.EqualTo(100));
        }
        else
        {
            StorageException error = await Catch.CodeAsync(StorageErrorCode.IncompleteBody, () => bucket.PutAsync("k", file));
            Assert.That(error.Message, Does.Contain("had 107 bytes").And.Contain("Set ContentLength"));
            Assert.That(file.Position, Is.Zero);
        }
    }

    [Test]
    public async Task A_file_that_shrinks_is_IncompleteBody()
    {
        await File.WriteAllBytesAsync(_path, Bytes.Of(100));
        var backend = new ScriptedBackend();
        backend.UploadPart = (request, token) =>
        {
            File.WriteAllBytes(_path, Bytes.Of(60));
            return backend.Real.UploadPartAsync(request, token);
        };
        Bucket bucket = Stores.Over(backend, partSize: 50, threshold: 50, concurrency: 1);
        await using FileStream file = Open();

        StorageException error = await Catch.CodeAsync(StorageErrorCode.IncompleteBody, () => bucket.PutAsync("k", file));

        Assert.That(error.Message, Does.Contain("ended after 60 of 100 bytes"));
        Assert.That(file.Position, Is.Zero);
    }

    private async Task AppendAsync()
    {
        await using var writing = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        await writing.WriteAsync(Bytes.Of(7, seed: 3));
    }

    private FileStream Open() => new(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

    /// <summary>
    /// The upstream compares the MD5, as all do. The file changes before the first byte is sent; or the bytes are damaged on the way.
    /// </summary>
    private (Bucket Bucket, ScriptedBackend Backend) Prepare(int threshold, bool change)
    {
        var backend = new ScriptedBackend();
        backend.Put = async (request, _) => throw await RefuseAsync(request.Body, change);
        backend.UploadPart = async (request, _) => throw await RefuseAsync(request.Body, change);
        return (Stores.Over(backend, partSize: 50, threshold: threshold), backend);
    }

    private async Task<StorageException> RefuseAsync(StorageBody body, bool change)
    {
        if (change)
        {
            await using var writing = new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            await writing.WriteAsync(Bytes.Of(100, seed: 2));
        }

        await using Stream content = body.Open();
        var received = new MemoryStream();
        await content.CopyToAsync(received);
        bool isSame = MD5.HashData(received.ToArray()).AsSpan().SequenceEqual(body.Md5!.Value.Span);
        Assert.That(isSame, Is.EqualTo(!change), "what the upstream compares");
        return Refusal;
    }
}
