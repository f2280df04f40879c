using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Conditions;

/// <summary>The server's handling of a condition decides the library's answer, not the server's name.</summary>
public sealed class AbilitiesTests
{
    private const int PartSize = 5 * 1024 * 1024;
    private const string OtherETag = "00000000000000000000000000000000";

    private static readonly byte[] Old = "old"u8.ToArray();

    /// <summary>Servers with different abilities.</summary>
    public enum Server
    {
        /// <summary>Ceph, or the server that the environment names.</summary>
        Ceph,

        /// <summary>Moto.</summary>
        Moto,
    }

    [Test]
    public async Task Conditional_deletes_and_moves_are_as_the_server_has_them([Values] Server server)
    {
        (ServerAbilities can, ObjectStore store) = await CreateAsync(server);
        await using (store)
        {
            Bucket bucket = store.GetBucket("bucket");
            ObjectProperties stored = await bucket.PutAsync("key", Old);

            if (can.DeletesIfMatch)
            {
                await StorageAssert.FailsAsync(
                    StorageErrorCode.PreconditionFailed, () => bucket.DeleteAsync("key", new DeleteOptions { IfRevision = "abc" }));
                Assert.That(await bucket.ExistsAsync("key"), Is.True);
                await bucket.MoveAsync("key", "moved");
                Assert.That(await bucket.ExistsAsync("key"), Is.False);
                Assert.That(await ReadAsync(bucket, "moved"), Is.EqualTo(Old));
            }
            else
            {
                await StorageAssert.FailsAsync(
                    StorageErrorCode.NotSupported, () => bucket.DeleteAsync("key", new DeleteOptions { IfRevision = stored.Revision }));
                await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => bucket.MoveAsync("key", "moved"));
                Assert.That(await bucket.ExistsAsync("key"), Is.True);
                Assert.That(await bucket.ExistsAsync("moved"), Is.False);
            }
        }
    }

    /// <summary>
    /// A condition that does not hold is refused either way. One that holds is refused only where the server does not test it.
    /// </summary>
    [Test]
    public async Task Conditional_copies_and_completions_are_as_the_server_has_them(
        [Values] Server server, [Values("copy", "completion", "large put")] string write, [Values] bool isAbsence)
    {
        (ServerAbilities can, ObjectStore store) = await CreateAsync(server);
        bool isHonoured = (write, isAbsence) switch
        {
            ("copy", true) => can.CopiesIfAbsent,
            ("copy", false) => can.CopiesIfMatch,
            (_, true) => can.CompletesIfAbsent,
            (_, false) => can.CompletesIfMatch,
        };
        await using (store)
        {
            Bucket bucket = store.GetBucket("bucket");
            ObjectProperties old = await bucket.PutAsync("key", Old);
            StorageErrorCode refusal = isHonoured ? StorageErrorCode.PreconditionFailed : StorageErrorCode.NotSupported;

            await StorageAssert.FailsAsync(refusal, () => WriteAsync(bucket, write, "key", ifRevision: isAbsence ? null : OtherETag));
            Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo(Old));

            string target = isAbsence ? "new" : "key";
            Task WriteHoldingAsync() => WriteAsync(bucket, write, target, ifRevision: isAbsence ? null : old.Revision);
            if (isHonoured)
            {
                await WriteHoldingAsync();
                Assert.That((await bucket.HeadAsync(target)).Size, Is.EqualTo(Content(write).Length));
            }
            else
            {
                await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, WriteHoldingAsync);
            }
        }
    }

    /// <summary>Where the server does not look at the pin, the library looks at what was made.</summary>
    [Test]
    public async Task A_source_that_is_replaced_before_the_copy_is_told_as_the_server_can([Values] Server server)
    {
        (ServerAbilities can, ObjectStore store) = await CreateAsync(server);
        await using (store)
        {
            Bucket bucket = store.GetBucket("bucket");
            await bucket.PutAsync("source", Old);
            using var raced = new RacedBackend(
                new UnownedBackend(store.GetService<StorageBackend>()!), () => bucket.PutAsync("source", "newer"u8.ToArray()));
            Bucket copying = ObjectStore.Create(raced).GetBucket("bucket");

            StorageException error =
                await StorageAssert.ThrowsAsync<StorageException>(() => copying.CopyAsync(new ObjectAddress("bucket", "source"), "key"));

            Assert.That(error.Code, Is.EqualTo(can.PinsCopies ? StorageErrorCode.PreconditionFailed : StorageErrorCode.OperationAborted));
        }
    }

    private static byte[] Content(string write) => write == "large put" ? Payload.Bytes(PartSize + 1) : Payload.Bytes(1000);

    private static async Task WriteAsync(Bucket bucket, string write, string key, string? ifRevision)
    {
        bool ifAbsent = ifRevision is null;
        byte[] content = Content(write);
        switch (write)
        {
            case "copy":
                await bucket.PutAsync("source", content);
                var conditions = new CopyOptions { IfAbsent = ifAbsent, IfRevision = ifRevision };
                await bucket.CopyAsync(new ObjectAddress("bucket", "source"), key, conditions);
                break;
            case "completion":
                MultipartUpload upload = await bucket.CreateMultipartUploadAsync(key);
                PartInfo part = await upload.UploadPartAsync(1, content);
                await upload.CompleteAsync([part], new CompleteOptions { IfAbsent = ifAbsent, IfRevision = ifRevision });
                break;
            default:
                await bucket.PutAsync(key, content, new PutOptions { IfAbsent = ifAbsent, IfRevision = ifRevision });
                break;
        }
    }

    private static async Task<byte[]> ReadAsync(Bucket bucket, string key)
    {
        await using ObjectReader reader = await bucket.GetAsync(key);
        return await reader.ReadAllAsync();
    }

    private static async Task<(ServerAbilities Can, ObjectStore Store)> CreateAsync(Server server)
    {
        S3Account account = server == Server.Ceph ? (await Radosgw.RequireAsync()).Account : (await Moto.RequireAsync()).Account;
        string upstream = await account.CreateBucketAsync();
        var options = new ObjectStoreOptions { PartSize = PartSize, MultipartThreshold = PartSize };
        return (await ServerAbilities.OfAsync(account), AwsStore.Create(account.Options(upstream), options));
    }

    /// <summary>Has something happen before each copy is sent.</summary>
    private sealed class RacedBackend(StorageBackend inner, Func<Task> before) : DelegatingBackend(inner)
    {
        public override async Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
        {
            await before();
            return await base.CopyAsync(request, cancellationToken);
        }
    }
}
