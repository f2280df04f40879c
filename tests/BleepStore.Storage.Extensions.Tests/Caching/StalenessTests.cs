using BleepStore.Storage.Backends;
using BleepStore.Storage.Extensions.Tests.Support;
using BleepStore.Storage.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Extensions.Tests.Caching;

/// <summary>Tests an application that allows reads to be a minute old.</summary>
public sealed class StalenessTests
{
    private const string Key = "key";
    private static readonly TimeSpan Allowed = TimeSpan.FromMinutes(1);

    private readonly ManualTime _time = new();
    private FaultyBackend _backend = null!;
    private Registered _cached = null!;

    private Bucket Bucket => _cached.Bucket;

    [SetUp]
    public async Task Start()
    {
        _backend = await new FaultyBackend().WithBucketAsync();
        _cached = new Registered(_backend, static builder => builder.WithCache(static options => options.MaxStaleness = Allowed), _time);
        await Bucket.PutAsync(Key, new byte[] { 1 });
        await ReadAsync();
        _backend.Calls.Clear();
    }

    [TearDown]
    public async Task Stop() => await _cached.DisposeAsync();

    [Test]
    public async Task Reads_within_the_time_send_nothing()
    {
        _time.Advance(Allowed);

        Assert.That(await ReadAsync(), Is.EqualTo(new byte[] { 1 }));
        Assert.That((await Bucket.HeadAsync(Key)).Size, Is.EqualTo(1));
        Assert.That(_backend.Calls, Is.Empty);
    }

    [Test]
    public async Task After_the_time_the_backend_is_asked_again()
    {
        await OthersPutAsync([2]);
        Assert.That(await ReadAsync(), Is.EqualTo(new byte[] { 1 }), "this is what the option allows");

        _time.Advance(Allowed + TimeSpan.FromTicks(1));

        Assert.That(await ReadAsync(), Is.EqualTo(new byte[] { 2 }));
        Assert.That(_backend.Calls, Is.EqualTo(new[] { "Head", "Get" }));
    }

    [Test]
    public async Task Own_writes_show_at_once()
    {
        await Bucket.PutAsync(Key, new byte[] { 2 });
        Assert.That(await ReadAsync(), Is.EqualTo(new byte[] { 2 }));

        await Bucket.DeleteAsync(Key);
        Assert.That(await Bucket.ExistsAsync(Key), Is.False);
    }

    [Test]
    public async Task Own_large_writes_show_at_once()
    {
        byte[] large = new byte[9 * 1024 * 1024];

        await Bucket.PutAsync(Key, large);

        Assert.That((await Bucket.HeadAsync(Key)).Size, Is.EqualTo(large.Length));
    }

    [Test]
    public async Task What_is_learnt_while_an_own_write_is_under_way_is_not_believed_after_it()
    {
        var landed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _backend.Before = async (call, _) =>
        {
            if (call == "Put")
            {
                asked.SetResult();
                await landed.Task;
            }
        };
        Task<ObjectProperties> put = Bucket.PutAsync(Key, new byte[] { 2 });
        await asked.Task;
        Assert.That(await ReadAsync(), Is.EqualTo(new byte[] { 1 }), "nothing is acknowledged yet");
        landed.SetResult();
        await put;

        Assert.That(await ReadAsync(), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public async Task A_write_that_fails_is_followed_by_a_question_too()
    {
        _backend.FailAfter("Put", FaultyBackend.Lost());
        await Assert.ThrowsAsync<StorageException>(() => Bucket.PutAsync(Key, new byte[] { 2 }));

        Assert.That(await ReadAsync(), Is.EqualTo(new byte[] { 2 }), "it has landed");
    }

    [Test]
    public async Task Writes_are_decided_by_what_is_there_and_not_by_what_was()
    {
        ObjectProperties others = await OthersPutAsync([2]);

        await Bucket.PutAsync(Key, new byte[] { 3 }, new PutOptions { IfRevision = others.Revision });
        ObjectProperties mine = await Bucket.HeadAsync(Key);
        await OthersPutAsync([4]);
        Assert.That((await Bucket.HeadAsync(Key)).Revision, Is.EqualTo(mine.Revision), "old, as allowed");
        await Bucket.CopyAsync(Key, "copy");

        await using ObjectReader copy = await Bucket.GetAsync("copy");
        Assert.That(await copy.ReadAllAsync(), Is.EqualTo(new byte[] { 4 }), "the source of a copy is the current object");
    }

    [Test]
    public async Task An_old_answer_whose_bytes_are_gone_is_forgotten()
    {
        await using var cold = new Registered(
            _backend, static builder => builder.WithCache(static options => options.MaxStaleness = Allowed), _time);
        await cold.Bucket.HeadAsync(Key);
        await OthersPutAsync([2]);

        await using ObjectReader reader = await cold.Bucket.GetAsync(Key);

        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(new byte[] { 2 }));
    }

    private async Task<byte[]> ReadAsync()
    {
        await using ObjectReader reader = await Bucket.GetAsync(Key);
        return await reader.ReadAllAsync();
    }

    private async Task<ObjectProperties> OthersPutAsync(byte[] content) => await _backend.Real.PutAsync(
        new PutRequest { Bucket = FaultyBackend.Bucket, Key = Key, Body = StorageBody.FromBytes(content) }, CancellationToken.None);
}
