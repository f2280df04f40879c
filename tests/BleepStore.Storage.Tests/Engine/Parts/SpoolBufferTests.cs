using System.Buffers;
using System.Runtime.InteropServices;
using BleepStore.Storage.Budget;
using BleepStore.Storage.Engine.Parts;
using BleepStore.Storage.Tests.Engine.Puts;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Engine.Parts;

/// <summary>Alone, because it moves the folder for temporary files, which is the process's.</summary>
[NonParallelizable]
public class SpoolBufferTests
{
    public enum Kind
    {
        Pooled,
        Spool,
        Spilling,
    }

    private static readonly string[] Variables = ["TMPDIR", "TMP", "TEMP"];
    private readonly Dictionary<string, string?> _before = [];
    private string _folder = "";

    [SetUp]
    public void UseAFolderOfOurOwn()
    {
        _folder = Directory.CreateTempSubdirectory("bleepstore-tests-").FullName;
        foreach (string variable in Variables)
        {
            _before[variable] = Environment.GetEnvironmentVariable(variable);
            Environment.SetEnvironmentVariable(variable, _folder);
        }
    }

    [TearDown]
    public void PutTheFolderBack()
    {
        foreach ((string variable, string? value) in _before)
        {
            Environment.SetEnvironmentVariable(variable, value);
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task What_does_not_fit_in_memory_is_spooled_to_files_that_are_gone_afterwards([Values] bool fails)
    {
        int files = 0;
        var backend = new ScriptedBackend();
        backend.Put = (request, token) =>
        {
            files = Directory.GetFiles(_folder).Length;
            return fails
                ? throw new StorageException(StorageErrorCode.AccessDenied, "No.")
                : backend.Real.PutAsync(request, token).AsTask();
        };
        Bucket bucket = Stores.Over(backend, partSize: 8, threshold: 40, concurrency: 2);

        Task<ObjectProperties> put = bucket.PutAsync("k", new SequentialSource(Bytes.Of(40)));
        await ((Task)put).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        Assert.That(put.IsFaulted, Is.EqualTo(fails));
        Assert.That(files, Is.EqualTo(3), "of the five parts two fit in memory");
        Assert.That(Directory.GetFiles(_folder), Is.Empty);
        if (!fails)
        {
            Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Bytes.Of(40)));
        }
    }

    [Test]
    public async Task A_part_larger_than_all_the_memory_goes_through_a_file()
    {
        var backend = new ScriptedBackend();
        int files = 0;
        backend.UploadPart = (request, token) =>
        {
            files = Directory.GetFiles(_folder).Length;
            return backend.Real.UploadPartAsync(request, token);
        };
        MultipartUpload upload = await Stores.Over(backend, partSize: 8, concurrency: 1).CreateMultipartUploadAsync("k");

        PartInfo part = await upload.UploadPartAsync(
            1, new SequentialSource(Bytes.Of(100), chunk: 7), new UploadPartOptions { ContentLength = 100 });

        Assert.That(part.ETag, Is.EqualTo(Bytes.Md5(Bytes.Of(100))));
        Assert.That(files, Is.EqualTo(1));
        Assert.That(Directory.GetFiles(_folder), Is.Empty);
    }

    [Test]
    public async Task A_source_that_fails_while_it_is_spooled_leaves_no_file()
    {
        Bucket bucket = Stores.Over(new ScriptedBackend(), partSize: 8, threshold: 80, concurrency: 1);
        var source = new SequentialSource(Bytes.Of(
            80), chunk: 1)
        { BeforeRead = static (at, _) => at == 50 ? throw new IOException("Cut.") : Task.CompletedTask };
        await Catch.AsyncAs<IOException>(() => bucket.PutAsync("k", source));
        Assert.That(Directory.GetFiles(_folder), Is.Empty);
    }

    [Test]
    public async Task A_temporary_folder_that_cannot_take_it_is_told_and_nothing_was_sent()
    {
        var backend = new ScriptedBackend();
        MultipartUpload upload = await Stores.Over(backend, partSize: 8, concurrency: 1).CreateMultipartUploadAsync("k");
        string missing = Path.Combine(_folder, "missing");
        foreach (string variable in Variables)
        {
            Environment.SetEnvironmentVariable(variable, missing);
        }

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.InsufficientStorage, () => upload.UploadPartAsync(1, new SequentialSource(Bytes.Of(100))));

