using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Transfers;

/// <summary>Downloads that go on where an earlier one ended. One range at a time, so that a test knows which are there.</summary>
public class ResumedDownloadTests
{
    private const int PartSize = 5 * 1024 * 1024;

    private static readonly GetFileOptions Resume = new() { Resume = true };
    private static readonly byte[] Large = Payload.Bytes((3 * PartSize) + 1000);
    private static readonly byte[] Other = Payload.Bytes(Large.Length, seed: 7);

    private ObjectStore _memory;
    private TemporaryFolder _folder;
    private InterceptingBackend _backend;
    private ObjectStore _store;
    private Bucket _bucket;
    private string _file;
    private int _requests;

    [SetUp]
    public async Task LeaveTwoOfFourRanges()
    {
        _memory = InMemoryStore.Create(storeOptions: new ObjectStoreOptions { PartSize = PartSize });
        _folder = new TemporaryFolder();
        _backend = new InterceptingBackend(new UnownedBackend(_memory.GetService<StorageBackend>()!));
        _store = ObjectStore.Create(_backend, Options(PartSize));
        Bucket memory = await _memory.CreateBucketAsync("bucket");
        await memory.PutAsync("object", Large);
        _bucket = _store.GetBucket("bucket");
        _file = _folder.PathOf("file");
        await FailAtAsync(3);
        Assert.That(_folder.Names, Has.Exactly(2).Items, "the bytes and the journal");
    }

    [TearDown]
    public async Task DisposeStores()
    {
        await _store.DisposeAsync();
        await _backend.DisposeAsync();
        await _memory.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task It_fetches_what_is_missing()
    {
        await _bucket.GetFileAsync("object", _file, Resume);
        await AssertDoneAsync(Large, requests: 2);
    }

    [Test]
    public async Task It_can_fail_again_and_go_on_again()
    {
        await FailAtAsync(2);
        await _bucket.GetFileAsync("object", _file, Resume);
        await AssertDoneAsync(Large, requests: 1);
    }

    [Test]
    public async Task Progress_counts_what_was_there()
    {
        var recorder = new Recorder();
        await _bucket.GetFileAsync("object", _file, Resume with { Progress = recorder });
        TransferProgress last = await recorder.DoneAsync();
        Assert.That((last.Bytes, last.KeptBytes), Is.EqualTo(((long)Large.Length, 2L * PartSize)));
        Assert.That(last.BytesPerSecond, Is.EqualTo((Large.Length - (2 * PartSize)) / last.Elapsed.TotalSeconds).Within(1).Percent);
        Assert.That(recorder.All.Select(static report => report.Bytes), Is.All.InRange(0, Large.Length));
    }

    [Test]
    public async Task An_object_that_was_replaced_is_fetched_anew()
    {
        await Memory().PutAsync("object", Other);
        await _bucket.GetFileAsync("object", _file, Resume);
        await AssertDoneAsync(Other, requests: 5);
    }

    [TestCase(0)]
    [TestCase(10)]
    [TestCase(PartSize + 1)]
    public async Task An_object_that_is_shorter_now_is_fetched_anew(int size)
    {
        await Memory().PutAsync("object", Payload.Bytes(size));
        await _bucket.GetFileAsync("object", _file, Resume);
        await AssertFileAsync(Payload.Bytes(size));
    }

    [Test]
    public async Task Another_key_is_fetched_anew()
    {
        await Memory().PutAsync("other", Other);
        await _bucket.GetFileAsync("other", _file, Resume);
        await AssertDoneAsync(Other, requests: 4);
    }

    [Test]
    public async Task Another_part_size_fetches_all_anew()
    {
        await using var store = ObjectStore.Create(new UnownedBackend(_backend), Options(2 * PartSize));
        await store.GetBucket("bucket").GetFileAsync("object", _file, Resume);
        await AssertDoneAsync(Large, requests: 2);
    }

    [Test]
    public async Task Zeros_on_the_disk_are_fetched_again()
    {
        await using (FileStream left = File.OpenWrite(Left(".part")))
        {
            left.Position = PartSize + 5;
            await left.WriteAsync(new byte[100]);
        }

        await _bucket.GetFileAsync("object", _file, Resume);
        await AssertDoneAsync(Large, requests: 3);
    }

    [Test]
    public async Task A_file_that_lost_its_end_is_fetched_anew()
    {
        await using (FileStream left = File.OpenWrite(Left(".part")))
        {
            left.SetLength(PartSize);
        }

        await _bucket.GetFileAsync("object", _file, Resume);
        await AssertFileAsync(Large);
    }

    [Test]
    public async Task A_journal_without_its_file_is_no_use()
    {
        File.Delete(Left(".part"));
        await _bucket.GetFileAsync("object", _file, Resume);
        await AssertFileAsync(Large);
    }

    [Test]
    public async Task A_journal_that_is_cut_off_anywhere_gives_the_right_bytes([Range(0, 300, 23)] int length)
    {
        await using (FileStream journal = File.OpenWrite(Left(".journal")))
        {
            journal.SetLength(Math.Min(length, journal.Length));
        }

        await FailAtAsync(2);
        await _bucket.GetFileAsync("object", _file, Resume);
        await AssertFileAsync(Large);
    }

    [TestCase("no JSON\n0 d41d8cd98f00b204e9800998ecf8427e\n")]
    [TestCase("null\n")]
    [TestCase("{}\n")]
    [TestCase("\n\n\n")]
    [TestCase("\0\0\0\0\n")]
    public async Task A_damaged_journal_begins_anew(string text)
    {
        await File.WriteAllTextAsync(Left(".journal"), text);
        await _bucket.GetFileAsync("object", _file, Resume);
        await AssertFileAsync(Large);
    }

    [TestCase("-1 x")]
    [TestCase("3 d41d8cd98f00b204e9800998ecf8427e")]
    [TestCase("99 d41d8cd98f00b204e9800998ecf8427e")]
    [TestCase("2 ")]
    [TestCase("2")]
    public async Task A_line_that_is_not_true_gives_the_right_bytes(string line)
    {
        await File.AppendAllTextAsync(Left(".journal"), line + "\n");
        await _bucket.GetFileAsync("object", _file, Resume);
        await AssertFileAsync(Large);
    }

    [Test]
    public async Task Two_downloads_to_one_file_are_refused()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _backend.Before = _ => go.Task;
        Task first = _bucket.GetFileAsync("object", _file, Resume);

        IOException error = await StorageAssert.ThrowsAsync<IOException>(() => _bucket.GetFileAsync("object", _file, Resume));

        Assert.That(error.Message, Does.Contain("Another transfer"));
        go.SetResult();
        await first;
        await AssertFileAsync(Large);
    }

    [Test]
    public async Task A_file_that_appears_meanwhile_keeps_what_was_fetched()
    {
        _backend.After = _ => File.WriteAllBytesAsync(_file, [1]);
        await StorageAssert.ThrowsAsync<IOException>(() => _bucket.GetFileAsync("object", _file, Resume with { Overwrite = false }));
        _backend.After = null;
        int before = _backend.Requests.Count;

        await _bucket.GetFileAsync("object", _file, Resume);

        Assert.That(_backend.Requests, Has.Count.EqualTo(before + 1), "one request tells whether the object is the same");
        await AssertFileAsync(Large);
    }

    [Test]
    public async Task Wrong_bytes_are_not_kept()
    {
        await Memory().PutAsync("object", Large, new PutOptions { SinglePart = true });
        _backend.Body = static (_, body) => new FlippingStream(body);
        await StorageAssert.FailsAsync(StorageErrorCode.BadDigest, () => _bucket.GetFileAsync("object", _file, Resume));
        Assert.That(_folder.Names, Is.Empty);
    }