        Assert.That(error.Message, Does.Contain(missing).And.Contain("TMPDIR"));
        Assert.That(error.IsOutcomeUnknown, Is.False);
        Assert.That(backend.Count("UploadPart"), Is.Zero);
    }

    [Test]
    [Platform(Exclude = "Win")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Nobody_else_may_read_what_is_spooled()
    {
        using var buffer = new SpoolBuffer();
        Assert.That(File.GetUnixFileMode(Directory.GetFiles(_folder).Single()), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public async Task What_was_spooled_reads_back_as_often_as_wanted()
    {
        byte[] bytes = Bytes.Of(600_000);
        using var buffer = new SpoolBuffer();
        await buffer.FillAsync(new MemoryStream(bytes), long.MaxValue, static _ => { }, CancellationToken.None);
        using PartBody part = buffer.ToPart();
        for (int time = 0; time < 2; time++)
        {
            var copy = new MemoryStream();
            await part.Open().CopyToAsync(copy);
            Assert.That(copy.ToArray(), Is.EqualTo(bytes));
        }
    }

    [TestCase(Kind.Spool)]
    [TestCase(Kind.Pooled)]
    [TestCase(Kind.Spilling)]
    public void What_is_held_is_given_back_once_however_often_it_is_disposed(Kind kind)
    {
        var budget = new MemoryBudget(200_000);
        Assert.That(budget.TryTake(200_000), Is.True);
        using PartBuffer buffer = kind switch
        {
            Kind.Spool => new SpoolBuffer(),
            Kind.Pooled => new PooledBuffer(200_000, budget),
            _ => new SpillingBuffer(200_000, budget),
        };
        byte[] held = MemoryMarshal.TryGetArray((ReadOnlyMemory<byte>)buffer.GetRoom(200_000), out ArraySegment<byte> room)
            ? room.Array!
            : [];
        buffer.Dispose();
        buffer.Dispose();

        byte[][] rented = [.. Enumerable.Range(0, 200).Select(_ => ArrayPool<byte>.Shared.Rent(held.Length))];
        Assert.That(held, Has.Length.GreaterThanOrEqualTo(200_000));
        Assert.That(rented.Count(array => ReferenceEquals(array, held)), Is.AtMost(1));
        Assert.That(kind == Kind.Spool || (budget.TryTake(200_000) && !budget.TryTake(1)), Is.True, "the budget has what it had");
        Array.ForEach(rented, static array => ArrayPool<byte>.Shared.Return(array));
    }

    [TestCase(0, 0)]
    [TestCase(15, 0)]
    [TestCase(16, 0)]
    [TestCase(17, 1)]
    [TestCase(40, 1)]
    public async Task A_part_of_unknown_length_fills_memory_before_it_goes_to_a_file(int length, int files)
    {
        int atSending = -1;
        var backend = new ScriptedBackend();
        backend.UploadPart = (request, token) =>
        {
            atSending = Directory.GetFiles(_folder).Length;
            return backend.Real.UploadPartAsync(request, token);
        };
        Bucket bucket = Stores.Over(backend, partSize: 8, threshold: 40, concurrency: 2);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");

        PartInfo part = await upload.UploadPartAsync(1, new SequentialSource(Bytes.Of(length), chunk: 5));

        Assert.That(atSending, Is.EqualTo(files), "memory holds two parts of 8 bytes");
        Assert.That(Directory.GetFiles(_folder), Is.Empty);
        Assert.That((part.Size, part.ETag), Is.EqualTo((length, Bytes.Md5(Bytes.Of(length)))));
        await upload.CompleteAsync([part]);
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Bytes.Of(length)));
    }

    [Test]
    public async Task A_part_of_unknown_length_that_fails_leaves_no_file_and_no_buffer([Values(10, 30)] int failsAt)
    {
        using var pool = new PoolListener(16, 256 * 1024);
        var backend = new ScriptedBackend();
        MultipartUpload upload = await Stores.Over(backend, partSize: 8, threshold: 40, concurrency: 2).CreateMultipartUploadAsync("k");
        var source = new SequentialSource(Bytes.Of(40), chunk: 5)
        {
            BeforeRead = (at, _) => at >= failsAt ? throw new IOException("The source failed.") : Task.CompletedTask,
        };

        Assert.That(async () => await upload.UploadPartAsync(1, source), Throws.InstanceOf<Exception>());

        Assert.That(Directory.GetFiles(_folder), Is.Empty);
        Assert.That(backend.Count("UploadPart"), Is.Zero);
        pool.RequireBalance();
    }

    [Test]
    public async Task Every_pooled_buffer_of_a_put_is_given_back_once(
        [Values("none", "source", "part", "complete")] string failing, [Values(8, 40)] int threshold)
    {
        using var pool = new PoolListener(16, 256 * 1024);
        var backend = new ScriptedBackend();
        if (failing == "part")
        {
            backend.UploadPart = (request, token) => request.PartNumber == 3
                ? throw new StorageException(StorageErrorCode.AccessDenied, "No.")
                : backend.Real.UploadPartAsync(request, token);
        }

        if (failing == "complete")
        {
            backend.Complete = static (_, _) => throw new StorageException(StorageErrorCode.AccessDenied, "No.");
        }

        var source = new SequentialSource(Bytes.Of(200), chunk: 3)
        {
            BeforeRead = (at, _) => failing == "source" && at > 100 ? throw new IOException("Cut.") : Task.CompletedTask,
        };
        Task<ObjectProperties> put = Stores.Over(backend, partSize: 8, threshold, concurrency: 2).PutAsync("k", source);
        await ((Task)put).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        Assert.That(put.IsFaulted, Is.EqualTo(failing != "none"));
        pool.RequireBalance();
    }
}