    [Test]
    public async Task Conditions_hold_for_what_is_resumed()
    {
        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => _bucket.GetFileAsync("object", _file, Resume with { IfMatch = "other" }));
        await _bucket.GetFileAsync("object", _file, Resume);
        await AssertFileAsync(Large);
    }

    [Test]
    public async Task What_is_not_there_leaves_no_journal()
    {
        await StorageAssert.FailsAsync(
            StorageErrorCode.NoSuchKey, () => _bucket.GetFileAsync("missing", _folder.PathOf("missing"), Resume));
        Assert.That(_folder.Names, Has.Exactly(2).Items, "those of the other download");
    }

    [TestCase("-1")]
    [TestCase("9223372036854775807")]
    [TestCase("4611686018427387904")]
    public async Task A_size_that_no_object_has_begins_anew(string size)
    {
        string text = await File.ReadAllTextAsync(Left(".journal"));
        await File.WriteAllTextAsync(
            Left(".journal"), text.Replace($"\"Size\":{Large.Length}", $"\"Size\":{size}", StringComparison.Ordinal));
        await _bucket.GetFileAsync("object", _file, Resume);
        await AssertFileAsync(Large);
    }

    [Test]
    public async Task A_journal_that_is_too_large_begins_anew()
    {
        await using (FileStream journal = File.OpenWrite(Left(".journal")))
        {
            journal.SetLength(5L * 1024 * 1024 * 1024);
        }

        await _bucket.GetFileAsync("object", _file, Resume);
        await AssertFileAsync(Large);
    }

    [TestCase(".part")]
    [TestCase(".journal")]
    public async Task A_link_in_place_of_what_was_left_is_not_followed(string end)
    {
        using var elsewhere = new TemporaryFolder();
        byte[] mine = [.. Enumerable.Repeat((byte)'x', Large.Length)];
        string victim = elsewhere.File("victim", mine);
        string left = Left(end);
        File.Delete(left);
        File.CreateSymbolicLink(left, victim);
        try
        {
            await _bucket.GetFileAsync("object", _file, Resume);
            await AssertFileAsync(Large);
        }
        catch (IOException refused)
        {
            Assert.That(refused.Message, Does.Contain("link"));
        }

        Assert.That((await File.ReadAllBytesAsync(victim)).AsSpan().SequenceEqual(mine), Is.True, "the file that the link points to");
    }

    [Test]
    public async Task It_can_fail_at_every_request_and_go_on([Range(1, 4)] int failing)
    {
        await FailAtAsync(1);
        foreach (string name in _folder.Names.ToList())
        {
            File.Delete(_folder.PathOf(name));
        }

        await FailAtAsync(failing);
        await _bucket.GetFileAsync("object", _file, Resume);
        await AssertDoneAsync(Large, 5 - failing);
    }

    private static ObjectStoreOptions Options(int partSize) => new() { PartSize = partSize, MaxConcurrency = 1 };

    private Bucket Memory() => _memory.GetBucket("bucket");

    private string Left(string end) => _folder.PathOf(_folder.Names.Single(name => name.EndsWith(end, StringComparison.Ordinal)));

    /// <summary>Downloads, but one request is refused.</summary>
    private async Task FailAtAsync(int request)
    {
        int gets = 0;
        _backend.Before = _ => ++gets == request ? throw new StorageException(StorageErrorCode.AccessDenied, "cut") : Task.CompletedTask;
        await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => _bucket.GetFileAsync("object", _file, Resume));
        int seen = 0;
        _backend.Before = _ =>
        {
            _requests = ++seen;
            return Task.CompletedTask;
        };
    }

    private async Task AssertDoneAsync(byte[] expected, int requests)
    {
        Assert.That(_requests, Is.EqualTo(requests));
        await AssertFileAsync(expected);
    }

    private async Task AssertFileAsync(byte[] expected)
    {
        Assert.That((await File.ReadAllBytesAsync(_file)).AsSpan().SequenceEqual(expected), Is.True, "the file's bytes");
        Assert.That(_folder.Names, Is.EqualTo(["file"]), "nothing temporary is left");
    }
}
